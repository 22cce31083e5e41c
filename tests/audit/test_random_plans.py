"""Whatever the scenario, a plan that the engine hands out is sound, however the search ended."""

from __future__ import annotations

from collections import Counter

import pytest

from planner.errors import AuditError, InfeasibleError, NoAnswerError
from tests.fixtures.counts import CASES, blocks
from tests.fixtures.engine import findings_of, plan_of
from tests.fixtures.strategies import SizeName, random_inputs

GAPS = (0.02, 0.3, 0.0)
SECONDS = 4.0
"""For each search; where it is too short for a plan the scenario does not count."""


def assert_sound(size: SizeName, seeds: range) -> None:
    """Plans of random scenarios have no findings, and most scenarios have a plan."""
    outcomes: Counter[str] = Counter()
    unsound: dict[int, list[str]] = {}
    for seed in seeds:
        gap = GAPS[seed % len(GAPS)]
        try:
            plan = plan_of(random_inputs(seed, size), gap=gap, seconds=SECONDS)
        except (InfeasibleError, NoAnswerError) as error:
            outcomes[type(error).__name__] += 1
        except AuditError as error:
            unsound[seed] = [str(error)]
        else:
            outcomes["plan"] += 1
            if findings := findings_of(plan):
                unsound[seed] = [str(finding) for finding in findings]
    assert unsound == {}
    assert outcomes["plan"] >= len(seeds) // 2, outcomes


def test_plans_of_small_scenarios_are_sound() -> None:
    assert_sound("small", range(16))


def test_plans_of_medium_scenarios_are_sound() -> None:
    assert_sound("medium", range(6))


@pytest.mark.slow
@pytest.mark.parametrize("seeds", blocks(16, 20), ids=str)
def test_plans_of_more_small_scenarios_are_sound(seeds: range) -> None:
    assert_sound("small", seeds)


@pytest.mark.slow
@pytest.mark.parametrize("seeds", blocks(6, 15, CASES // 5), ids=str)
def test_plans_of_more_medium_scenarios_are_sound(seeds: range) -> None:
    assert_sound("medium", seeds)
