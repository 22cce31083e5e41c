"""Whatever is read, the door lets it in or refuses it with findings; it never breaks."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from planner.errors import InputError, Span, render_all
from planner.scenario.inputs import Inputs
from planner.scenario.loading import read_scenario
from tests.door.test_schemas import full, paths
from tests.scenario.small import BASE, small_catalog

QUICK = settings(max_examples=250, deadline=None)
SIGNS = st.sampled_from(
    [*"{}[]:,-?&*!|>'\"%@`#~<\n\t \r\x00\x07\ufeff\u2028é🦙", "- ", ": ", "\n  "]
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5), st.sampled_from(["rtx-a6000", "h100-sxm", "tower-2", "2026-10", "9999-12"])
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=4), v, max_size=3),
    max_leaves=5,
)


def judged(text: str | bytes) -> Inputs | None:
    """The scenario, or None where it is refused as it should be."""
    try:
        return read_scenario(text, file="fuzz.yaml", folder=Path(), catalog=small_catalog())
    except InputError as error:
        refusal = error
    assert refusal.diagnostics
    assert all(line.isprintable() for line in render_all(refusal.diagnostics).split("\n"))
    assert json.loads(json.dumps(refusal.to_json()))["exit_code"] == 2
    for found in refusal.diagnostics:
        assert found.rule
        assert found.message
        assert in_text(found.span, found.source_line)
    return None


def in_text(span: Span | None, line: str) -> bool:
    """Whether a place lies in its line, or right behind it."""
    if span is None or span.line == 0:
        return True
    return 1 <= span.column <= len(line) + 1 and span.column < span.end_column


@QUICK
@given(st.binary(max_size=200))
@example(b"\xff\xfe")
@example(b"? ")
@example(b"a: !<tag:x> b")
@example(b"%YAML 9.9\n---\na: 1")
@example(b"- - - - ? : ? :")
def test_bytes_of_any_kind_are_let_in_or_refused(data: bytes) -> None:
    judged(data)


@QUICK
@given(st.text(max_size=200))
@example("\ud800")
@example('a: "\\ud800"')
@example("a: &\u2028 b")
@example("\ufeff\ufeffa: 1")
def test_texts_of_any_kind_are_let_in_or_refused(text: str) -> None:
    judged(text)


@QUICK
@given(st.data())
def test_a_scenario_with_slips_of_the_pen_is_let_in_or_refused(data: st.DataObject) -> None:
    text = BASE
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        to = min(len(text), at + data.draw(st.integers(0, 6)))
        text = text[:at] + data.draw(st.one_of(st.just(""), SIGNS)) + text[to:]
    judged(text)


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_a_scenario_with_wrong_parts_is_let_in_or_refused(data: st.DataObject) -> None:
    changed: Any = copy.deepcopy(full())
    for _ in range(data.draw(st.integers(1, 4))):
        path = data.draw(st.sampled_from([p for p in paths(changed) if p]))
        group = changed
        for step in path[:-1]:
            group = group[step]
        group[path[-1]] = data.draw(VALUES)
    judged(json.dumps(changed))


def test_the_scenario_that_is_fuzzed_is_valid() -> None:
    assert judged(BASE) is not None
