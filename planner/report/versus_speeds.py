"""How fast the workloads run on two cards, as a section for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.report.screen import Column
from planner.report.sections import Section
from planner.report.versus_words import grouped, rate
from planner.versus.head_to_head import HeadToHead
from planner.versus.speeds import Speed


def speeds_section(found: HeadToHead) -> Section:
    """Throughput of each workload on each card, one below the other."""
    columns = (
        Column("workload"), Column("card"), Column("cards"), Column("weights"),
        Column("rate", right=True), Column("range", right=True), Column("per"),
        Column("sessions", right=True), Column("ratio", right=True),
    )  # fmt: skip
    rows = [
        row for one, other in zip(*found.speeds, strict=True) for row in _pair(one, other)
    ]  # fmt: skip
    known = sorted({s.label for own in found.speeds for s in own if s.cards is not None})
    text = (
        "Fewest cards that carry the demand, whatever host takes them (`by 4`: four run one "
        "replica together), and the rate of one replica at full speed with the range in which it "
        "lies: tokens, or images of an image model, in the time of the column `per`. Beside it the "
        f"sessions of a replica and tokens/s of each.{_how_known(known)} The ratio sets the rate "
        "of the second card against that of the first where both run it alike, in one precision "
        "and as many together, each with as many sessions as it holds; else it is left out. What "
        "one session alone gains at most is told with the costs below."
    )
    refused = [
        (s.workload, s.gpu, f"not sized: {s.text}" if not s.sized else s.text)
        for own in found.speeds
        for s in own
        if s.cards is None
    ]
    return Section("How fast", (text,), columns, tuple(rows), grouped(refused))


def _how_known(labels: Sequence[str]) -> str:
    return f" Speeds are {' or '.join(labels)}." if labels else ""


def _pair(one: Speed, other: Speed) -> Iterator[tuple[str, ...]]:
    yield (one.workload, *_speed(one), "")
    yield ("", *_speed(other), _ratio(one, other))


def _speed(speed: Speed) -> tuple[str, ...]:
    """Card, how many, weights, rate, range, time of the rate, and sessions."""
    if not speed.sized:
        return (speed.gpu, "not sized", "", "", "", "", "")
    if speed.cards is None or speed.rate is None or speed.low is None or speed.high is None:
        return (speed.gpu, "none runs it", "", "", "", "", "")
    cards = f"{speed.cards} by {speed.group}" if speed.group > 1 else f"{speed.cards}"
    sessions = ""
    if speed.sessions is not None and speed.each is not None:
        sessions = f"{speed.sessions} at {speed.each:,.0f}"
    span = f"{rate(speed.low)} to {rate(speed.high)}"
    time = speed.unit.rpartition("/")[2]
    return (speed.gpu, cards, speed.precision, rate(speed.rate), span, time, sessions)


def _ratio(one: Speed, other: Speed) -> str:
    if one.rate is None or other.rate is None:
        return ""
    if (one.precision, one.group) != (other.precision, other.group):
        return ""
    return f"{(other.rate / other.group) / (one.rate / one.group):.2f}x"
