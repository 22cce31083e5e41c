"""What two cards cost to own and run, and one traded against the other, as sections."""

from __future__ import annotations

from collections.abc import Iterator

from planner.report.screen import Column
from planner.report.sections import Section
from planner.versus.economics import Economics
from planner.versus.head_to_head import HeadToHead
from planner.versus.speeds import Speed
from planner.versus.trades import Stack, Trades

_PRICED = frozenset({"price", "per_gib", "per_year", "total_per_year", "per_token_rate",
                     "per_million"})  # fmt: skip
"""Figures that rest on a price."""
_SLACK = 0.02
"""Share of the memory within which two stacks have the same."""


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
    notes = (*(_price_note(e, found.currency) for e in found.economics), *_differences(found))
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


def _price_note(economics: Economics, currency: str) -> str:
    seen = ""
    if economics.low is not None and economics.high is not None and economics.low < economics.high:
        seen = f", {currency} {economics.low:,.0f} to {economics.high:,.0f}"
    remark = f" ({economics.remark.rstrip('.')})" if economics.remark else ""
    return f"Price of {economics.gpu}: {economics.basis}{seen}{remark}."


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


_JOINED = {
    "none": "Memory of several cards is one only for what is split between them, over PCIe.",
    "bridge": "Memory of several cards is one only for what is split between them: over an NVLink "
    "bridge in pairs, over PCIe beyond.",
    "nvswitch": "Memory of several cards is one only for what is split between them, over NVLink.",
}


def trades_sections(found: HeadToHead) -> Iterator[Section]:
    """One card against the other: for its money, for its memory, or one after the other."""
    trades = found.trades
    if trades is None:
        lacking = [e.gpu for e in found.economics if e.price is None]
        if lacking:
            text = f"Not reckoned: {' and '.join(lacking)} has no price of its own."
            yield Section("One traded against the other", (text,))
        return
    columns = (
        Column("cards"), Column(found.currency, right=True), Column("GiB", right=True),
        Column("GB/s together", right=True), Column("W", right=True), Column("slots", right=True),
    )  # fmt: skip
    for title, stacks, notes in (
        (f"For the money of one {trades.dear}", trades.same_money, _of_money(trades)),
        (f"For the memory of one {trades.dear}", trades.same_memory, _of_memory(trades)),
    ):
        joined = (_JOINED[trades.joined],) if stacks[0].count > 1 else ()
        rows = tuple(map(_stack, stacks))
        yield Section(title, (), columns, rows, (*notes, *joined))
    if trades.upgrades and _is_more(trades):
        yield _upgrades(found, trades)


def _of_money(trades: Trades) -> Iterator[str]:
    many, one = trades.same_money
    if many.count == 1 and many.price < one.price:
        yield f"It does not buy two {trades.cheap}."


def _of_memory(trades: Trades) -> Iterator[str]:
    many, one = trades.same_memory
    if many.memory_gib > one.memory_gib * (1 + _SLACK):
        which = "One" if many.count == 1 else f"These {many.count}"
        has = "has" if many.count == 1 else "have"
        yield f"{which} {trades.cheap} {has} more memory than one {trades.dear}."
    elif round(many.memory_gib, 1) < round(one.memory_gib, 1):
        yield "A fiftieth less counts as the same."


def _is_more(trades: Trades) -> bool:
    """Whether the dearer card has more memory or bandwidth, so that one may want it later."""
    cheap, dear = trades.same_memory
    memory, bandwidth = cheap.memory_gib / cheap.count, cheap.bandwidth_gb_s / cheap.count
    return dear.memory_gib > memory * (1 + _SLACK) or dear.bandwidth_gb_s > bandwidth


def _upgrades(found: HeadToHead, trades: Trades) -> Section:
    """Net cost of both ways at every month of change."""
    scenario = found.inputs.scenario
    rows = [
        (
            f"{u.months}", *(_whole(v) for v in (u.receipt, u.kept, u.first, u.at_once)),
            _signed(u.difference), f"{_signed(u.low)} to {_signed(u.high)}",
        )
        for u in trades.upgrades
    ]  # fmt: skip
    columns = tuple(
        Column(name, right=True)
        for name in ("months until change", "sale brings", "later keeps", "net cost so",
                     "at once", "difference", "range over resale")
    )  # fmt: skip
    text = (
        f"One {trades.cheap} that is sold when one {trades.dear} takes its place, against one "
        f"{trades.dear} from the start: net cost over {scenario.months} months, "
        f"{found.currency}. Counted are what is paid for the cards, {_resale(found)}, discounted "
        f"at {scenario.discount_rate * 100:g} % a year, at the prices that the scenario has in "
        "the month of the change; host, energy and the work of the change are not. A negative "
        f"difference: {trades.cheap} first is cheaper. Each hundredth that {trades.dear} costs "
        "more by then adds at most a hundredth of its price."
    )
    return Section(f"{trades.cheap} first, {trades.dear} later", (text,), columns, tuple(rows))


def _resale(found: HeadToHead) -> str:
    """What the scenario counts of what cards bring."""
    scenario = found.inputs.scenario
    sold = "what the first card brings at the change" if scenario.resale else "no sale"
    kept = "what the later one is worth at the end" if scenario.horizon_value else "nothing kept"
    return f"{sold} and {kept}"


def _whole(cents: int) -> str:
    return f"{cents / 100:,.0f}"


def _signed(cents: int) -> str:
    return f"{cents / 100:+,.0f}"


def _stack(stack: Stack) -> tuple[str, ...]:
    return (
        f"{stack.count} x {stack.gpu}", f"{stack.price:,.0f}", f"{stack.memory_gib:,.1f}",
        f"{stack.bandwidth_gb_s:,.0f}", f"{stack.watts:,.0f}",
        "modules" if stack.slots is None else f"{stack.slots}",
    )  # fmt: skip
