"""Two cards traded against each other, as sections for people."""

from __future__ import annotations

from collections.abc import Iterator

from planner.report.screen import Column
from planner.report.sections import Section
from planner.versus.head_to_head import HeadToHead
from planner.versus.trades import Stack, Trades

_SLACK = 0.02
"""Share of the memory within which two stacks have the same."""
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
    for title, stacks, notes in _stacks(trades):
        joined = (_JOINED[trades.joined],) if stacks[0].count > 1 else ()
        yield Section(title, (), columns, tuple(map(_stack, stacks)), (*notes, *joined))
    if trades.upgrades and _is_more(trades):
        yield _upgrades(found, trades)


def _stacks(trades: Trades) -> Iterator[tuple[str, tuple[Stack, Stack], tuple[str, ...]]]:
    """Title, cards and remarks; one table where the same money buys the same memory."""
    money, memory = tuple(_of_money(trades)), tuple(_of_memory(trades))
    if trades.same_money == trades.same_memory:
        title = f"For the money and the memory of one {trades.dear}"
        yield title, trades.same_money, (*money, *memory)
        return
    yield f"For the money of one {trades.dear}", trades.same_money, money
    yield f"For the memory of one {trades.dear}", trades.same_memory, memory


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
        for name in ("months until change", "sale brings", "later keeps", "in turn",
                     "at once", "difference", "range over resale")
    )  # fmt: skip
    text = (
        f"One {trades.cheap} that is sold when one {trades.dear} takes its place (in turn), "
        f"against one {trades.dear} from the start (at once): net cost over {scenario.months} "
        f"months, {found.currency}. Counted are what is paid for the cards, {_resale(found)}, "
        f"discounted at {scenario.discount_rate * 100:g} % a year, at the prices that the "
        "scenario has in the month of the change; host, energy and the work of the change are not. "
        f"A negative difference: {trades.cheap} first is cheaper. Each hundredth that "
        f"{trades.dear} costs more by then adds at most a hundredth of its price."
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
