"""What was seen in the market and measured, as lists: prices, rentals, losses, tariffs, speeds."""

from __future__ import annotations

from collections.abc import Mapping

from planner.catalog.attributes import scalar
from planner.catalog.catalog import Catalog
from planner.catalog.dates import years_between
from planner.catalog.facts import Entry, Fact
from planner.catalog.market import (
    BenchmarkEntry,
    DepreciationEntry,
    PriceObservation,
    ReferenceEntry,
    RentalObservation,
    Span,
)
from planner.catalog.predicates import Plain
from planner.errors import printable
from planner.report.quantities import counted
from planner.report.screen import Column
from planner.report.shelves import Shelf

_SOURCE = Column("source", optional=True, wraps=True)


def observations(catalog: Catalog) -> Shelf[PriceObservation]:
    """Prices that were seen."""
    columns = (
        Column("item"), Column("date"), Column("price", right=True), Column("currency"),
        Column("tax", right=True), Column("goods"), Column("known as"), _SOURCE,
    )  # fmt: skip
    return Shelf(
        title=lambda n: f"{counted(n, 'price')} that were seen",
        columns=columns,
        entries=catalog.price_observations,
        cells=lambda e: (
            e.item, e.as_of, _span(e), e.currency, f"{e.vat_rate:.0%}" if e.vat_rate else "",
            e.condition, e.kind, e.source,
        ),
        data=_data,
        attributes=_attributes,
        note="`planner catalog prices ITEM` shows those of one item as a chart, without tax.",
    )  # fmt: skip


def rentals(catalog: Catalog) -> Shelf[RentalObservation]:
    """What cards and machines were let for."""
    columns = (
        Column("item"), Column("provider"), Column("terms"), Column("price", right=True),
        Column("currency"), Column("per"), Column("date"), _SOURCE,
    )  # fmt: skip
    return Shelf(
        title=lambda n: counted(n, "rental"),
        columns=columns,
        entries=catalog.rentals,
        cells=lambda e: (
            e.item or printable(e.name or ""), e.provider, e.terms, _span(e), e.currency, e.per,
            e.as_of, e.source,
        ),
        data=_data,
        attributes=_attributes,
        note="None is taken on its own: a scenario names the offers that it may take (`rentals`).",
    )  # fmt: skip


def depreciation(catalog: Catalog) -> Shelf[DepreciationEntry]:
    """What things lost in value."""
    columns = (
        Column("name"), Column("from"), Column("price", right=True), Column("to"),
        Column("then", right=True), Column("a year", right=True), Column("goods"), _SOURCE,
    )  # fmt: skip
    return Shelf(
        title=lambda n: f"{n} series of prices",
        columns=columns,
        entries=catalog.depreciation,
        cells=lambda e: (
            printable(e.name), e.first.as_of, f"{e.first.value:,.0f}", e.last.as_of,
            f"{e.last.value:,.0f}", f"{yearly_change(e):+.0%}", e.condition, e.source,
        ),
        data=lambda e: {**_data(e), "yearly_change": round(yearly_change(e), 4)},
        attributes=lambda e: {**_attributes(e), "yearly_change": yearly_change(e)},
        note="The resale curves of the price books were drawn with these in view.",
    )  # fmt: skip


def yearly_change(entry: DepreciationEntry) -> float:
    """What a thing gained in a year, a share of its price: ``(last / first)^(1 / years) - 1``."""
    years = years_between(entry.first.as_of, entry.last.as_of)
    return float((entry.last.value / entry.first.value) ** (1 / years)) - 1


def references(catalog: Catalog) -> Shelf[ReferenceEntry]:
    """Tariffs, PUE, space, licences and rules."""
    columns = (
        Column("id"), Column("kind"), Column("value", right=True), Column("unit"),
        Column("date"), Column("what it holds for", wraps=True),
    )  # fmt: skip
    return Shelf(
        title=lambda n: f"{counted(n, 'figure')} of the surroundings",
        columns=columns,
        entries=list(catalog.references.values()),
        cells=lambda e: (
            e.id, e.kind, _shown(e.value.value), e.unit, e.value.as_of, printable(e.scope),
        ),
        data=_data,
        attributes=_attributes,
        note="A scenario states its own tariff, PUE and rents; these are what others pay.",
    )  # fmt: skip


def benchmarks(catalog: Catalog) -> Shelf[BenchmarkEntry]:
    """Measured speeds."""
    columns = (
        Column("gpu"), Column("cards", right=True), Column("model"), Column("precision"),
        Column("sessions", right=True), Column("tokens/s", right=True), Column("engine"), _SOURCE,
    )  # fmt: skip
    return Shelf(
        title=lambda n: counted(n, "measured speed"),
        columns=columns,
        entries=catalog.benchmarks,
        cells=lambda e: (
            e.gpu, f"{e.cards}", e.model, e.precision, f"{e.sessions}", f"{e.tokens_per_s:,.1f}",
            e.engine, e.source,
        ),
        data=_data,
        attributes=_attributes,
        note="Speeds of decoding, all sessions together.",
    )  # fmt: skip


def _span(entry: Span) -> str:
    if entry.value is not None:
        return f"{entry.value:,.6g}" if entry.value < _CENTS else f"{entry.value:,.0f}"
    ends = [f"{end:,.6g}" for end in (entry.low, entry.high) if end is not None]
    return " to ".join(ends)


_CENTS = 100
"""Amounts below this are told with their cents."""


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.6g}" if isinstance(value, (int, float)) else f"{value}"


def _data(entry: Entry) -> Mapping[str, object]:
    return entry.model_dump(mode="json", exclude_none=True)


def _attributes(entry: Entry) -> dict[str, Plain]:
    """Fields by name; of a fact its value, date and source."""
    found: dict[str, Plain] = {}
    for name in type(entry).model_fields:
        value = getattr(entry, name)
        if isinstance(value, Fact):
            found |= {name: scalar(value.value), "as_of": value.as_of, "source": value.source}
        elif isinstance(value, Entry):
            found |= {f"{name}_{k}": v for k, v in _attributes(value).items()}
        else:
            found[name] = scalar(value)
    return found
