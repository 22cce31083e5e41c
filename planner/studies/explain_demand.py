"""Less demand, or later: the last thing that a buyer wants to hear, and often what would help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from planner.scenario.schema import Scenario
from planner.scenario.workloads import AnyWorkload, FinetuneWorkload
from planner.studies.explain_figures import shown
from planner.studies.explain_limits import Kind, Limit, named
from planner.units import Month
from planner.yaml_source import Value

_PERCENT = (95, 90, 85, 80, 75, 70, 65, 60, 55, 50, 45, 40, 35, 30, 25, 20, 15, 10, 5)
_WEIGHT = 2.0
"""Whatever else is enough is named before less demand."""
_LATEST = 12
_MEASURES = {
    "concurrency": " sessions", "users": " users", "seats": " seats",
    "requests_per_s": " requests/s", "tokens_per_s": " tokens/s",
    "images_per_hour": " images/hour", "tokens_per_month": " tokens a month", "count": "",
}  # fmt: skip
"""Unit of each measure of demand."""
_WHOLE = ("users", "seats", "count")
_Entry: TypeAlias = dict[str, Any]
_Entries: TypeAlias = list[_Entry]


def demands(number: int, workload: AnyWorkload, scenario: Scenario) -> Iterator[Limit]:
    """The demand of a workload, later or in parts, down to none where there are others."""
    by_class = any(row.classes for row in workload.measured)
    alone = len(scenario.workloads) == 1 or by_class
    if isinstance(workload, FinetuneWorkload) and workload.tokens_per_month is not None:
        month = {"tokens_per_month": workload.tokens_per_month}
        yield from _less(number, workload, "tokens_per_month", [month], alone=alone)
        return
    before = [entry.model_dump(mode="json", by_alias=True) for entry in workload.demand]
    yield from _later(number, workload, before, scenario)
    yield from _less(number, workload, "demand", before, alone=alone)


def _later(
    number: int, workload: AnyWorkload, before: _Entries, scenario: Scenario
) -> Iterator[Limit]:
    """The whole demand some steps later, as long as its peak is still in the roadmap."""
    path = named("workloads", workload.name, "demand")
    months = range(scenario.step_months, _LATEST + 1, scenario.step_months)
    values: dict[int, Value] = {}
    for later in months:
        moved = _moved(before, later, scenario)
        if moved and _amount(moved) == _amount(before) > 0:
            values[later] = [*moved]

    def months_of(value: Value) -> int:
        return next(m for m, v in values.items() if v == value)

    def text(value: Value) -> str:
        later = months_of(value)
        return f"start {workload.name} {later} month{'s' * (later > 1)} later ({path})"

    if values:
        yield Limit(
            ("workloads", number, "demand"), path, [*before], tuple(values.values()), text,
            lambda value: _WEIGHT / 2 + months_of(value) / _LATEST, Kind.AMBITION, workload.name,
        )  # fmt: skip


def _moved(entries: _Entries, months: int, scenario: Scenario) -> _Entries:
    start = Month.parse(scenario.start)
    since = [max(start, Month.parse(e["from"])) + months for e in entries]
    end = start + scenario.months
    return [{**e, "from": str(m)} for e, m in zip(entries, since, strict=True) if m < end]


def _less(
    number: int, workload: AnyWorkload, field: str, before: _Entries, *, alone: bool
) -> Iterator[Limit]:
    path = named("workloads", workload.name, field)
    found = [_scaled(before, percent) for percent in (_PERCENT if alone else (*_PERCENT, 0))]
    parts: list[_Entries] = []
    for entries in found:
        if entries not in (before, *parts) and (_amount(entries) or not alone):
            parts.append(entries)

    def value_of(entries: _Entries) -> Value:
        return [*entries] if field == "demand" else entries[0][field]

    def entries_of(value: Value) -> _Entries:
        return next(entries for entries in parts if value_of(entries) == value)

    def text(value: Value) -> str:
        left, unit = _amount(entries_of(value)), _unit(before)
        if not left:
            return f"do without {workload.name} ({path})"
        peak = "peak " if len(before) > 1 else ""
        change = f"from {shown(_amount(before))} to {shown(left)}{unit}"
        return f"lower the {peak}demand of {workload.name} {change} ({path})"

    def weight(value: Value) -> float:
        return _WEIGHT + 1 - _amount(entries_of(value)) / _amount(before)

    if parts and _amount(before):
        yield Limit(
            ("workloads", number, field), path, value_of(before), tuple(map(value_of, parts)),
            text, weight, Kind.AMBITION, workload.name,
        )  # fmt: skip


def _scaled(entries: _Entries, percent: int) -> _Entries:
    return [_scaled_entry(entry, percent) for entry in entries]


def _scaled_entry(entry: _Entry, percent: int) -> _Entry:
    if entry.get("classes"):
        if not percent:
            return {**entry, "classes": None, "concurrency": 0.0}
        rate = "requests_per_s"
        classes = [{**c, rate: _rounded(c[rate] * percent / 100)} for c in entry["classes"]]
        return {**entry, "classes": classes}
    scaled = {
        name: _rounded(amount * percent / 100)
        for name, amount in entry.items()
        if name in _MEASURES and amount is not None
    }
    return {**entry, **{n: int(a) if n in _WHOLE else a for n, a in scaled.items()}}


def _rounded(amount: float) -> float:
    return float(f"{amount:.4g}")


def _amount(entries: _Entries) -> float:
    """The largest demand of some entries, in the measure of each."""
    return max((_amount_of(entry) for entry in entries), default=0.0)


def _amount_of(entry: _Entry) -> float:
    if entry.get("classes"):
        return float(sum(c["requests_per_s"] for c in entry["classes"]))
    return float(next((entry[m] for m in _MEASURES if entry.get(m) is not None), 0.0))


def _unit(entries: Sequence[_Entry]) -> str:
    """Unit of the largest entry."""
    largest = max(entries, key=_amount_of)
    if largest.get("classes"):
        return _MEASURES["requests_per_s"]
    return next((unit for m, unit in _MEASURES.items() if largest.get(m) is not None), "")
