"""What is named as the reason of a contradiction is what was planted, and relaxing it helps."""

from __future__ import annotations

from functools import cache

import pytest

from planner.errors import InfeasibleError
from planner.scenario.inputs import Inputs
from planner.solve.mathopt import GSCIP
from planner.solve.settings import Listener, Settings
from planner.studies.explain import explaining
from planner.studies.optimum import find_plan
from tests.acceptance.contradictions import CONTRADICTIONS
from tests.acceptance.repairs import with_repair
from tests.fixtures.strategies import inputs_of

SETTINGS = Settings(gap=1.0, seconds=60.0)
MAY_MISS = 1


@cache
def explanation(name: str) -> InfeasibleError:
    """What the program says of a planted contradiction."""
    inputs = CONTRADICTIONS[name]().inputs
    listener = Listener()
    with pytest.raises(InfeasibleError) as caught:
        explaining(
            lambda: find_plan(inputs, GSCIP, SETTINGS, listener), inputs, GSCIP, SETTINGS, listener
        )
    return caught.value


def names_the_planted(name: str) -> bool:
    planted = set(CONTRADICTIONS[name]().planted)
    return any(planted == {c.path for c in repair.changes} for repair in explanation(name).repairs)


def repaired(name: str) -> list[tuple[str, Inputs]]:
    """The scenario with each repair alone."""
    made = CONTRADICTIONS[name]()
    return [
        (repair.text, inputs_of(with_repair(made.scenario, repair), made.catalog))
        for repair in explanation(name).repairs
    ]


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_every_repair_that_is_named_makes_the_scenario_possible(name: str) -> None:
    found = repaired(name)
    assert found
    for text, inputs in found:
        assert find_plan(inputs, GSCIP, SETTINGS, Listener()), text


def test_the_planted_limit_is_named() -> None:
    missed = [name for name in CONTRADICTIONS if not names_the_planted(name)]
    assert len(CONTRADICTIONS) >= 30
    assert len(missed) <= MAY_MISS, missed
