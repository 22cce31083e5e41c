"""The random scenarios are sharp enough: a formulation that lacks a rule is found out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest

from planner.formulation.rule import RuleFile
from planner.formulation.rules import RULES
from planner.scenario.inputs import Inputs
from planner.sizing.option import Sizing
from planner.sizing.sizing import size
from tests.fixtures.engine import least_cost
from tests.fixtures.options import random_case
from tests.fixtures.strategies import random_inputs

pytestmark = pytest.mark.slow


@cache
def scenarios() -> list[tuple[Inputs, Sizing]]:
    """The scenarios of the default run of the brute force."""
    plain = [random_inputs(seed, "tiny") for seed in range(60)]
    return [(i, size(i)) for i in plain] + [random_case(seed, "tiny") for seed in range(60)]


def costs(rules: Sequence[RuleFile]) -> list[float | None]:
    found = [least_cost(inputs, sizing=sizing, rules=rules) for inputs, sizing in scenarios()]
    return [None if cost is None else round(cost) for cost in found]


@cache
def true_costs() -> list[float | None]:
    return costs(RULES)


EVERYWHERE = [file for file in RULES if file.applies.__name__ == "_always"]
"""Rules that concern every problem; those of some problems are dropped by the mutants."""


@pytest.mark.parametrize("lacking", EVERYWHERE, ids=lambda file: file.rule.name)
def test_without_a_rule_some_plan_would_cost_otherwise(lacking: RuleFile) -> None:
    assert costs([rule for rule in RULES if rule is not lacking]) != true_costs()
