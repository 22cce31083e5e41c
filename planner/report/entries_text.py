"""An entry of the catalogue for people."""

from __future__ import annotations

from collections.abc import Iterator

from planner.catalog.facts import Fact
from planner.catalog.prices import price_list
from planner.catalog.schema import PriceBook, PriceEntry, ResaleEntry
from planner.errors import printable
from planner.report.entries import ITEMS, Shown
from planner.report.figures import Figure, claims_of
from planner.report.screen import Screen
from planner.report.sizes import price_of

_WIDEST_VALUE = 24
_MOST_USES = 30


def text_of(shown: Shown, screen: Screen) -> str:
    """Every figure with its source, what others say, the prices, and where to read it."""
    parts = [screen.bold(screen.wrapped(printable(f"{shown.id}: {shown.name} ({shown.kind})")))]
    if shown.figures:
        parts.append("\n".join(_figures(shown, screen)))
    for head, lines in (
        ("Prices", _prices(shown, screen)),
        ("Resale", _resale(shown, screen)),
        ("Used by", _uses(shown, screen)),
        ("Sources" if shown.kind != "source" else "Where", _sources(shown, screen)),
    ):
        told = list(lines)
        if told:
            parts.append("\n".join([screen.bold(head), *told]))
    return "\n\n".join(parts) + "\n"


def _figures(shown: Shown, screen: Screen) -> Iterator[str]:
    names = max(len(f.name) for f in shown.figures)
    values = max(min(_WIDEST_VALUE, len(f.shown(f.value))) for f in shown.figures)
    for figure in shown.figures:
        said = _said(shown, figure)
        value = printable(figure.shown(figure.value))
        line = f"{figure.name:<{names}}  {value:<{values}}  {said}".rstrip()
        yield line if len(line) <= screen.width else screen.wrapped(line, "", " " * (names + 2))
        if figure.fact is not None:
            yield from _remarks(figure, figure.fact, screen)


def _said(shown: Shown, figure: Figure) -> str:
    """Who says so, when, and how far that is trusted."""
    if figure.source is None:
        return ""
    trust = shown.confidence(figure)
    return f"{figure.source}, {figure.as_of}" + (f", {trust}" if trust else "")


def _remarks(figure: Figure, fact: Fact[object], screen: Screen) -> Iterator[str]:
    """What must be known about a figure: its range, its rule, its rivals."""
    remarks = []
    if fact.low is not None and fact.high is not None:
        remarks.append(f"between {figure.shown(fact.low)} and {figure.shown(fact.high)}")
    if fact.estimate:
        remarks.append(f"estimate: {fact.estimate}")
    if fact.note:
        remarks.append(fact.note)
    if fact.why:
        remarks.append(f"in force, because: {fact.why}")
    for claim in claims_of(figure):
        also = f" ({claim.note})" if claim.note else ""
        value = figure.shown(claim.value)
        remarks.append(f"not in force: {value}, says {claim.source}, {claim.as_of}{also}")
    for remark in remarks:
        yield screen.dim(screen.wrapped(printable(remark), "    ", "      "))


def _prices(shown: Shown, screen: Screen) -> Iterator[str]:
    for book, entry in shown.prices:
        yield screen.wrapped(_price(shown, book, entry), f"{book.id}: ", "    ")
        for label, text in (("estimate: ", entry.rule), ("", entry.note)):
            if text:
                yield screen.dim(screen.wrapped(printable(label + text), "    ", "      "))
    if shown.kind == "price book":
        yield f"`planner catalog list prices --prices {shown.id}` shows all"
    if not shown.prices and shown.kind in ITEMS:
        yield "none in any price book; it cannot be bought alone"


def _price(shown: Shown, book: PriceBook, entry: PriceEntry) -> str:
    span = ""
    if entry.low is not None and entry.high is not None and entry.low != entry.high:
        span = f" ({entry.low:,.0f} to {entry.high:,.0f})"
    tax = f" with {entry.vat_rate:.0%} tax" if entry.vat_rate else ""
    text = f"{entry.currency} {entry.value:,.0f}{span}{tax}"
    price = price_of(price_list(shown.catalog, book.id, book.currency), entry.item)
    if price is not None and (tax or entry.currency != book.currency):
        text += f" = {book.currency} {price.cents / 100:,.0f} without tax"
    return f"{text}, {entry.basis}, {entry.condition}, {entry.source}, {entry.as_of}"


def _resale(shown: Shown, screen: Screen) -> Iterator[str]:
    for book, curve in shown.resale:
        yield screen.wrapped(_curve(curve), f"{book.id}: ", "    ")


def _curve(curve: ResaleEntry) -> str:
    first, kept = _share(curve.first_sale_share), _share(curve.yearly_retention)
    return f"a sale on the first day brings {first} of the price; each year leaves {kept} of that"


def _share(fact: Fact[float]) -> str:
    span = ""
    if fact.low is not None and fact.high is not None:
        span = f"{fact.low:.0%} to {fact.high:.0%}; "
    return f"{fact.value:.0%} ({span}{fact.source}, {fact.as_of})"


def _uses(shown: Shown, screen: Screen) -> Iterator[str]:
    for use in shown.used_by[:_MOST_USES]:
        yield screen.wrapped(use, "  ", "    ")
    if len(shown.used_by) > _MOST_USES:
        yield f"  and {len(shown.used_by) - _MOST_USES} more (--json shows all)"


def _sources(shown: Shown, screen: Screen) -> Iterator[str]:
    for name, source in shown.sources.items():
        where = f"; {source.url}" if source.url else ""
        dated = f", {source.date}" if source.date else ""
        title = printable(f"{name}: {source.title} ({source.kind}{dated}){where}")
        yield screen.wrapped(title, "", "    ")
