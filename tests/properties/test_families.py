"""The engine finds the cheapest of all plans where several families of rules are in play."""

from __future__ import annotations

import pytest

from tests.fixtures.counts import CASES, blocks
from tests.properties.draws import KINDS, Kind, family_draw
from tests.properties.test_brute_force import Tell, assert_cheapest

FEW = 20


def assert_cheapest_of(kind: Kind, seeds: range, **limits: int) -> None:
    for seed in seeds:
        found = family_draw(kind, seed)
        assert_cheapest(found.inputs, found.sizing, found.best, **limits)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seeds", blocks(0, 4, FEW), ids=str)
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


def assert_few_discarded(seeds: range, tell: Tell) -> None:
    drawn = [family_draw(kind, seed) for kind in KINDS for seed in seeds]
    discarded = sum(found.discarded for found in drawn)
    none = sum(found.best is None for found in drawn)
    tell("told", f"{len(drawn)} tried in full, {none} without a plan, {discarded} too large")
    assert discarded <= len(drawn) // 10
    assert len(drawn) // 10 <= none <= len(drawn) // 2


def test_few_scenarios_are_too_large_to_try_every_plan(record_property: Tell) -> None:
    assert_few_discarded(range(FEW), record_property)


@pytest.mark.slow
def test_few_of_more_scenarios_are_too_large_to_try_every_plan(record_property: Tell) -> None:
    assert_few_discarded(range(FEW + CASES), record_property)
