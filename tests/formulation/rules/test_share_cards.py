from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, PAIR, lab, sharing

RULE = Law("share_cards", sharing())
NOTES, TASKS = (f"replicas[lab,{n}@card/bf16/x1/s1,{FIRST}]" for n in ("note", "task"))
BOTH = f"patterns[lab,card:note/bf16/s1+task/bf16/s1,{FIRST}]"
ROW = f"share_cards[lab,task@card/bf16/x1/s1,{FIRST}]"


def test_a_replica_on_a_part_of_a_card_has_a_place_on_one() -> None:
    assert RULE.broken_by({TASKS: 1}) == [ROW]


def test_a_card_has_one_place_for_each_replica_of_its_pattern() -> None:
    assert RULE.broken_by({NOTES: 1, TASKS: 1, BOTH: 1}) == []
    assert RULE.broken_by({NOTES: 1, TASKS: 2, BOTH: 1}) == [ROW]
    assert RULE.broken_by({NOTES: 1, TASKS: 2, BOTH: 2}) == []


def test_groups_need_no_place_on_a_shared_card() -> None:
    assert not [row for row in Law("share_cards", lab()).rows if PAIR in row.name]
