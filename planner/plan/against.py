"""Is a plan still about the scenario and the facts of today?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from planner.plan.audit.finding import Finding
from planner.plan.facts_used import facts_used
from planner.plan.schema import Plan
from planner.scenario.inputs import Inputs

_KEYS = ("id", "name", "item")
_MISSING = object()


def against(plan: Plan, inputs: Inputs) -> list[Finding]:
    """What has changed since the plan was made.

    Args:
        plan: the plan, which carries its own inputs.
        inputs: a scenario and its catalogue as they are now.

    Returns:
        One finding for each value of the scenario or of the catalogue facts that differs.
    """
    scenario = inputs.scenario.model_dump(mode="json", by_alias=True)
    return [
        *_changes("scenario-changed", "", plan.inputs.scenario, scenario),
        *_changes("catalog-changed", "", plan.inputs.catalog, facts_used(inputs)),
    ]


def _changes(rule: str, where: str, then: object, now: object) -> Iterator[Finding]:
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys([*then, *now]):
            inner = f"{where}.{key}" if where else str(key)
            yield from _changes(rule, inner, then.get(key, _MISSING), now.get(key, _MISSING))
    elif _is_list(then) and _is_list(now):
        yield from _changes(rule, where, _keyed(then), _keyed(now))
    elif then != now:
        yield Finding(rule, f"{where} was {_shown(then)}, it is {_shown(now)}")


def _is_list(value: object) -> bool:
    return isinstance(value, (list, tuple))


def _keyed(entries: object) -> dict[str, object]:
    """Entries of a list by their name where they have one, else by their number."""
    assert isinstance(entries, Sequence)
    keyed: dict[str, object] = {}
    for number, entry in enumerate(entries, start=1):
        names = [entry[k] for k in _KEYS if k in entry] if isinstance(entry, Mapping) else []
        key = str(names[0]) if names else str(number)
        keyed[key if key not in keyed else f"{key}#{number}"] = entry
    return keyed


def _shown(value: object) -> str:
    if value is _MISSING:
        return "not there"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
