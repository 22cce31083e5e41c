"""What would change the winner of two cards, and hard requirements, as sections."""

from __future__ import annotations

from collections.abc import Iterator

from planner.report.screen import Column
from planner.report.sections import Section
from planner.report.versus_words import NOBODY, listed
from planner.studies.choices import NOBODY_KNOWS
from planner.versus.conditions import Condition
from planner.versus.head_to_head import HeadToHead
from planner.versus.loads import FACTORS
from planner.versus.seen import months_seen

_HEADS = {0.25: "1/4", 0.5: "1/2", 1.0: "1", 2.0: "2", 4.0: "4"}


def requirements_section(found: HeadToHead) -> Section:
    """What each card has of what a buyer may have to have."""
    columns = (Column("requirement"), *(Column(gpu) for gpu in found.gpus))
    rows = [(r.text, *r.met) for r in found.requirements]
    return Section("Hard requirements", (), columns, tuple(rows))


def loads_section(found: HeadToHead) -> Section:
    """Who wins with less and with more to do."""
    columns = (Column("workload"), *(Column(_HEADS[factor]) for factor in FACTORS))
    rows = [
        (w.workload, *(NOBODY.get(load.winner, load.winner) for load in w.loads))
        for w in found.winners
        if w.loads
    ]
    texts = (
        "The winner at a quarter, half, once, twice and four times the demand, each solved again.",
        *_not_tried(found),
    )
    return Section("With less and with more to do", texts, columns, tuple(rows))


def prices_section(found: HeadToHead) -> Section:
    """Prices at which the other card wins."""
    columns = (
        Column("price of"), Column("if", right=True), Column("now", right=True),
        Column("range", right=True), Column("in it"), Column("then wins"),
        Column("for", wraps=True),
    )  # fmt: skip
    where: dict[Condition, list[str]] = {}
    for winner in found.winners:
        for c in (c for c in winner.conditions if c.kind == "price"):
            where.setdefault(c, []).append(winner.workload)
    rows = [(*_flip(c), c.winner, listed(names)) for c, names in where.items()]
    return Section(
        "At other prices", tuple(_price_texts(found, bool(rows))), columns, tuple(rows)
    )  # fmt: skip


def _price_texts(found: HeadToHead, changed: bool) -> Iterator[str]:
    since, until = months_seen(found.inputs)
    yield (
        f"Where both can do it, prices in {found.currency} without tax were tried up to eight "
        "times and down to an eighth of today's. Each was solved again; a price above the book's "
        "adds nothing to what a sale brings. The range is that of the price book and of what the "
        f"catalogue has seen asked or paid for such goods from {since} to {until}; where the price "
        "at which the winner changes lies in it, the verdict rests on your quote."
    )
    if not changed:
        yield "No price that was tried changes a winner that is known."
    yield from _not_tried(found)


def _not_tried(found: HeadToHead) -> Iterator[str]:
    if open_ones := [w.workload for w in found.winners if w.winner == NOBODY_KNOWS]:
        yield f"Nothing was tried for {listed(open_ones)}: the winner is unknown."


def _flip(c: Condition) -> tuple[str, str, str, str, str]:
    """Goods, limit, price of today, its range, and whether the limit lies in that."""
    assert c.value is not None
    assert c.now is not None
    sign = "above" if c.more else "below"
    span = ""
    if c.low is not None and c.high is not None and c.low < c.high:
        span = f"{_price(c.low, c)} to {_price(c.high, c)}"
    limit = f"{sign} {_price(c.value, c)}"
    return ", ".join(c.goods), limit, _price(c.now, c), span, "yes" if c.within else ""


def _price(value: float, c: Condition) -> str:
    return f"{value:.2f} x" if c.times else f"{value:,.0f}"
