"""The report on accuracy, in all its forms."""

from __future__ import annotations

import json
from pathlib import Path

from planner.accuracy.quantities import QUANTITIES
from planner.catalog.loading import default_catalog
from planner.report.accuracy import chapters_of, page_of, to_json

ROOT = Path(__file__).parents[2]


def test_the_page_of_the_documentation_is_what_the_command_prints() -> None:
    page = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
    assert page == page_of(chapters_of(default_catalog())), (
        "docs/accuracy.md is stale: planner accuracy --markdown > docs/accuracy.md"
    )


def test_plain_data_has_every_quantity_and_every_row() -> None:
    told = json.loads(json.dumps(to_json(chapters_of(default_catalog()))))["memory"]
    assert [q["name"] for q in told["quantities"]] == [q.name for q in QUANTITIES]
    rows = [r for q in told["quantities"] for r in (*q["measurements"], *q["not_tried"])]
    assert len(rows) == 329
    assert len(told["worst"]) == 10


def test_every_chapter_has_a_name_of_its_own_and_something_to_read() -> None:
    chapters = chapters_of(default_catalog())
    assert len({c.name for c in chapters}) == len(chapters)
    assert all(c.sections and c.data for c in chapters)
