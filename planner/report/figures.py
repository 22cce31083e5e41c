"""The figures of a catalogue entry: name, value, unit, source, and the claims they overrule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from planner.catalog.architecture import ModelEntry
from planner.catalog.attributes import in_words, unit_for, unit_of
from planner.catalog.facts import Claim, Entry, Fact
from planner.catalog.market import BenchmarkEntry, ReferenceEntry
from planner.catalog.schema import (
    BridgeEntry,
    EngineEntry,
    GpuEntry,
    HostEntry,
    PriceBook,
    RackEntry,
)

Described: TypeAlias = (
    GpuEntry | HostEntry | RackEntry | BridgeEntry | ModelEntry | EngineEntry | PriceBook
    | ReferenceEntry | BenchmarkEntry
)  # fmt: skip
_NOT_SHOWN = {"id", "name", "vendor", "source", "as_of", "title", "entries", "resale", "version"}

_REMARKS = {"note", "verified_by"}
"""What an entry says about itself, without a source."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One attribute.

    Attributes:
        name: as in the file, with dots between the levels.
        meaning: what it says.
        value: the value in force.
        source: id of its source, or None for what an entry says about itself.
        as_of: date of the source, or None.
        fact: the whole fact, where there is one.
    """

    name: str
    meaning: str
    value: object
    source: str | None
    as_of: str | None
    fact: Fact[Any] | None = None

    @property
    def unit(self) -> str:
        """Unit of the value, from the end of the name; empty where it has none."""
        return unit_of(self.name)

    def shown(self, value: object) -> str:
        """A value of this attribute for people, with its unit."""
        text = _text(value)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return f"{text} {unit_for(self.name, value)}" if self.unit and is_number else text

    def sources(self) -> list[str]:
        """Ids of all sources that say something about it."""
        return [s for s in (self.source, *(c.source for c in claims_of(self))) if s]

    def to_json(self) -> dict[str, object]:
        """The figure as plain data."""
        found: dict[str, object] = {
            "value": _plain(self.value),
            "unit": self.unit or None,
            "meaning": self.meaning or None,
            "source": self.source,
            "as_of": self.as_of,
        }
        if self.fact is not None:
            told = self.fact.model_dump(mode="json", exclude={"value", "source", "as_of"})
            found |= {name: value for name, value in told.items() if value not in (None, [], ())}
        return found


def claims_of(figure: Figure) -> tuple[Claim[Any], ...]:
    """What other sources say about a figure."""
    return figure.fact.other_claims if figure.fact is not None else ()


def figures_of(entry: Described) -> tuple[Figure, ...]:
    """Every figure of an entry, in the order of the file format."""
    if isinstance(entry, (ModelEntry, BenchmarkEntry)):
        return tuple(_walk(entry, "", entry.source, entry.as_of))
    return tuple(_walk(entry, "", None, None))


def _walk(entry: Entry, prefix: str, source: str | None, as_of: str | None) -> Iterator[Figure]:
    for field, info in type(entry).model_fields.items():
        if not prefix and field in _NOT_SHOWN:
            continue
        value = getattr(entry, field)
        meaning = info.description or ""
        yield from _figures(value, prefix + field, meaning, source, as_of)


def _figures(
    value: object, name: str, meaning: str, source: str | None, as_of: str | None
) -> Iterator[Figure]:
    if isinstance(value, Fact):
        yield Figure(name, meaning, value.value, value.source, value.as_of, value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _figures(inner, key, "", source, as_of)
    elif isinstance(value, Entry):
        yield from _walk(value, f"{name}.", source, as_of)
    elif name in _REMARKS and value is not None:
        yield Figure(name, meaning, value, None, None)
    elif value is not None:
        yield Figure(name, meaning, value, source, as_of)


def _plain(value: object) -> object:
    return value.model_dump(mode="json") if isinstance(value, Entry) else value


def _text(value: object) -> str:
    """A value for people."""
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float():
            return f"{value:,.10g}"
        case Entry():
            return in_words(value)
        case tuple() | list():
            return _listed(tuple(value))
        case _:
            return f"{value}"


def _listed(values: tuple[object, ...]) -> str:
    """A list, or a list of lists: `blower, passive`, `2 + 2 or 1 + 1 + 1`."""
    if values and all(isinstance(v, tuple) for v in values):
        inner = (" + ".join(map(_text, v)) for v in values if isinstance(v, tuple))
        return " or ".join(inner)
    return ", ".join(map(_text, values)) or "none"
