"""Figures on which sources disagree: which claim is in force, who says otherwise, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from planner.catalog.catalog import Catalog
from planner.catalog.facts import Fact
from planner.catalog.loading import default_catalog
from planner.catalog.names import must_be_known
from planner.errors import printable
from planner.report.figures import Described, Figure, figures_of
from planner.report.quantities import counted
from planner.report.screen import Screen


@dataclass(frozen=True, slots=True)
class Conflict:
    """A figure on which sources disagree.

    Attributes:
        item: id of the card, host, rack, bridge or book.
        figure: the figure.
        fact: the claims about it.
    """

    item: str
    figure: Figure
    fact: Fact[Any]

    def to_json(self) -> dict[str, object]:
        """The conflict as plain data."""
        return {
            "item": self.item,
            "attribute": self.figure.name,
            "unit": self.figure.unit or None,
            "in_force": {
                "value": _plain(self.fact.value),
                "source": self.fact.source,
                "as_of": self.fact.as_of,
            },
            "why": self.fact.why,
            "others": [c.model_dump(mode="json") for c in self.fact.other_claims],
        }


def conflicts_of(name: str | None = None, catalog: Catalog | None = None) -> list[Conflict]:
    """Every figure on which sources disagree, of one entry or of all.

    Raises:
        InputError: if the catalogue has no such entry.
    """
    catalog = catalog or default_catalog()
    entries = {entry.id: entry for entry in _entries(catalog)}
    if name is not None:
        must_be_known("unknown-id", [name], entries, "in the catalogue")
        entries = {name: entries[name]}
    return [c for item, entry in entries.items() for c in _conflicts(item, entry)]


def text_of(found: Sequence[Conflict], screen: Screen) -> str:
    """Conflicts for people, by entry."""
    if not found:
        return "No two sources disagree.\n"
    parts = [screen.bold(f"{counted(len(found), 'figure')} on which sources disagree")]
    for item in dict.fromkeys(c.item for c in found):
        lines = [screen.bold(item)]
        for conflict in found:
            if conflict.item == item:
                lines += _lines(conflict, screen)
        parts.append("\n".join(lines))
    note = "A scenario puts another claim in force by an overlay (`put_in_force`)."
    return "\n\n".join([*parts, screen.dim(note)]) + "\n"


def columns_and_rows(found: Sequence[Conflict]) -> tuple[list[str], list[list[object]]]:
    """One row for each claim, those in force included."""
    head = ["item", "attribute", "in_force", "value", "unit", "source", "as_of", "why", "note"]
    rows: list[list[object]] = []
    for c in found:
        fact, unit = c.fact, c.figure.unit
        rows.append(
            [c.item, c.figure.name, True, _plain(fact.value), unit, fact.source, fact.as_of,
             fact.why, fact.note]
        )  # fmt: skip
        rows += [
            [c.item, c.figure.name, False, _plain(o.value), unit, o.source, o.as_of, None, o.note]
            for o in fact.other_claims
        ]
    return head, rows


def _entries(catalog: Catalog) -> Iterator[Described]:
    yield from catalog.gpus.values()
    yield from catalog.hosts.values()
    yield from catalog.racks.values()
    yield from catalog.bridges.values()
    yield from catalog.models.values()
    yield from catalog.engines.values()
    yield from catalog.price_books.values()


def _conflicts(item: str, entry: Described) -> Iterator[Conflict]:
    for figure in figures_of(entry):
        fact = figure.fact
        if fact is not None and any(c.value != fact.value for c in fact.other_claims):
            yield Conflict(item, figure, fact)


def _lines(conflict: Conflict, screen: Screen) -> Iterator[str]:
    figure, fact = conflict.figure, conflict.fact
    why = f", because {fact.why}" if fact.why else ""
    held = f"{figure.name}: {figure.shown(fact.value)} ({fact.source}, {fact.as_of}){why}"
    yield screen.wrapped(printable(held), "  ", "    ")
    for claim in fact.other_claims:
        note = f"; {claim.note}" if claim.note else ""
        other = f"not {figure.shown(claim.value)} ({claim.source}, {claim.as_of}){note}"
        yield screen.wrapped(printable(other), "    ", "      ")


def _plain(value: object) -> object:
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else value
