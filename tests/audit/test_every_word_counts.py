"""Nothing that a plan says escapes the audit: no word, no number, no entry of a list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from planner.plan.audit import audit
from planner.plan.audit.identity import digests
from planner.plan.schema import Plan, read_plan
from tests.audit.corruptions.corruption import parsed
from tests.audit.sound_plans import BASES, Data, sound

Path = tuple[str | int, ...]
MADE = "who made the plan and how long it took cannot be derived again"
UNAUDITED: dict[Path, str] = {
    ("planner_version",): MADE,
    ("engine",): MADE,
    (
        "sensitivity",
    ): "what other fleets would cost with other inputs, only another search can tell",
    ("inputs",): "the digests cover it, see the test of its own",
    ("policies",): "their figures, and the plans inside them, have tests of their own",
}
"""What may be altered without the audit noticing, and why."""


def leaves(value: object, path: Path = ()) -> Iterator[Path]:
    """Every number, text, null and empty list of a plan that the audit must know."""
    if path in UNAUDITED:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list) and value:
        for i, inner in enumerate(value):
            yield from leaves(inner, (*path, i))
    else:
        yield path


def entries(value: object, path: Path = ()) -> Iterator[Path]:
    """Every entry of every list of a plan that the audit must know."""
    if path in UNAUDITED:
        return
    items = value.items() if isinstance(value, dict) else enumerate(value)  # type: ignore[arg-type]
    for key, inner in items:
        if isinstance(value, list):
            yield (*path, key)
        if isinstance(inner, dict | list):
            yield from entries(inner, (*path, key))


def fields(form: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every field that the form of a plan has, lists left out of the path."""
    if path in UNAUDITED:
        return
    if isinstance(form, type) and issubclass(form, BaseModel):
        for name, field in form.model_fields.items():
            yield from fields(field.annotation, (*path, field.alias or name))
        return
    inner = [a for a in get_args(form) if isinstance(a, type) and issubclass(a, BaseModel)]
    if inner:
        yield from fields(inner[0], path)
    else:
        yield path


def holder(plan: Data, path: Path) -> Any:
    """What holds the last step of a path."""
    found: Any = plan
    for step in path[:-1]:
        found = found[step]
    return found


def others(value: object) -> list[object]:
    """Values that are near another one, or that a careless program might write."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, list):
        return [["x"]]
    if isinstance(value, int):
        return [value + 1, value - 1, -value - 2]
    if isinstance(value, float):
        return [value + max(0.001, abs(value) / 100_000), 0.0 if value else 1.0]
    if value is None:
        return [1, "2026-11", "x"]
    return [f"x{value}", "", "2026-11", "2031-01"]


def refused(plan: Data) -> bool:
    """Whether a plan is no plan by its form, or the audit finds something."""
    try:
        read = read_plan(json.dumps(plan))
    except ValidationError:
        return True
    return bool(audit(read))


def changes_missed(base: str, most: int) -> list[object]:
    """Changes of one word, up to so many of each, that the audit does not see."""
    missed = []
    for path in leaves(sound(base)):
        plan = sound(base)
        before = holder(plan, path)[path[-1]]
        for other in [value for value in others(before) if value != before][:most]:
            holder(plan, path)[path[-1]] = other
            if not refused(plan):
                missed.append((path, before, other))
    return missed


def test_every_field_of_a_plan_stands_in_one_that_is_altered() -> None:
    altered = {
        tuple(step for step in path if isinstance(step, str))
        for base in BASES
        for path in leaves(sound(base))
    }
    assert set(fields(Plan)) <= altered


@pytest.mark.parametrize("part", ["scenario", "catalog"])
@pytest.mark.parametrize("base", sorted(BASES))
def test_no_word_of_the_inputs_can_be_changed(base: str, part: str) -> None:
    plan = parsed(sound(base))
    facts = {"facts": getattr(plan.inputs, part)}
    missed = []
    for path in leaves(facts):
        inside = holder(facts, path)
        before = inside[path[-1]]
        inside[path[-1]] = others(before)[0]
        if [finding.rule for finding in digests(plan)] != ["wrong-digest"]:
            missed.append(path)
        inside[path[-1]] = before
    assert missed == []
    assert list(digests(plan)) == []


@pytest.mark.parametrize("base", sorted(BASES))
def test_no_word_of_a_plan_can_be_changed(base: str) -> None:
    assert changes_missed(base, most=1) == []


@pytest.mark.slow
@pytest.mark.parametrize("base", sorted(BASES))
def test_no_word_of_a_plan_can_be_changed_in_any_way(base: str) -> None:
    assert changes_missed(base, most=9) == []


@pytest.mark.parametrize("base", sorted(BASES))
def test_no_entry_of_a_plan_can_be_left_out(base: str) -> None:
    missed = []
    for path in entries(sound(base)):
        plan = sound(base)
        del holder(plan, path)[path[-1]]
        if not refused(plan):
            missed.append(path)
    assert missed == []


@pytest.mark.parametrize("base", sorted(BASES))
def test_no_entry_of_a_plan_can_stand_twice(base: str) -> None:
    missed = []
    for path in entries(sound(base)):
        plan = sound(base)
        inside = holder(plan, path)
        inside.insert(path[-1], json.loads(json.dumps(inside[path[-1]])))
        if not refused(plan):
            missed.append(path)
    assert missed == []
