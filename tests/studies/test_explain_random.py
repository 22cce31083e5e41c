"""On random scenarios that nothing can meet, every change that is named makes a plan possible."""

from __future__ import annotations

import pytest

from planner.errors import InfeasibleError
from planner.scenario.inputs import Inputs
from planner.solve.mathopt import GSCIP
from planner.solve.settings import Listener, Settings
from planner.studies.explain import explaining
from planner.studies.optimum import find_plan
from tests.acceptance.repairs import with_repair
from tests.fixtures.counts import CASES
from tests.fixtures.families import random_family_inputs
from tests.fixtures.strategies import inputs_of, random_inputs

MORE = range(15, 15 + CASES)
SETTINGS = Settings(gap=1.0, seconds=60.0)


def error_of(inputs: Inputs) -> InfeasibleError | None:
    """What is said of a scenario, or None where it has a plan."""
    listener = Listener()
    try:
        explaining(
            lambda: find_plan(inputs, GSCIP, SETTINGS, listener), inputs, GSCIP, SETTINGS, listener
        )
    except InfeasibleError as error:
        return error
    return None


def check(found: list[Inputs]) -> int:
    """Try every repair; returns how many there were."""
    tried = 0
    for inputs in found:
        error = error_of(inputs)
        if error is None:
            continue
        assert error.repairs or "answers any" in " ".join(error.reasons)
        data = inputs.scenario.model_dump(mode="json", by_alias=True)
        for repair in error.repairs:
            repaired = inputs_of(with_repair(data, repair), inputs.catalog)
            assert find_plan(repaired, GSCIP, SETTINGS, Listener()), repair.text
            tried += 1
    return tried


def test_changes_of_random_scenarios_are_enough() -> None:
    assert check([random_inputs(seed, "tiny") for seed in range(15)]) > 2


def test_changes_of_random_scenarios_of_all_families_are_enough() -> None:
    assert check([random_family_inputs(seed) for seed in range(15)]) > 5


@pytest.mark.slow
def test_changes_of_many_random_scenarios_are_enough() -> None:
    assert check([random_inputs(seed, "tiny") for seed in MORE]) > CASES / 4
    assert check([random_family_inputs(seed) for seed in MORE]) > CASES / 4
