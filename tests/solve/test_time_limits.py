"""A clock that has run out, or a stop, does not lose the plan that is within reach."""

from __future__ import annotations

import pytest

from planner.formulation.setup import Setup, set_up
from planner.sizing.sizing import size
from planner.solve.backend import Stop
from planner.solve.engine import solve
from planner.solve.mathopt import GSCIP
from planner.solve.settings import Listener, Settings, StoppedBy
from tests.fixtures.catalogues import plain_card, plain_host
from tests.fixtures.handmade import fixed, market, scenario


@pytest.fixture(scope="module")
def crowded() -> Setup:
    """Ten kinds of cards and ten workloads: far too many patterns to list."""
    cards = [
        (plain_card(f"g{i}", memory_mib=(16 + 8 * i) * 1024), 2000.0 + 500 * i) for i in range(10)
    ]
    tower = plain_host("h", slot_layouts=((2,),), max_gpus=1)
    needs = [
        fixed(
            f"w{i}", [3 + i, 5 + i, 9 + i], memory_gib=2.0 + i % 7, time_share=0.1 + 0.05 * (i % 3)
        )
        for i in range(10)
    ]
    inputs = scenario(
        market(cards, [(tower, 2000.0)]), needs, months=3, site={"facility_power_kw": 500.0}
    )
    return set_up(inputs, size(inputs))


def test_a_plan_is_found_even_if_the_time_is_hardly_any(crowded: Setup) -> None:
    outcome = solve(crowded, GSCIP, Settings(gap=0.0, seconds=0.01), Listener())
    assert outcome.solution is not None
    assert outcome.stopped_by is StoppedBy.TIME


def test_a_stop_before_the_first_plan_is_heard_at_once(crowded: Setup) -> None:
    stop = Stop()
    stop.request()
    outcome = solve(crowded, GSCIP, Settings(gap=0.0, seconds=60.0), Listener(stop=stop))
    assert outcome.solution is None
    assert outcome.stopped_by is StoppedBy.INTERRUPT
    assert not outcome.infeasible
