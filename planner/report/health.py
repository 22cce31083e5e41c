"""The state of the catalogue: findings, counts, and what is missing of each item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from planner.catalog.catalog import Catalog
from planner.catalog.health import Completeness, Finding, completeness, findings_of
from planner.catalog.loading import default_catalog, load_overlays
from planner.errors import printable
from planner.report.asked_sizes import book_of
from planner.report.screen import Column, Screen, Table
from planner.sizing.roofline import above_roofline


@dataclass(frozen=True, slots=True)
class Health:
    """The state of a catalogue.

    Attributes:
        counts: how many there are of each kind.
        findings: what was found, errors first.
        items: what is known of each card and host.
    """

    counts: dict[str, int]
    findings: tuple[Finding, ...]
    items: tuple[Completeness, ...]

    @property
    def errors(self) -> list[Finding]:
        """Findings that must be mended."""
        return [f for f in self.findings if f.level == "error"]

    def to_json(self) -> dict[str, object]:
        """The same as plain data."""
        warnings = len(self.findings) - len(self.errors)
        return {
            "errors": len(self.errors),
            "warnings": warnings,
            "counts": self.counts,
            "findings": [f.to_json() for f in self.findings],
            "completeness": [c.to_json() for c in self.items],
        }


def health_of(overlays: Sequence[Path], book: str, today: date | None, max_age_days: int) -> Health:
    """The state of the catalogue, with overlays laid over it.

    Args:
        overlays: catalogue files.
        book: price book that decides what can be bought.
        today: the day from which ages count; that of this computer if absent.
        max_age_days: age from which on a price is stale.

    Raises:
        InputError: if an overlay is wrong, or there is no such book.
    """
    catalog = load_overlays(default_catalog(), overlays) if overlays else default_catalog()
    book_of(catalog, book)
    found = [*findings_of(catalog, today or date.today(), max_age_days), *above_roofline(catalog)]
    return Health(_counts(catalog), tuple(sorted(found)), tuple(completeness(catalog, book)))


def _counts(catalog: Catalog) -> dict[str, int]:
    return {
        "cards": len(catalog.gpus),
        "hosts": len(catalog.hosts),
        "racks": len(catalog.racks),
        "bridges": len(catalog.bridges),
        "models": len(catalog.models),
        "price books": len(catalog.price_books),
        "price observations": len(catalog.price_observations),
        "rentals": len(catalog.rentals),
        "depreciation series": len(catalog.depreciation),
        "references": len(catalog.references),
        "benchmarks": len(catalog.benchmarks),
        "sources": len(catalog.sources),
    }


def text_of(health: Health, screen: Screen, *, everything: bool) -> str:
    """The state for people."""
    counted = ", ".join(
        f"{count} {kind.removesuffix('s') if count == 1 else kind}"
        for kind, count in health.counts.items()
    )
    parts = [screen.wrapped(counted)]
    for level in ("error", "warning"):
        told = [f for f in health.findings if f.level == level]
        if told:
            parts.append(screen.bold(f"{len(told)} {level}s" if len(told) > 1 else f"1 {level}"))
            lines = [screen.wrapped(printable(_line(f)), "", "    ") for f in told]
            parts.append("\n".join(lines))
    parts.append(_completeness(health.items, screen, everything=everything))
    if not health.errors:
        parts.append("0 errors")
    return "\n\n".join(parts) + "\n"


def _line(finding: Finding) -> str:
    return f"{finding.level}[{finding.rule}] {finding.item}: {finding.text}"


def _completeness(items: Sequence[Completeness], screen: Screen, *, everything: bool) -> str:
    columns = (
        Column("item"), Column("known", right=True), Column("asked", right=True),
        Column("not known" if not everything else "what it disables", wraps=True),
    )  # fmt: skip
    rows = [(c.item, f"{c.known}", f"{c.asked}", _missing(c, everything=everything)) for c in items]
    head = screen.bold("What is known of each card and host")
    return "\n".join([head, screen.table(Table.of(columns, rows))])


def _missing(found: Completeness, *, everything: bool) -> str:
    if not everything:
        return ", ".join(found.missing)
    missing = [f"{name} not known: {disables}" for name, disables in found.missing.items()]
    none = [f"no {name}: {disables}" for name, disables in found.none.items()]
    return "; ".join([*missing, *none])
