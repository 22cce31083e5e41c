"""The same scenario gives the same plan, byte for byte, in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import planner

PLANS = """
import json
from planner.errors import InfeasibleError
from tests.fixtures.engine import plan_of
from tests.fixtures.strategies import random_inputs

for size, seed in [("tiny", s) for s in range(10)] + [("small", s) for s in range(4)]:
    try:
        plan = json.loads(plan_of(random_inputs(seed, size)).to_json())
    except InfeasibleError as error:
        plan = {"engine": {}, "error": str(error)}
    for clock in ("seconds", "first_plan_seconds"):
        plan["engine"].pop(clock, None)
    print(json.dumps(plan))
"""


def plans(hash_seed: int) -> bytes:
    """Plans as a fresh process prints them, without the time that they took."""
    root = Path(planner.__file__).parents[1]
    environment = os.environ | {"PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PLANS], cwd=root, env=environment,
        check=True, capture_output=True,
    )  # fmt: skip
    return done.stdout


def test_equal_runs_give_equal_bytes_under_every_hash_seed() -> None:
    first, *rest = (plans(seed) for seed in (0, 1, 2))
    assert first.count(b"\n") == 14
    assert all(other == first for other in rest)
