"""The scenarios of the articles, as a reader finds them in their folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.claims.choosing import scenarios_folder
from planner.yaml_source import parse

FOLDER = scenarios_folder()
FILES = sorted(f for f in FOLDER.glob("*/*.yaml") if f.stem != "facts")
NAMES = [f.relative_to(FOLDER).with_suffix("").as_posix() for f in FILES]


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_no_machine_of_one_s_own_stands_in_a_data_centre(file: Path) -> None:
    document = parse(file.read_bytes(), file=file.name)
    sites, hosts = document.get(("sites",)), document.get(("fleet", "hosts"))
    assert isinstance(sites, list)
    assert isinstance(hosts, list)
    if any(isinstance(site, dict) and site.get("kind") == "data_centre" for site in sites):
        assert [host for host in hosts if f"{host}".startswith("diy-")] == []
