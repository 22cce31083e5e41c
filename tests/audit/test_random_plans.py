"""Whatever the scenario, a plan that the engine hands out is sound, even if the clock stops it."""

from __future__ import annotations

from collections import Counter

import pytest

from planner.errors import InfeasibleError, NoAnswerError
from tests.fixtures.engine import findings_of, plan_of
from tests.fixtures.strategies import SizeName, random_inputs


def assert_sound(size: SizeName, seeds: range, seconds: float) -> None:
    """Plans of random scenarios have no findings, and most scenarios have a plan."""
    outcomes: Counter[str] = Counter()
    unsound = {}
    for seed in seeds:
        try:
            plan = plan_of(random_inputs(seed, size), gap=0.05, seconds=seconds)
        except (InfeasibleError, NoAnswerError) as error:
            outcomes[type(error).__name__] += 1
            continue
        outcomes["plan"] += 1
        if findings := findings_of(plan):
            unsound[seed] = [str(finding) for finding in findings]
    assert unsound == {}
    assert outcomes["plan"] >= len(seeds) // 2, outcomes
    assert outcomes["NoAnswerError"] <= len(seeds) // 10, outcomes


def test_plans_of_small_scenarios_are_sound() -> None:
    assert_sound("small", range(28), seconds=1.0)


def test_plans_of_medium_scenarios_are_sound() -> None:
    assert_sound("medium", range(12), seconds=1.0)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(28, 228, 20))
def test_plans_of_more_small_scenarios_are_sound(start: int) -> None:
    assert_sound("small", range(start, start + 20), seconds=1.0)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(12, 112, 20))
def test_plans_of_more_medium_scenarios_are_sound(start: int) -> None:
    assert_sound("medium", range(start, start + 20), seconds=1.0)
