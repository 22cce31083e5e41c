"""Where figures come from: sources, dates, and entries that nothing refers to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from planner.catalog.attributes import attributes_of
from planner.catalog.catalog import Catalog
from planner.catalog.dates import last_day
from planner.catalog.facts import Entry, Fact
from planner.catalog.health.finding import Finding
from planner.catalog.health.ranges import every_item
from planner.catalog.schema import PriceBook
from planner.catalog.tables import sources_of_tables

HISTORIC = frozenset({"seed"})
"""Price books that are kept to reproduce old pages; their age is meant."""


def of_sources(catalog: Catalog) -> Iterator[Finding]:
    """Every source has a title and a date, every value in force a source that can be asked."""
    for source in catalog.sources.values():
        if not source.title.strip():
            yield Finding("error", "no-title", source.id, "the source has no title")
        if source.date is None:
            yield Finding("error", "no-date", source.id, "the source has no date")
    for item in every_item(catalog):
        for name, known in attributes_of(item).items():
            source_entry = catalog.sources.get(known.source or "")
            if source_entry is not None and source_entry.kind == "recall":
                text = f"`{name}` rests on what somebody remembers ({source_entry.id})"
                yield Finding("error", "recall", item.id, text)


def of_orphans(catalog: Catalog) -> Iterator[Finding]:
    """Sources that nothing cites, and cards that nobody can buy."""
    cited = set(cited_sources(catalog))
    for name in catalog.sources:
        if name not in cited:
            yield Finding("warning", "orphan-source", name, "nothing cites this source")
    housed = {h.built_in.value.gpu for h in catalog.hosts.values() if h.built_in}
    for gpu in catalog.gpus.values():
        if gpu.form_factor.value == "sxm" and gpu.id not in housed:
            text = "is a module, and no host of the catalogue is sold with it: it cannot be bought"
            yield Finding("warning", "orphan-module", gpu.id, text)


def of_prices(catalog: Catalog, today: date, max_age_days: int) -> Iterator[Finding]:
    """Prices of the books that are older than they should be, by book."""
    oldest = today - timedelta(days=max_age_days)
    for book in catalog.price_books.values():
        if book.id in HISTORIC:
            continue
        stale = sorted(_stale(book, oldest))
        if stale:
            told = ", ".join(f"{item} ({as_of})" for as_of, item in stale)
            count = "1 price is" if len(stale) == 1 else f"{len(stale)} prices are"
            text = f"{count} older than {max_age_days} days: {told}"
            yield Finding("warning", "stale-prices", book.id, text)


def _stale(book: PriceBook, oldest: date) -> Iterator[tuple[str, str]]:
    for entry in book.entries:
        if last_day(entry.as_of) < oldest:
            yield entry.as_of, entry.item


def cited_sources(catalog: Catalog) -> Iterator[str]:
    """Ids of all sources that anything cites, tables included, as often as it does."""
    yield from _cited(catalog.to_file().model_copy(update={"sources": ()}))
    yield from sources_of_tables()


def _cited(value: object) -> Iterator[str]:
    if isinstance(value, Entry):
        source = getattr(value, "source", None)
        if isinstance(source, str):
            yield source
        if isinstance(value, Fact):
            yield from (c.source for c in value.other_claims)
        for name in type(value).model_fields:
            yield from _cited(getattr(value, name))
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _cited(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _cited(inner)
