"""The elastic re-solve stretches the fewest limits, and these no further than it must."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from planner.formulation.problem import Problem
from planner.formulation.setup import set_up
from planner.scenario.inputs import Inputs
from planner.sizing.sizing import size
from planner.solve.any_fleet import Verdict, alone, any_fleet, heaviest_first, is_served
from planner.solve.backend import Request
from planner.solve.direct import listed
from planner.solve.elastic import Elastic, stretch
from planner.solve.mathopt import BACKENDS, GSCIP
from planner.solve.settings import Settings
from tests.fixtures.catalogues import plain_card, plain_host
from tests.fixtures.handmade import fixed, market, scenario

POWER = Elastic("site_power", "lab", 1.0)
PLACES = Elastic("site_places", "lab", 1.0)


def inputs_with(counts: list[int], **site: float) -> Inputs:
    made = market([(plain_card("card"), 1000.0)], [(plain_host("host"), 500.0)])
    return scenario(made, [fixed("need", counts, cards=1)], site=site)


def problem(counts: list[int], **site: float) -> Problem:
    inputs = inputs_with(counts, **site)
    small = listed(set_up(inputs, size(inputs)), Settings())
    assert small is not None
    return small.problem


@pytest.mark.parametrize("backend", BACKENDS)
def test_one_limit_is_stretched_as_far_as_it_must(backend: str) -> None:
    """Nine cards of 300 W in three hosts of 250 W draw 3,450 W."""
    tight = problem([9], facility_power_kw=2.0)
    loose = problem([9], facility_power_kw=12.0)
    found = stretch(tight, loose, [POWER], BACKENDS[backend], Request())
    assert found.shares is not None
    assert found.shares[POWER] == pytest.approx((3450 - 2000) / 10_000, abs=1e-3)


def test_only_what_must_be_stretched_is() -> None:
    tight = problem([9], facility_power_kw=2.0, hosts_max=4)
    loose = problem([9], facility_power_kw=12.0, hosts_max=9)
    found = stretch(tight, loose, [POWER, PLACES], GSCIP, Request())
    assert found.shares is not None
    assert set(found.shares) == {POWER}


def test_two_limits_are_stretched_where_one_is_not_enough() -> None:
    tight = problem([9], facility_power_kw=2.0, hosts_max=2)
    loose = problem([9], facility_power_kw=12.0, hosts_max=7)
    found = stretch(tight, loose, [POWER, PLACES], GSCIP, Request())
    assert found.shares is not None
    assert found.shares[PLACES] == pytest.approx(1 / 5, abs=1e-3)
    assert found.shares[POWER] == pytest.approx(0.145, abs=1e-3)


def test_what_does_not_help_is_said() -> None:
    tight, loose = problem([9], hosts_max=1), problem([9], hosts_max=1, facility_power_kw=90.0)
    found = stretch(tight, loose, [POWER], GSCIP, Request())
    assert (found.shares, found.hopeless) == (None, True)


def test_a_month_alone_says_no_for_all() -> None:
    tight = problem([1, 9, 2], facility_power_kw=2.0)
    hardest = heaviest_first(tight)[0]
    assert hardest.month == 1
    assert any_fleet(alone(tight, hardest), GSCIP, Request()).verdict is Verdict.NO
    assert any_fleet(tight, GSCIP, Request()).verdict is Verdict.NO


def test_a_month_alone_may_say_yes_where_time_binds() -> None:
    made = market([(plain_card("card"), 1000.0)], [(plain_host("host"), 500.0)])
    supply = [{"item": "card", "per_month": 1}]
    inputs = scenario(made, [fixed("need", [3], cards=1)], supply=supply)
    small = listed(set_up(inputs, size(inputs)), Settings())
    assert small is not None
    node = small.problem.tree.nodes[0]
    assert any_fleet(alone(small.problem, node), GSCIP, Request()).verdict is Verdict.YES
    assert any_fleet(small.problem, GSCIP, Request()).verdict is Verdict.NO


def test_what_is_possible_has_a_fleet() -> None:
    found = any_fleet(problem([2]), GSCIP, Request())
    assert found.verdict is Verdict.YES
    assert found.used is not None
    assert found.used.items == {"card", "host"}
    assert found.used.runs == {("need", "lab", "card", "as-stated")}


def test_without_a_solution_in_time_nothing_is_known() -> None:
    request = Request()
    request.stop.request()
    assert any_fleet(problem([2]), GSCIP, request).verdict is Verdict.UNKNOWN


def test_a_load_without_options_is_not_served() -> None:
    one = problem([2])
    assert is_served(one)
    assert not is_served(replace(one, options=()))
    assert Fraction(one.demand["need", 0]) == 2
