"""What stands twice in the files of a catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, TypeVar

from planner.catalog.facts import Entry
from planner.catalog.schema import CatalogFile, PriceBook, SourceEntry
from planner.errors import Diagnostic, Span
from planner.yaml_source import Document

Part: TypeAlias = tuple[CatalogFile, Document]
Seen = TypeVar("Seen", bound=Entry)

_UNIQUE = (
    "sources", "gpus", "hosts", "racks", "bridges", "models", "engines", "price_books",
    "references", "benchmarks",
)  # fmt: skip
_SEEN: Mapping[str, str] = {
    "price_observations": "price", "rentals": "rental", "depreciation": "series",
}  # fmt: skip
"""Sections of what was seen, which has no id, and what one entry of each is called."""
_COMMENTS = {"note", "confidence"}


def duplicates(parts: Sequence[Part], *, may_meet: bool) -> Iterator[Diagnostic]:
    """What stands twice in some files.

    Args:
        parts: the files.
        may_meet: whether two of them may give prices to one book, and list one source alike.
    """
    for section in _UNIQUE:
        first: dict[str, tuple[Entry, Document, Span]] = {}
        for part, document in parts:
            for i, entry in enumerate(getattr(part, section)):
                path = (section, i, "id")
                other, file, place = first.setdefault(
                    entry.id, (entry, document, document.span(path))
                )
                elsewhere = may_meet and file is not document
                if other is entry or (elsewhere and _may_meet(other, entry)):
                    continue
                message = f"`{entry.id}` stands twice in `{section}`"
                yield document.diagnostic("duplicate-id", message, path, hint=_first_at(place))
    yield from _priced_twice(parts)
    yield from _rated_twice(parts)
    yield from seen_twice(parts)


def _may_meet(one: Entry, other: Entry) -> bool:
    """Whether two files may hold entries of one id: books are joined, and sources may agree."""
    return isinstance(one, PriceBook) or (isinstance(one, SourceEntry) and one == other)


def _priced_twice(parts: Sequence[Part]) -> Iterator[Diagnostic]:
    first: dict[tuple[str, str], Span] = {}
    for part, document in parts:
        for i, book in enumerate(part.price_books):
            for j, entry in enumerate(book.entries):
                path = ("price_books", i, "entries", j, "item")
                here = document.span(path)
                place = first.setdefault((book.id, entry.item), here)
                if place is not here:
                    message = f"`{entry.item}` stands twice in the price book `{book.id}`"
                    yield document.diagnostic("duplicate-id", message, path, hint=_first_at(place))


def _first_at(place: Span) -> str:
    return f"the first is at {place.file}:{place.line}"


def with_new(below: tuple[Seen, ...], above: tuple[Seen, ...]) -> tuple[Seen, ...]:
    """What was seen, and what of the rest is not there already."""
    known = set(map(_fingerprint, below)) if above else set()
    return below + tuple(entry for entry in above if _fingerprint(entry) not in known)


def seen_twice(parts: Sequence[Part]) -> Iterator[Diagnostic]:
    """What was seen and stands twice; it would count twice."""
    first: dict[tuple[str, str], Span] = {}
    for part, document in parts:
        for section, what in _SEEN.items():
            for i, entry in enumerate(getattr(part, section)):
                here = document.span((section, i))
                place = first.setdefault((section, _fingerprint(entry)), here)
                if place is not here:
                    message = f"this {what} stands twice in `{section}`, and would count twice"
                    hint = _first_at(place)
                    yield document.diagnostic("duplicate-entry", message, (section, i), hint=hint)


def _rated_twice(parts: Sequence[Part]) -> Iterator[Diagnostic]:
    first: dict[tuple[str, str], Span] = {}
    for part, document in parts:
        for i, rate in enumerate(part.exchange_rates):
            path = ("exchange_rates", i, "month")
            here = document.span(path)
            place = first.setdefault((rate.currency, rate.month), here)
            if place is not here:
                message = f"the rate of {rate.currency} in {rate.month} stands twice"
                yield document.diagnostic("duplicate-id", message, path, hint=_first_at(place))


def _fingerprint(entry: Entry) -> str:
    """What is the same in two entries of one price; comments may differ."""
    return entry.model_dump_json(exclude=_COMMENTS)
