"""Mutants of the model are caught by another cost than the brute force, or by the audit."""

from __future__ import annotations

import pytest

from tests.fixtures.counts import CASES
from tests.mutants.mutants import NAMES, mutants_of
from tests.mutants.survivors import SURVIVORS
from tests.mutants.verdicts import Judge

STEP = max(1, 200 // CASES)
"""Every so many mutants are tried."""
SHARE = 0.05
"""Of all mutants, no more than these may survive."""


@pytest.mark.parametrize("name", ["meet_demand", "own_cards", "own_hosts", "purchases"])
def test_every_mutant_of_a_rule_is_caught(name: str) -> None:
    judge = Judge(name)
    survivors = [m.first.name for m in mutants_of(name) if judge.caught(m) is None]
    assert survivors == []


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_mutant_is_caught_but_for_those_that_are_listed(name: str) -> None:
    """A survivor costs the most time; whether it still is one is asked where all are tried."""
    listed = {m.name for m in mutants_of(name) if m.name in SURVIVORS}
    every = STEP == 1
    tried = [m for m in mutants_of(name) if every or m.name not in listed][::STEP]
    judge = Judge(name)
    survivors = {m.name for m in tried if judge.caught(m) is None}
    assert survivors == (listed if every else set())


@pytest.mark.slow
def test_few_mutants_survive() -> None:
    every = [mutant.name for name in NAMES for mutant in mutants_of(name)]
    assert SURVIVORS.keys() <= set(every)
    assert len(SURVIVORS) <= SHARE * len(every)
