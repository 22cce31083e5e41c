"""What `planner solve` prints where no fleet can meet a scenario."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

TOO_LITTLE = """
schema: 1
name: Too little power
start: 2026-10
months: 12
workloads:
  - name: notebooks
    task: fixed
    need: {cards: 1}
    demand: [{from: 2026-10, count: 6}]
sites:
  - {name: lab, facility_power_kw: 0.5, electricity_per_kwh: 0.18}
fleet:
  gpus: [rtx-a4000]
  hosts: [hp-z4-g5]
"""


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    file = tmp_path / "small.yaml"
    file.write_text(TOO_LITTLE)
    return str(file)


def test_the_smallest_changes_are_named(run: Run, scenario: str) -> None:
    ended = run("solve", scenario)
    assert (ended.code, ended.stdout) == (1, "")
    lines = ended.stderr.splitlines()
    assert lines[0] == "no fleet can meet this scenario:"
    assert any(
        line.startswith("  - raise sites.lab.facility_power_kw from 0.5 to") for line in lines
    )


def test_json_has_every_change_with_its_place(run: Run, scenario: str) -> None:
    ended = run("solve", scenario, "--json")
    assert (ended.code, ended.stderr) == (1, "")
    error = json.loads(ended.stdout)["error"]
    assert error["kind"] == "infeasible"
    (change,) = error["repairs"][0]["changes"]
    assert change["place"] == ["sites", 0, "facility_power_kw"]
    assert change["from"] == 0.5
    assert change["to"] > 0.5
    assert error["repairs"][0]["verified"] is True
