"""The scenarios of the articles, as a reader finds them in their folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.catalog.loading import default_catalog
from planner.claims.choosing import scenarios_folder
from planner.claims.loading import load, shipped
from planner.errors import InputError
from planner.scenario.loading import read_scenario
from planner.yaml_source import parse

FOLDER = scenarios_folder()
FILES = sorted(f for f in FOLDER.glob("*/*.yaml") if f.stem != "facts")
NAMES = [f.relative_to(FOLDER).with_suffix("").as_posix() for f in FILES]
HEADER = """\
#
# Solve it with either set of facts, by one of these lines below `schema`:
#   catalog: {prices: 2026-09}                       # the catalogue's; so it is without a line
#   catalog: {overlays: [facts.yaml], prices: seed}  # the page's own
schema: 1
"""
CATALOGUES, PAGES = (line.strip("# ").split("  ")[0] for line in HEADER.splitlines()[2:4])
UNPRICED = {"4090-pro6000/sub-second-70b"}
"""The page prices no H100."""


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_no_machine_of_one_s_own_stands_in_a_data_centre(file: Path) -> None:
    document = parse(file.read_bytes(), file=file.name)
    sites, hosts = document.get(("sites",)), document.get(("fleet", "hosts"))
    assert isinstance(sites, list)
    assert isinstance(hosts, list)
    if any(isinstance(site, dict) and site.get("kind") == "data_centre" for site in sites):
        assert [host for host in hosts if f"{host}".startswith("diy-")] == []


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_scenario_says_how_it_is_solved_with_either_set_of_facts(file: Path) -> None:
    assert file.read_text(encoding="utf-8").count(HEADER) == 1


def with_line(name: str, line: str) -> None:
    """Read a scenario with a line below its `schema`."""
    file = FOLDER / f"{name}.yaml"
    text = file.read_text(encoding="utf-8").replace("\nschema: 1\n", f"\nschema: 1\n{line}\n")
    assert f"\n{line}\n" in text
    read_scenario(text, file=f"{name}.yaml", folder=file.parent)


@pytest.mark.parametrize("name", NAMES)
def test_both_lines_that_a_scenario_names_are_right(name: str) -> None:
    with_line(name, CATALOGUES)
    if name in UNPRICED:
        with pytest.raises(InputError):
            with_line(name, PAGES)
    else:
        with_line(name, PAGES)


def test_the_facts_of_a_page_are_those_with_which_its_claims_are_tested() -> None:
    said = parse(PAGES, file="line").get(("catalog",))
    assert isinstance(said, dict)
    for page in load(shipped(), default_catalog()):
        own = page.file.own_facts
        assert said == {"overlays": [Path(own.overlay or "").name], "prices": own.prices}
        assert (own.overlay or "").startswith(page.path.stem)
