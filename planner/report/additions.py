"""Additions to the catalogue: a stub is checked, written out, and joined to an overlay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from planner.catalog.catalog import Catalog
from planner.catalog.facts import Entry
from planner.catalog.health import Finding
from planner.catalog.health.arithmetic import of_arithmetic
from planner.catalog.health.provenance import of_sources
from planner.catalog.health.ranges import of_ranges
from planner.catalog.loading import default_catalog, read_part
from planner.catalog.merging import joined, merge
from planner.catalog.schema import (
    BridgeEntry,
    CatalogFile,
    GpuEntry,
    HostEntry,
    PriceBook,
    RackEntry,
)
from planner.catalog.stubs import ENTRIES, is_fact, left_empty, written_out
from planner.errors import InputError
from planner.sizing.roofline import above_roofline
from planner.yaml_source import parse, read_bytes

SECTIONS = (
    "sources", "gpus", "hosts", "racks", "bridges", "models", "engines", "exchange_rates",
    "price_books", "price_observations", "rentals", "depreciation", "references", "benchmarks",
    "put_in_force",
)  # fmt: skip
_WITH_ID = (*ENTRIES, "models", "engines", "references", "benchmarks")
_HEAD = (
    "# yaml-language-server: $schema=catalog.schema.json  (`planner schema catalog` prints it)\n"
)


@dataclass(frozen=True, slots=True)
class Added:
    """What a stub adds.

    Attributes:
        items: ids of what is added.
        text: the overlay with it.
        findings: errors that the check of the catalogue would find; with any, nothing must be
            written.
        notes: what is as it should be, but has a consequence that one may not expect.
    """

    items: tuple[str, ...]
    text: str
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()

    def to_json(self, into: Path | None) -> dict[str, object]:
        """The same as plain data."""
        return {
            "added": list(self.items) if not self.findings else [],
            "into": None if into is None else str(into),
            "findings": [f.to_json() for f in self.findings],
            "notes": list(self.notes),
            "overlay": yaml.safe_load(self.text),
        }

    def told(self, into: Path) -> str:
        """What was done, and how a scenario uses it."""
        return (
            f"{into} now has {', '.join(self.items)}.\n"
            f"A scenario uses it with `catalog: {{overlays: [{into.name}]}}`.\n"
            + "".join(f"{note}\n" for note in self.notes)
        )


def read(stub: Path, into: Path | None) -> Added:
    """Check a stub over the catalogue that comes with the program, and join it to an overlay.

    Args:
        stub: file with items, in full or with plain values.
        into: overlay that it is joined to; none if absent.

    Raises:
        InputError: if the stub or the overlay is not a catalogue file, names a source that is not
            listed, or an item that the overlay has already.
    """
    document = parse(read_bytes(stub), file=str(stub))
    if empty := left_empty(document):
        raise InputError(empty)
    part = read_part(written_out(document))
    parts = [part]
    if into is not None and into.exists():
        parts.insert(0, read_part(parse(read_bytes(into), file=str(into))))
    catalog, wrong = merge(parts, default_catalog())
    if wrong:
        raise InputError(wrong)
    before, _ = merge(parts[:-1], default_catalog())
    errors = tuple(sorted(_errors(catalog) - _errors(before)))
    return Added(tuple(_named(part[0])), _text([p for p, _ in parts]), errors, _notes(part[0]))


def _errors(catalog: Catalog) -> set[Finding]:
    """What `planner catalog check` exits with 1 for."""
    found = (of_ranges, of_arithmetic, of_sources, above_roofline)
    return {f for findings in found for f in findings(catalog) if f.level == "error"}


def _notes(part: CatalogFile) -> tuple[str, ...]:
    return tuple(
        f"{card.id} states no compute_capability: CUDA engines do not run on it."
        for card in part.gpus
        if card.compute_capability is None
    )


def _named(part: CatalogFile) -> Iterator[str]:
    """What a file adds, by name; its sources only where it adds nothing else."""
    new = [e.id for section in _WITH_ID for e in getattr(part, section)]
    new += [f"rate of {r.currency} in {r.month}" for r in part.exchange_rates]
    priced = [e.item for book in part.price_books for e in book.entries if e.item not in new]
    new += [f"price of {item}" for item in priced]
    curves = [c.items for book in part.price_books for c in book.resale]
    new += [f"resale of {i if isinstance(i, str) else ', '.join(i)}" for i in curves]
    new += [f"price of {o.item} seen in {o.as_of}" for o in part.price_observations]
    new += [f"rental of {r.item or r.name} in {r.as_of}" for r in part.rentals]
    new += [f"loss of value of {d.name}" for d in part.depreciation]
    new += [f"{o.attribute} of {o.item} as {o.source} says" for o in part.put_in_force]
    yield from new or [f"source {s.id}" for s in part.sources] or ["nothing new"]


def _text(files: list[CatalogFile]) -> str:
    data: dict[str, Any] = {"schema": 1}
    for section in SECTIONS:
        entries = [
            entry.model_dump(mode="json", by_alias=True, exclude_defaults=True)
            for entry in _entries(files, section)
        ]
        if entries:
            data[section] = entries
    return _HEAD + yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100)


def _entries(files: list[CatalogFile], section: str) -> list[Entry]:
    """The entries of a section in all files; what two files say of one source or book is one."""
    every = [entry for file in files for entry in getattr(file, section)]
    if section == "sources":
        return list({source.id: source for source in every}.values())
    if section != "price_books":
        return every
    books: dict[str, PriceBook] = {}
    for book in every:
        books[book.id] = joined(books[book.id], book) if book.id in books else book
    return list(books.values())


def template(kind: str) -> str:
    """A stub of a kind with every field that must be filled in, and what each means."""
    match kind:
        case "gpu":
            return _template("gpus", GpuEntry)
        case "host":
            return _template("hosts", HostEntry)
        case "rack":
            return _template("racks", RackEntry)
        case "bridge":
            return _template("bridges", BridgeEntry)
        case _:
            return _PRICE


def _template(section: str, model: type[Entry]) -> str:
    lines = [
        "# Fill in every value (`null`: there is none), or remove the line. A field may be a plain",
        "# value, or {value: 1, low: 0.9, high: 1.1, note: why}.",
        "schema: 1",
        "sources:",
        "  - {id: my-source, title: where the figures come from, kind: vendor, date: '2026'}",
        f"{section}:",
        "  - id: my-id",
        "    source: my-source            # of every value below that names none",
        "    as_of: '2026'",
        *_fields(model),
    ]
    return "\n".join(lines) + "\n"


def _fields(model: type[Entry]) -> Iterator[str]:
    for name, info in model.model_fields.items():
        if name in ("id", "mig", "mig_sizes"):
            continue
        meaning = (info.description or "").replace("\n", " ")
        if name == "attributes":
            yield f"    attributes: {{}}              # {meaning}"
        elif info.is_required() or is_fact(model, name):
            given = "" if info.is_required() else "# "
            yield f"    {given}{name}:  # {meaning}"


_PRICE = """\
# Prices of your own; `basis: quote` is your supplier's offer. A scenario takes them with
# `catalog: {overlays: [FILE], prices: 2026-09}`.
schema: 1
sources:
  - {id: my-offer, title: offer number and supplier, kind: vendor, date: '2026'}
price_books:
  - id: "2026-09"                  # joined to the book of that id: your prices win
    title: Prices with my offers
    currency: USD
    entries:
      - {item: rtx-a6000, basis: quote, value: 3900, currency: USD, condition: new,
         as_of: "2026-10", source: my-offer}
    resale: []                     # the curves of the shipped book stay as they are
"""
