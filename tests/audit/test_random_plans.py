"""Whatever the scenario, a plan that the engine hands out is sound, however the search ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from planner.errors import AuditError, InfeasibleError, NoAnswerError
from planner.scenario.inputs import Inputs
from tests.fixtures.counts import CASES, blocks
from tests.fixtures.engine import findings_of, plan_of
from tests.fixtures.families import random_family_inputs
from tests.fixtures.strategies import SizeName, random_inputs

GAPS = (0.02, 0.3, 0.0)
SECONDS = 4.0
"""For each search; where it is too short for a plan the scenario does not count."""


def assert_sound(size: SizeName, seeds: range) -> None:
    """Plans of random scenarios have no findings, and most scenarios have a plan."""
    assert_all_sound(lambda seed: random_inputs(seed, size), seeds)


def assert_all_sound(scenario: Callable[[int], Inputs], seeds: range) -> None:
    """Plans have no findings, and most scenarios have a plan."""
    outcomes: Counter[str] = Counter()
    unsound: dict[int, list[str]] = {}
    for seed in seeds:
        gap = GAPS[seed % len(GAPS)]
        try:
            plan = plan_of(scenario(seed), gap=gap, seconds=SECONDS)
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


def test_plans_in_which_families_of_rules_meet_are_sound() -> None:
    assert_all_sound(random_family_inputs, range(16))


@pytest.mark.slow
@pytest.mark.parametrize("seeds", blocks(16, 20), ids=str)
def test_plans_in_which_more_families_of_rules_meet_are_sound(seeds: range) -> None:
    assert_all_sound(random_family_inputs, seeds)


@pytest.mark.slow
@pytest.mark.parametrize("seeds", blocks(16, 20), ids=str)
def test_plans_of_more_small_scenarios_are_sound(seeds: range) -> None:
    assert_sound("small", seeds)


@pytest.mark.slow
@pytest.mark.parametrize("seeds", blocks(6, 15, CASES // 5), ids=str)
def test_plans_of_more_medium_scenarios_are_sound(seeds: range) -> None:
    assert_sound("medium", seeds)
