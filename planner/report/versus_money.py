"""What two cards cost to own and run, as a section for people."""

from __future__ import annotations

from collections.abc import Iterator

from planner.report.screen import Column
from planner.report.sections import Section
from planner.versus.economics import Economics
from planner.versus.head_to_head import HeadToHead
from planner.versus.seen import months_seen
from planner.versus.speeds import Speed

_PRICED = frozenset({"price", "per_gib", "per_year", "total_per_year", "per_token_rate",
                     "per_million"})  # fmt: skip
"""Figures that rest on a price."""


def economics_section(found: HeadToHead) -> Section:
    """What each card costs to own and run."""
    columns = (Column(""), *(Column(gpu, right=True) for gpu in found.gpus))
    one, other = found.economics
    rows = tuple(
        (head, _cell(one, name, places), _cell(other, name, places))
        for head, name, places in _lines(found)
    )
    site = found.inputs.scenario.sites[0]
    text = (
        f"Electricity {site.electricity_per_kwh:g} {found.currency}/kWh, times {site.pue:g} for "
        "cooling (PUE). A million tokens is reckoned at the middle of the range of speeds, at full "
        "speed all year; with less to do it costs more, and the host is not in it."
    )
    notes = (*(_price_note(found, e) for e in found.economics), *_differences(found))
    return Section("What it costs to own and run", (text,), columns, rows, notes)


def _lines(found: HeadToHead) -> Iterator[tuple[str, str, int]]:
    """Head, name and decimal places of each figure."""
    currency = found.currency
    yield f"price, {currency} without tax", "price", 0
    yield f"price per usable GiB, {currency}", "per_gib", 0
    yield f"loss of value a year over three years, {currency}", "per_year", 0
    yield f"energy a year at full load, {currency}", "energy_per_year", 0
    yield f"loss of value and energy together, {currency}", "total_per_year", 0
    workload = found.economics[0].workload or found.economics[1].workload
    if workload is None:
        return
    yield f"{workload} at full speed, tokens/s", "rate", 0
    yield f"most that one session of {workload} alone can get, tokens/s", "alone", 0
    yield f"tokens per joule, {workload}", "tokens_per_joule", 2
    yield f"price for each token/s, {workload}, {currency}", "per_token_rate", 2
    yield f"cost of a million tokens, {workload}, {currency}", "per_million", 4


def _cell(economics: Economics, name: str, places: int) -> str:
    value = getattr(economics, name)
    if value is not None:
        return f"{value:,.{places}f}"
    if name in _PRICED and economics.price is None:
        return "no price"
    return "not sized" if economics.usable_gib is None else "does not run"


def _price_note(found: HeadToHead, economics: Economics) -> str:
    """How a price is known, what tax was taken off, and in what range it lies."""
    if economics.price is None:
        return f"Price of {economics.gpu}: {economics.basis}."
    tax = f" ({economics.tax})" if economics.tax else ""
    told = f"{found.currency} {economics.price:,.0f} without tax{tax}, {economics.basis}"
    remark = f" ({economics.remark.rstrip('.')})" if economics.remark else ""
    return f"Price of {economics.gpu}: {told}{remark}.{''.join(_ranges(found, economics))}"


def _ranges(found: HeadToHead, economics: Economics) -> Iterator[str]:
    low, high, seen = economics.low, economics.high, economics.seen
    if economics.condition is None or low is None or high is None:
        return  # the scenario's own
    if low < high:
        yield f" The book gives it a range of {low:,.0f} to {high:,.0f}."
    since, until = months_seen(found.inputs)
    if not seen:
        yield f" No other price of {since} to {until} is in the catalogue."
    elif seen[0] == seen[-1]:
        yield f" Seen from {since} to {until}: {seen[0]:,.0f}."
    else:
        yield f" Seen from {since} to {until}: {seen[0]:,.0f} to {seen[-1]:,.0f}."


def _differences(found: HeadToHead) -> Iterator[str]:
    """How the workload of the table runs on each card, where that is not the same."""
    one, other = (_chat(found, i) for i in (0, 1))
    if one is None or other is None:
        return
    if (one.precision, one.group) != (other.precision, other.group):
        told = " and ".join(f"in {s.precision} on {s.group} x {s.gpu}" for s in (one, other))
        yield f"{one.workload} runs {told}: its figures are not of the same precision or group."


def _chat(found: HeadToHead, which: int) -> Speed | None:
    """The speed that a card's figures rest on; None where there is none."""
    name = found.economics[which].workload
    return next((s for s in found.speeds[which] if s.workload == name), None)
