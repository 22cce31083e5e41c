"""The engine finds the cheapest of all plans, and says so when there is none."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings

from planner.errors import InfeasibleError
from planner.scenario.inputs import Inputs
from planner.sizing.option import Sizing
from planner.sizing.sizing import size
from planner.solve.mathopt import BACKENDS
from planner.solve.settings import Method
from tests.fixtures.engine import DEFAULT, findings_of, plan_of
from tests.fixtures.features import features
from tests.fixtures.options import cases, random_case
from tests.fixtures.strategies import inputs as scenarios
from tests.fixtures.strategies import random_inputs
from tests.properties.brute_force import cheapest_plan
from tests.properties.plain_enumeration import PlainEnumeration

OTHERS = sorted(set(BACKENDS) - {DEFAULT})
MOST_EXAMPLES = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def rounding(inputs: Inputs) -> Fraction:
    """Two lines of a month (support and energy) are rounded to cents, and the sum once more."""
    return inputs.scenario.months + Fraction(1, 2)


def assert_cheapest(inputs: Inputs, best: Fraction | None, backend: str, sizing: Sizing) -> None:
    """The engine's plan is sound and costs what the cheapest one costs, but for rounding."""
    if best is None:
        with pytest.raises(InfeasibleError):
            plan_of(inputs, backend, sizing=sizing)
        return
    plan = plan_of(inputs, backend, sizing=sizing)
    assert findings_of(plan, sizing) == []
    assert abs(plan.objective.npv - best) <= rounding(inputs)
    assert plan.objective.lower_bound <= best


@cache
def best_of(seed: int) -> Fraction | None:
    return cheapest_plan(random_inputs(seed, "tiny"))


def assert_cheapest_of_seed(seed: int, backend: str) -> None:
    inputs = random_inputs(seed, "tiny")
    assert_cheapest(inputs, best_of(seed), backend, size(inputs))


def assert_cheapest_with_options(seed: int, backend: str) -> None:
    inputs, sizing = random_case(seed, "tiny")
    assert_cheapest(inputs, cheapest_plan(inputs, sizing), backend, sizing)


@pytest.mark.parametrize("seed", range(60))
def test_no_plan_is_cheaper_than_the_engines(seed: int) -> None:
    assert_cheapest_of_seed(seed, DEFAULT)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(60, 300))
def test_no_plan_is_cheaper_than_the_engines_on_more_scenarios(seed: int) -> None:
    assert_cheapest_of_seed(seed, DEFAULT)


def assert_cheapest_but_for_time(backend: str, seeds: range) -> None:
    """A backend finds the cheapest plans; where the clock stops it, its bound is still true."""
    late = []
    for seed in seeds:
        inputs, best = random_inputs(seed, "tiny"), best_of(seed)
        if best is None:
            with pytest.raises(InfeasibleError):
                plan_of(inputs, backend)
            continue
        plan = plan_of(inputs, backend, seconds=5.0)
        assert findings_of(plan) == []
        assert plan.objective.lower_bound <= best <= plan.objective.npv + rounding(inputs)
        if plan.objective.npv > best + rounding(inputs):
            assert plan.engine.seconds >= 4.5, seed
            late.append(seed)
    assert len(late) <= len(seeds) // 10


@pytest.mark.parametrize("backend", OTHERS)
def test_every_backend_finds_the_cheapest_plans(backend: str) -> None:
    assert_cheapest_but_for_time(backend, range(1, 11))


@pytest.mark.slow
@pytest.mark.parametrize("backend", OTHERS)
def test_every_backend_finds_the_cheapest_plans_of_more_scenarios(backend: str) -> None:
    assert_cheapest_but_for_time(backend, range(50))


@pytest.mark.parametrize("seed", range(30))
def test_the_search_over_fleets_claims_no_bound_above_the_cheapest_plan(seed: int) -> None:
    inputs, sizing = random_case(seed, "tiny")
    best = cheapest_plan(inputs, sizing)
    if best is None:
        with pytest.raises(InfeasibleError):
            plan_of(inputs, sizing=sizing, method=Method.DECOMPOSITION)
        return
    plan = plan_of(inputs, sizing=sizing, seconds=5.0, method=Method.DECOMPOSITION)
    assert findings_of(plan, sizing) == []
    assert plan.objective.lower_bound <= best <= plan.objective.npv + rounding(inputs)


@pytest.mark.parametrize("seed", range(60))
def test_no_plan_is_cheaper_whatever_the_options_are(seed: int) -> None:
    assert_cheapest_with_options(seed, DEFAULT)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(60, 500))
def test_no_plan_is_cheaper_whatever_the_options_are_on_more_scenarios(seed: int) -> None:
    assert_cheapest_with_options(seed, DEFAULT)


@MOST_EXAMPLES
@given(scenarios("tiny"))
def test_no_plan_is_cheaper_in_any_scenario_that_can_be_drawn(inputs: Inputs) -> None:
    assert_cheapest(inputs, cheapest_plan(inputs), DEFAULT, size(inputs))


@MOST_EXAMPLES
@given(cases("tiny"))
def test_no_plan_is_cheaper_with_any_options_that_can_be_drawn(case: tuple[Inputs, Sizing]) -> None:
    inputs, sizing = case
    assert_cheapest(inputs, cheapest_plan(inputs, sizing), DEFAULT, sizing)


def small_enough(seed: int) -> bool:
    """Whether plain enumeration may try a scenario: no host takes more than two cards."""
    inputs, _ = random_case(seed, "micro")
    return all(host.max_gpus <= 2 for host in inputs.hosts().values())


def assert_enumerations_agree(seed: int) -> None:
    inputs, sizing = random_case(seed, "micro")
    assert cheapest_plan(inputs, sizing) == PlainEnumeration(inputs, sizing, most=2).cheapest()


@pytest.mark.parametrize("seed", [s for s in range(22) if small_enough(s)])
def test_the_brute_force_misses_no_plan_that_plain_enumeration_finds(seed: int) -> None:
    assert_enumerations_agree(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [s for s in range(22, 130) if small_enough(s)])
def test_the_brute_force_misses_no_plan_on_more_scenarios(seed: int) -> None:
    assert_enumerations_agree(seed)


EXPECTED = {
    "a host with several kinds of cards": 3,
    "a card that several workloads share": 10,
    "a card that three workloads share": 1,
    "a group of 2 cards": 5,
    "a workload on several options at a time": 3,
    "a measured capacity": 4,
    "a deployment that changes": 15,
    "several hosts": 10,
    "hosts of several kinds": 1,
    "a load in tokens/s": 5,
    "a load in images/hour": 5,
    "a load in tokens/month": 5,
    "a purchase, sold on the way": 5,
    "a purchase later than the start": 5,
    "a kind that is sold and bought again": 1,
    "a lot that was owned, kept to the end": 5,
    "a lot that was owned, sold at once": 5,
    "a gpu that is owned and not in use": 5,
    "a host that is owned and not in use": 5,
    "a site without a free place": 5,
    "a quote from a later month on": 5,
    "no plan exists": 8,
}
"""How many of the 60 scenarios of the default run must show each feature, at least."""


def test_the_scenarios_reach_the_cases_that_they_are_meant_to_reach() -> None:
    seen: Counter[str] = Counter()
    for seed in range(60):
        if best_of(seed) is None:
            seen["no plan exists"] += 1
        else:
            seen.update(features(plan_of(random_inputs(seed, "tiny"))))
    missing = {name: seen[name] for name, least in EXPECTED.items() if seen[name] < least}
    assert missing == {}
