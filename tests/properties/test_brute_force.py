"""The engine finds the cheapest of all plans, and says so when there is none."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings

from planner.errors import InfeasibleError
from planner.scenario.inputs import Inputs
from planner.sizing.option import Sizing
from planner.sizing.sizing import size
from planner.solve.mathopt import BACKENDS
from planner.solve.ties import HALF_A_CENT
from tests.fixtures.counts import CASES, blocks
from tests.fixtures.engine import DEFAULT, findings_of, plan_of
from tests.fixtures.features import features
from tests.fixtures.options import cases, random_case
from tests.fixtures.strategies import inputs as scenarios
from tests.fixtures.strategies import random_inputs
from tests.properties.brute_force import cheapest_plan
from tests.properties.brute_uses import TooLargeError
from tests.properties.draws import KINDS, Kind, draw
from tests.properties.exact_cost import exact_cost
from tests.properties.plain_enumeration import PlainEnumeration

FEW = 25
OTHERS = sorted(set(BACKENDS) - {DEFAULT})
Tell = Callable[[str, object], None]
MOST_EXAMPLES = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def assert_cheapest(inputs: Inputs, sizing: Sizing, best: Fraction | None, **limits: int) -> None:
    """The plan is sound, and its cost is that of the cheapest one; equal is to half a cent."""
    if best is None:
        with pytest.raises(InfeasibleError):
            plan_of(inputs, sizing=sizing, **limits)
        return
    plan = plan_of(inputs, sizing=sizing, **limits)
    assert findings_of(plan, sizing) == []
    assert best <= exact_cost(plan, inputs, sizing) <= best + Fraction(HALF_A_CENT)
    assert plan.objective.lower_bound <= best
    assert abs(plan.objective.npv - best) <= inputs.scenario.months + 1


def assert_cheapest_of(kind: Kind, seeds: range, **limits: int) -> None:
    for seed in seeds:
        found = draw(kind, seed)
        assert_cheapest(found.inputs, found.sizing, found.best, **limits)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seeds", blocks(0, 5, FEW), ids=str)
def test_no_plan_is_cheaper_than_the_engines(kind: Kind, seeds: range) -> None:
    assert_cheapest_of(kind, seeds)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seeds", blocks(FEW, 10), ids=str)
def test_no_plan_is_cheaper_than_the_engines_on_more(kind: Kind, seeds: range) -> None:
    assert_cheapest_of(kind, seeds)


@pytest.mark.parametrize("kind", KINDS)
def test_no_plan_is_cheaper_where_the_search_over_fleets_comes_first(kind: Kind) -> None:
    assert_cheapest_of(kind, range(6), few_columns=0)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seeds", blocks(6, 10, CASES // 5), ids=str)
def test_no_plan_is_cheaper_where_the_search_over_fleets_comes_first_on_more(
    kind: Kind, seeds: range
) -> None:
    assert_cheapest_of(kind, seeds, few_columns=0)


@MOST_EXAMPLES
@given(scenarios("tiny"))
def test_no_plan_is_cheaper_in_any_scenario_that_can_be_drawn(inputs: Inputs) -> None:
    assert_cheapest_if_small(inputs, size(inputs))


@MOST_EXAMPLES
@given(cases("tiny"))
def test_no_plan_is_cheaper_with_any_options_that_can_be_drawn(case: tuple[Inputs, Sizing]) -> None:
    assert_cheapest_if_small(*case)


def assert_cheapest_if_small(inputs: Inputs, sizing: Sizing) -> None:
    try:
        best = cheapest_plan(inputs, sizing)
    except TooLargeError:
        assume(False)
    else:
        assert_cheapest(inputs, sizing, best)


def assert_cheapest_but_for_time(backend: str, kind: Kind, seeds: range) -> None:
    """A backend finds the cheapest plans, but for one in ten on which the clock stops it."""
    late = []
    for seed in seeds:
        found = draw(kind, seed)
        if found.best is None:
            with pytest.raises(InfeasibleError):
                plan_of(found.inputs, backend, sizing=found.sizing)
            continue
        plan = plan_of(found.inputs, backend, seconds=5.0, sizing=found.sizing)
        cost = exact_cost(plan, found.inputs, found.sizing)
        assert found.best <= cost
        if cost > found.best + Fraction(HALF_A_CENT):
            assert plan.engine.stopped_by == "time", seed
            late.append(seed)
    assert len(late) <= len(seeds) // 10, late


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("backend", OTHERS)
def test_every_backend_finds_the_cheapest_plans(backend: str, kind: Kind) -> None:
    assert_cheapest_but_for_time(backend, kind, range(10))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seeds", blocks(10, 20, CASES // 5), ids=str)
@pytest.mark.parametrize("backend", OTHERS)
def test_every_backend_finds_the_cheapest_plans_of_more(
    backend: str, kind: Kind, seeds: range
) -> None:
    assert_cheapest_but_for_time(backend, kind, seeds)


def assert_few_discarded(seeds: range, tell: Tell) -> None:
    drawn = [draw(kind, seed) for kind in KINDS for seed in seeds]
    discarded = sum(found.discarded for found in drawn)
    tell("told", f"{len(drawn)} scenarios tried in full, {discarded} drawn anew as too large")
    assert discarded <= len(drawn) // 20


def test_few_scenarios_are_too_large_to_try_every_plan(record_property: Tell) -> None:
    assert_few_discarded(range(FEW), record_property)


@pytest.mark.slow
def test_few_of_more_scenarios_are_too_large_to_try_every_plan(record_property: Tell) -> None:
    assert_few_discarded(range(FEW + CASES), record_property)


def small_enough(seed: int) -> bool:
    """Whether plain enumeration may try a scenario: no host takes more than two cards."""
    inputs, _ = random_case(seed, "micro")
    hosts = inputs.hosts().values()
    return inputs.scenario.step_months == 1 and all(host.max_gpus <= 2 for host in hosts)


def assert_enumerations_agree(seeds: range) -> None:
    small = [seed for seed in seeds if small_enough(seed)]
    assert small
    for seed in small:
        inputs, sizing = random_case(seed, "micro")
        assert cheapest_plan(inputs, sizing) == PlainEnumeration(inputs, sizing, most=2).cheapest()


def test_the_brute_force_misses_no_plan_that_plain_enumeration_finds() -> None:
    assert_enumerations_agree(range(16))


@pytest.mark.slow
@pytest.mark.parametrize("seeds", blocks(16, 25, max(6, CASES // 2)), ids=str)
def test_the_brute_force_misses_no_plan_on_more_scenarios(seeds: range) -> None:
    assert_enumerations_agree(seeds)


def imports_of(module: str) -> set[str]:
    """Modules that a module of this folder imports."""
    tree = ast.parse(Path(__file__).with_name(f"{module}.py").read_text("utf-8"))
    named = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    plain = [node.names for node in ast.walk(tree) if isinstance(node, ast.Import)]
    return {name or "" for name in named} | {alias.name for alias in chain(*plain)}


@pytest.mark.parametrize(
    "module",
    ["brute_force", "brute_ground", "brute_ownership", "brute_uses", "plain_enumeration"],
)
def test_the_brute_force_knows_neither_the_formulation_nor_the_solver(module: str) -> None:
    own = {"tests.properties.brute_ground", "tests.properties.brute_ownership"}
    own |= {"tests.properties.brute_uses"}
    known = ("planner.catalog", "planner.scenario", "planner.sizing", "planner.units")
    ours = {name for name in imports_of(module) if name.startswith(("planner", "tests"))}
    assert {name for name in ours if not name.startswith(known)} <= own


EXPECTED = {
    "a host with several kinds of cards": 3,
    "a card that several workloads share": 10,
    "a card that three workloads share": 1,
    "a group of 2 cards": 3,
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
    "steps of several months": 3,
    "no plan exists": 5,
}
"""How many of 60 scenarios must show each feature, at least."""


def test_the_scenarios_reach_the_cases_that_they_are_meant_to_reach() -> None:
    seen: Counter[str] = Counter()
    for seed in range(60):
        try:
            seen.update(features(plan_of(random_inputs(seed, "tiny"), gap=0.01)))
        except InfeasibleError:
            seen["no plan exists"] += 1
    missing = {name: seen[name] for name, least in EXPECTED.items() if seen[name] < least}
    assert missing == {}
