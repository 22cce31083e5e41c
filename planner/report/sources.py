"""Sources with what rests on them."""

from __future__ import annotations

from collections import Counter

from planner.catalog.catalog import Catalog
from planner.catalog.health.provenance import cited_sources
from planner.catalog.loading import default_catalog
from planner.errors import printable
from planner.report.listings import Listing
from planner.report.quantities import counted
from planner.report.screen import Column
from planner.report.selection import Selection


def sources_listing(where: str | None = None, catalog: Catalog | None = None) -> Listing:
    """Every source with the number of figures that cite it.

    Args:
        where: a condition on `id`, `kind`, `date`, `title`, `url` and `cited`.
        catalog: the catalogue; the one that comes with the program if absent.

    Raises:
        InputError: if the condition cannot be read.
    """
    catalog = catalog or default_catalog()
    cited = Counter(cited_sources(catalog))
    found = Selection(where).of(
        list(catalog.sources.values()),
        lambda e: {
            "id": e.id,
            "kind": e.kind,
            "date": e.date,
            "cited": cited[e.id],
            "title": e.title,
            "url": e.url,
        },
    )
    columns = (
        Column("id"), Column("kind"), Column("date"), Column("figures", right=True),
        Column("title", wraps=True),
    )  # fmt: skip
    return Listing(
        kind="sources",
        title=counted(len(found), "source") + (f" where {where}" if where else ""),
        columns=columns,
        rows=tuple(
            (e.id, e.kind, e.date or "", f"{cited[e.id]}", printable(e.title)) for e, _ in found
        ),
        entries=tuple({**e.model_dump(mode="json"), "cited": cited[e.id]} for e, _ in found),
        attributes=tuple(row for _, row in found),
        note="`planner catalog show ID` shows what rests on a source and where it can be read.",
    )
