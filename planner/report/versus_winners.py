"""Who is cheaper of two cards, and what each choice buys, as sections."""

from __future__ import annotations

from collections.abc import Iterator

from planner.catalog.items import Host
from planner.report.screen import Column
from planner.report.sections import Section
from planner.report.versus_words import NOBODY, every_winner, grouped
from planner.studies.choices import GAP, SECONDS, Bill, State
from planner.versus.economics import basis_of
from planner.versus.head_to_head import HeadToHead
from planner.versus.priced import price_of
from planner.versus.winners import Winner


def winners_section(found: HeadToHead) -> Section:
    """What each workload costs on either card and on both, and who wins."""
    columns = (
        Column("workload"), *(Column(gpu, right=True) for gpu in found.gpus),
        Column("both", right=True), Column("winner"), Column("rests on"),
    )  # fmt: skip
    every = every_winner(found)
    rows = [
        (
            w.workload, *(_cost(c) for c in w.costs), _cost(w.both), _margin(w),
            "your quote" if w.rests_on_quote else "",
        )
        for w in every
    ]  # fmt: skip
    title = f"Net cost of each workload over the roadmap, {found.currency}"
    notes = (*_marks(every), *grouped(_refused(found)), *_unproven(every))
    return Section(title, (_gap(),), columns, tuple(rows), notes=notes)


def _gap() -> str:
    return (
        f"Each search ended when its plan was proven to cost at most {GAP * 100:g} % more than the "
        f"cheapest, or after {SECONDS:g} seconds (then the note below tells the bound). Where the "
        "fleet with both allowed holds one kind only, it counts for that kind."
    )


def _marks(winners: list[Winner]) -> Iterator[str]:
    if any(w.rests_on_quote for w in winners):
        yield (
            "Your quote: at a price within its range the other card wins; the table of prices "
            "below tells which."
        )


def bought_section(found: HeadToHead) -> Section:
    """What each choice buys, and what is paid for it at the start."""
    columns = (
        Column("workload"), Column("with"), Column("paid at the start", right=True),
        Column("fleet", wraps=True),
    )  # fmt: skip
    rows = [
        (w.workload, bill.choice, _start(bill), _bought(bill))
        for w in every_winner(found)
        for bill in _told(w)
    ]
    text = (
        f"Paid at the start is what cards and hosts cost in the first month, {found.currency} "
        "without tax and not discounted. A fleet of both is told where it holds other things than "
        "either card alone."
    )
    return Section("What each choice buys", (text,), columns, tuple(rows))


def hosts_section(found: HeadToHead) -> Section:
    """The hosts of all these fleets, with their prices."""
    columns = (
        Column("host"), Column(f"{found.currency} without tax", right=True),
        Column("cards at most", right=True), Column("price known as", wraps=True),
    )  # fmt: skip
    hosts = found.inputs.hosts()
    bought = {
        item: None for w in every_winner(found) for bill in _told(w) for item, _ in bill.bought
    }
    rows = [_host(found, hosts[item]) for item in bought if item in hosts]
    return Section("Hosts of these fleets", (), columns, tuple(rows))


def _host(found: HeadToHead, host: Host) -> tuple[str, ...]:
    price = price_of(found.inputs, host.id)
    if price is None:
        return host.id, "", f"{host.max_gpus}", ""
    return (
        host.id, f"{price.cents / 100:,.0f}", f"{host.max_gpus}", basis_of(price),
    )  # fmt: skip


def _told(winner: Winner) -> Iterator[Bill]:
    """The fleets that are there, each once."""
    alone = [c for c in winner.costs if c.state is State.CAN]
    yield from alone
    if winner.both.state is State.CAN and winner.both.bought not in [c.bought for c in alone]:
        yield winner.both


def _start(bill: Bill) -> str:
    return "" if bill.at_start is None else f"{bill.at_start / 100:,.0f}"


def _bought(bill: Bill) -> str:
    return ", ".join(f"{count} {item}" for item, count in bill.bought) or "nothing"


def _refused(found: HeadToHead) -> Iterator[tuple[str, str, str]]:
    for w in every_winner(found):
        for c in w.costs:
            if c.state is State.CANNOT:
                yield w.workload, c.choice, _reason(c.reason)
            elif c.state is not State.CAN:
                yield w.workload, c.choice, f"{c.state}: {c.reason}"


def _reason(text: str) -> str:
    """The reason alone: the sentence before it says no more than that there is one."""
    return text.split("may be used. ", 1)[-1]


def _unproven(winners: list[Winner]) -> Iterator[str]:
    for w in winners:
        for c in (*w.costs, w.both):
            if c.state is State.CAN and not c.proven and c.bound is not None:
                least = f"{c.currency} {c.bound / 100:,.0f}"
                yield f"{w.workload} with {c.choice} is not proven: it costs {least} at least."


def _cost(bill: Bill) -> str:
    match bill.state:
        case State.CAN:
            return f"{(bill.cents or 0) / 100:,.0f}"
        case State.CANNOT:
            return "cannot"
        case State.NOT_SIZED | State.UNKNOWN:
            return str(bill.state)


def _margin(winner: Winner) -> str:
    if winner.winner in NOBODY:
        return NOBODY[winner.winner]
    costs = sorted(c.cents for c in winner.costs if c.cents is not None)
    if len(costs) < len(winner.costs):
        return f"{winner.winner}, the only one"
    if costs[0] < 0:
        return winner.winner
    return f"{winner.winner}, {1 - costs[0] / costs[1]:.0%} cheaper"
