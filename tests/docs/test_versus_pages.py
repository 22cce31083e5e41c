"""The head-to-head pages of the docs are what the command prints today."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.claims.choosing import scenarios_folder
from planner.report.screen import Screen
from planner.report.sections import as_markdown, as_text
from planner.report.versus import sections_of, title_of
from planner.scenario.loading import load_scenario
from planner.versus.head_to_head import head_to_head

FOLDER = Path(__file__).parents[2] / "docs" / "versus"
WORDS = {8: "eight", 9: "nine", 10: "ten", 11: "eleven", 12: "twelve"}
PAIRS = [
    ("rtx-pro-4500", "rtx-pro-6000-ws"),
    ("rtx-4090", "rtx-pro-6000-ws"),
    ("rtx-a4000", "rtx-a6000"),
    ("rtx-a6000", "rtx-pro-5000"),
]


def test_every_page_is_one_of_the_pairs() -> None:
    names = {f"{one}-against-{other}" for one, other in PAIRS}
    assert {page.stem for page in FOLDER.glob("*.md")} == names | {"index"}


def test_every_page_is_in_the_navigation_and_in_the_index() -> None:
    navigation = (FOLDER.parents[1] / "mkdocs.yml").read_text(encoding="utf-8")
    index = (FOLDER / "index.md").read_text(encoding="utf-8")
    for page in FOLDER.glob("*.md"):
        assert f"      - versus/{page.name}\n" in navigation
        assert page.stem == "index" or f"({page.name})" in index


def test_the_index_counts_the_workloads() -> None:
    count = len(load_scenario(scenarios_folder() / "versus.yaml").scenario.workloads)
    index = (FOLDER / "index.md").read_text(encoding="utf-8")
    assert f"the {WORDS[count]} workloads of `scenarios/versus.yaml`" in index


@pytest.mark.slow
@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_a_page_is_what_the_command_prints_and_fits_a_screen(first: str, second: str) -> None:
    found = head_to_head(first, second)
    page = FOLDER / f"{first}-against-{second}.md"
    renew = f"planner versus {first} {second} --markdown > {page.relative_to(FOLDER.parents[1])}"
    assert page.read_text(encoding="utf-8") == as_markdown(title_of(found), sections_of(found)), (
        f"the page is stale; renew it with `{renew}`"
    )
    shown = as_text(title_of(found), sections_of(found), Screen(100)).splitlines()
    assert [line for line in shown if len(line) > 100] == []
