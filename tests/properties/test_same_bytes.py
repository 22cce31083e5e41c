"""The same scenario gives the same plan file, byte for byte, in every process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import planner
from tests.fixtures.counts import CASES

CLOCKS = ("seconds", "first_plan_seconds", "plan_seconds")
"""The fields of a plan, all of its engine, that tell how long something took."""
PLANS = """
import json, sys
from tests.fixtures.engine import plan_of
from tests.fixtures.strategies import random_inputs

for size, seed, gap, work in json.loads(sys.argv[1]):
    plan = plan_of(random_inputs(seed, size), gap=gap, work=work, seconds=3600.0)
    print(json.dumps(plan.to_json()))
"""
Search = tuple[str, int, float, int | None]
"""Size and seed of a scenario, gap, and limit of work."""
BY_GAP: tuple[Search, ...] = (("small", 0, 0.01, None), ("tiny", 13, 0.0, None))
BY_WORK: tuple[Search, ...] = (("small", 18, 0.0, 1),)
MORE_BY_GAP: tuple[Search, ...] = tuple(("small", seed, 0.01, None) for seed in (4, 5, 7))
MORE_BY_WORK: tuple[Search, ...] = (("medium", 0, 0.0, 1),)


def plans(searches: Sequence[Search], hash_seed: int) -> list[str]:
    """Plan files as a fresh process writes them."""
    root = Path(planner.__file__).parents[1]
    environment = os.environ | {"PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PLANS, json.dumps(searches)], cwd=root,
        env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def without_clocks(plan: str) -> str:
    """A plan file without the lines that tell how long something took."""
    lines = plan.splitlines(keepends=True)
    kept = [line for line in lines if not line.lstrip().startswith(tuple(f'"{c}"' for c in CLOCKS))]
    assert len(kept) == len(lines) - len(CLOCKS)
    return "".join(kept)


def assert_same_bytes(searches: Sequence[Search], stopped_by: str, runs: int) -> None:
    first, *rest = ([without_clocks(p) for p in plans(searches, seed)] for seed in range(runs))
    assert [json.loads(plan)["engine"]["stopped_by"] for plan in first] == [stopped_by] * len(first)
    assert len(first) == len(searches)
    assert all(other == first for other in rest)


@pytest.mark.parametrize(("stopped_by", "searches"), [("gap", BY_GAP), ("work", BY_WORK)])
def test_two_runs_give_equal_bytes(stopped_by: str, searches: Sequence[Search]) -> None:
    assert_same_bytes(searches, stopped_by, runs=2)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stopped_by", "searches"),
    [("gap", BY_GAP + MORE_BY_GAP), ("work", BY_WORK + MORE_BY_WORK)],
)
def test_more_runs_give_equal_bytes(stopped_by: str, searches: Sequence[Search]) -> None:
    assert_same_bytes(searches, stopped_by, runs=min(10, max(3, CASES // 30)))
