"""A file that is dropped into a folder of the formulation binds, and no other file is touched."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import planner

ROOT = Path(planner.__file__).parents[1]

RULE = '''
"""Two hosts: one may fail."""

from planner.formulation.expression import total
from planner.formulation.rule import Row, Rule

RULE = Rule("two_hosts", "Two hosts are in use at every node.", "", "hosts", about="{about}")


def rows(problem, variables):
    for node in problem.tree.nodes:
        hosts = total(v for (_, _, n), v in variables.{family}.items() if n == node.index)
        yield Row(RULE, (node.label,), hosts, at_least=2)
'''

TERM = '''
"""Floor: a host takes space."""

from planner.formulation.expression import total
from planner.formulation.rule import Term

TERM = Term("floor_space", "A host in use pays rent.", "", "space", about="housing")


def cost(problem, variables):
    return total(1000 * hosts for hosts in variables.builds.values())
'''

SCRIPT = """
import json
from dataclasses import replace
import planner
from planner.formulation.model import build_model
from planner.solve.direct import listed
from planner.solve.engine import explore, solve
from planner.solve.mathopt import GSCIP
from planner.solve.settings import Listener, Method, Settings
from tests.formulation.scenes import lab_setup

setup = lab_setup()
settings = Settings(gap=0.0)
model = build_model(listed(setup, settings).problem)
found = {method: solve(setup, GSCIP, replace(settings, method=method), Listener())
         for method in Method}
found["explore"] = explore(setup, GSCIP, settings, Listener())
print(json.dumps({
    "from": planner.__file__,
    "rows": [row.name for row in model.rows],
    "cost": {name: outcome.cost for name, outcome in found.items()},
    "bound": {name: outcome.lower_bound for name, outcome in found.items()},
    "engine": {name: outcome.engine for name, outcome in found.items()},
    "strangers": {name: list(outcome.strangers) for name, outcome in found.items()},
    "hosts": [sum(n for (_, _, node), n in found["auto"].solution.hosts.items() if node == i)
              for i in range(len(setup.problem.tree.nodes))],
}))
"""
ENGINES = ("auto", "direct", "decomposition", "explore")


def planned_with(folder: Path, file: str, text: str) -> dict[str, Any]:
    """What a copy of the program plans that has one file more, in a process of its own."""
    shutil.copytree(
        ROOT / "planner", folder / "planner", ignore=shutil.ignore_patterns("__pycache__")
    )
    for shared in ("catalog", "tests"):
        (folder / shared).symlink_to(ROOT / shared)
    if file:
        (folder / "planner" / "formulation" / file).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=folder, check=True, capture_output=True, timeout=120,
        env=os.environ | {"PYTHONPATH": str(folder)},
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    assert Path(found["from"]).is_relative_to(folder)
    return found


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return planned_with(tmp_path_factory.mktemp("plain"), "", "")


@pytest.mark.parametrize(
    ("about", "family"), [("fleet", "running"), ("housing", "builds"), ("serving", "builds")]
)
def test_a_new_rule_yields_rows_and_binds_in_every_engine(
    tmp_path: Path, plain: dict[str, Any], about: str, family: str
) -> None:
    text = RULE.format(about=about, family=family)
    found = planned_with(tmp_path, "rules/two_hosts.py", text)
    assert set(found["rows"]) - set(plain["rows"]) == {"two_hosts[2026-10]", "two_hosts[2026-11]"}
    assert (plain["hosts"], found["hosts"]) == ([1, 2], [2, 2])
    for engine in ENGINES:
        assert found["cost"][engine] == pytest.approx(found["cost"]["direct"])
        assert found["cost"][engine] > plain["cost"][engine] + 100
        assert found["bound"][engine] <= found["cost"]["direct"] + 1.0


@pytest.mark.parametrize("about", ["housing", "serving"])
def test_a_rule_that_the_search_over_fleets_does_not_know_is_left_to_the_direct_engine(
    tmp_path: Path, about: str
) -> None:
    text = RULE.format(about=about, family="builds")
    found = planned_with(tmp_path, "rules/two_hosts.py", text)
    for engine in ENGINES:
        assert found["engine"][engine] == "direct"
        assert found["strangers"][engine] == ["two_hosts"]


def test_a_new_rule_about_the_fleet_leaves_the_search_over_fleets_at_work(
    tmp_path: Path, plain: dict[str, Any]
) -> None:
    text = RULE.format(about="fleet", family="running")
    found = planned_with(tmp_path, "rules/two_hosts.py", text)
    assert found["engine"] == plain["engine"]
    assert found["engine"]["decomposition"] == "decomposition"
    assert not any(found["strangers"].values())


def test_a_new_part_of_the_objective_is_paid_in_every_engine(
    tmp_path: Path, plain: dict[str, Any]
) -> None:
    found = planned_with(tmp_path, "objective/floor_space.py", TERM)
    for engine in ENGINES:
        assert found["cost"][engine] == pytest.approx(plain["cost"][engine] + 3 * 1000)
        assert found["strangers"][engine] == ["floor_space"]
