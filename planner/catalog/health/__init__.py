"""Is a catalogue sound? Ranges, arithmetic, sources, age of prices, and what is missing."""

from __future__ import annotations

from datetime import date

from planner.catalog.catalog import Catalog
from planner.catalog.health.arithmetic import of_arithmetic
from planner.catalog.health.completeness import Completeness, completeness
from planner.catalog.health.finding import Finding
from planner.catalog.health.provenance import of_orphans, of_prices, of_sources
from planner.catalog.health.ranges import of_ranges

MAX_AGE_DAYS = 180
"""Age from which on a price is called stale."""

__all__ = ["MAX_AGE_DAYS", "Completeness", "Finding", "completeness", "findings_of"]


def findings_of(catalog: Catalog, today: date, max_age_days: int = MAX_AGE_DAYS) -> list[Finding]:
    """Everything that is found, errors first.

    Args:
        catalog: the catalogue.
        today: the day from which the age of prices counts.
        max_age_days: age from which on a price is stale.
    """
    return sorted(
        [
            *of_ranges(catalog),
            *of_arithmetic(catalog),
            *of_sources(catalog),
            *of_orphans(catalog),
            *of_prices(catalog, today, max_age_days),
        ]
    )
