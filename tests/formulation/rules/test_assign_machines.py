from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, NOTE, TASK, lab, lasting, lasting_slices

RULE = Law("assign_machines", lasting())
SLICES = Law("assign_machines", lasting_slices())
PAIRS = f"replicas[lab,pair@slim/bf16/x2/w1,{FIRST}]"
SHARED = f"{NOTE}+{TASK}"


def on(number: int, piece: str, count: int = 1, family: str = "pieces") -> dict[str, int]:
    return {f"{family}[lab,host/{number},{piece},{FIRST}]": count}


def test_every_group_is_on_one_machine() -> None:
    row = f"assign_machines[lab,2xslim,{FIRST}]"
    assert RULE.broken_by({PAIRS: 1}) == [row]
    assert RULE.broken_by({PAIRS: 1} | on(2, "2xslim")) == []
    assert RULE.broken_by({PAIRS: 1} | on(1, "2xslim") | on(2, "2xslim")) == [row]


def test_every_replica_that_must_outlive_a_host_is_on_one_machine() -> None:
    notes = {f"replicas[lab,{NOTE},{FIRST}]": 2}
    assert RULE.broken_by(notes | on(1, NOTE)) == [f"assign_machines[lab,{NOTE},{FIRST}]"]
    assert RULE.broken_by(notes | on(1, NOTE) | on(2, NOTE)) == []


def test_shared_cards_on_machines_are_cards_with_such_a_pattern() -> None:
    cards = on(1, SHARED, family="shared") | on(2, SHARED, family="shared")
    pattern = f"patterns[lab,card:note/bf16/s1+task/bf16/s1,{FIRST}]"
    row = f"assign_machines[lab,shared {SHARED},{FIRST}]"
    assert RULE.broken_by(cards | {pattern: 1}) == [row]
    assert RULE.broken_by(cards | {pattern: 2}) == []


def test_cut_cards_on_machines_are_cards_that_are_cut_so() -> None:
    cut = on(1, "card:4x1g", family="sliced")
    there = {f"cuts[lab,card,4x1g,{FIRST}]": 1}
    assert SLICES.broken_by(cut) == [f"assign_machines[lab,card,4x1g,{FIRST}]"]
    assert SLICES.broken_by(cut | there) == []
    assert SLICES.broken_by(there) == []


def test_a_replica_that_concerns_no_promise_is_on_no_machine() -> None:
    """Tasks in instances beside the notes go wherever an instance is left."""
    assert all(row.key[1] != "task" and "task" not in row.name for row in SLICES.rows)
    assert Law("assign_machines", lab()).rows == ()
