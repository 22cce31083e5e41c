"""Mutants of the model are caught by another cost than the brute force, or by the audit."""

from __future__ import annotations

import pytest

from tests.mutants.mutants import mutants_of
from tests.mutants.verdicts import Judge


@pytest.mark.parametrize("name", ["meet_demand", "own_cards", "own_hosts", "purchases"])
def test_every_mutant_of_a_rule_is_caught(name: str) -> None:
    judge = Judge(name)
    survivors = [m.first.name for m in mutants_of(name) if judge.caught(m) is None]
    assert survivors == []
