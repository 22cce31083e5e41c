"""Small claims files, made in a folder of their own and put to the test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from planner.catalog.catalog import Catalog
from planner.catalog.loading import default_catalog
from planner.claims.checking import check_pages
from planner.claims.loading import load
from planner.claims.verdicts import Judged, Verdict

Data = dict[str, Any]
SOURCE = "article-4090-pro6000"
"""A page that the catalogue knows."""


def claim(about: Data, asserts: Data, name: str = "one", **more: Any) -> Data:
    """A claim with the fields that matter."""
    head: Data = {"id": name, "kind": "rule", "says": "So it is."}
    return head | {"about": about, "asserts": asserts} | more


def sum_of(expression: str, terms: Data, **more: Any) -> Data:
    """What a claim about a sum is about; numbers are terms that the page states."""
    named = {n: t if isinstance(t, dict) else {"stated": t} for n, t in terms.items()}
    return {"check": "sum", "expression": expression, "terms": named} | more


def page(folder: Path, *claims: Data, name: str = "offer.yaml", **more: Any) -> Path:
    """A claims file."""
    head: Data = {"schema": 1, "title": "An offer", "source": SOURCE, "claims": list(claims)}
    file = folder / name
    file.write_text(json.dumps(head | more, indent=2), encoding="utf-8")
    return file


def judged(
    folder: Path, *claims: Data, catalog: Catalog | None = None, **more: Any
) -> list[Judged]:
    """Claims of one file with their verdicts."""
    known = catalog or default_catalog()
    return check_pages(load([page(folder, *claims, **more)], known), known, workers=1)


def verdict(folder: Path, about: Data, asserts: Data, catalog: Catalog | None = None) -> Verdict:
    """What becomes of one claim."""
    (one,) = judged(folder, claim(about, asserts), catalog=catalog)
    return one.verdict
