"""Tables of measurements that stand beside the catalogue and cite its sources."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

from planner.catalog.loading import data_folder


def sources_of_tables(folder: Path | None = None) -> tuple[str, ...]:
    """Ids of the sources that the rows of all tables cite, as often as they do."""
    return _sources(folder or data_folder() / "benchmarks")


@lru_cache(maxsize=4)
def _sources(folder: Path) -> tuple[str, ...]:
    found: list[str] = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += [row["source"] for row in csv.DictReader(file) if "source" in row]
    return tuple(found)
