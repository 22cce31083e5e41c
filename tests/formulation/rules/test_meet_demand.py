from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, SECOND, lab, sessions

RULE = Law("meet_demand", sessions())
LARGE, SMALL = (f"replicas[lab,chat@{g}/bf16/x1/w1,{FIRST}]" for g in ("large", "small"))


def test_a_load_that_is_carried_in_part_is_not_carried() -> None:
    assert RULE.broken_by({SMALL: 2}) == [f"meet_demand[chat,{FIRST}]"]


def test_one_large_replica_or_three_small_ones_carry_the_load() -> None:
    assert RULE.broken_by({LARGE: 1}) == []
    assert RULE.broken_by({SMALL: 3}) == []


def test_a_node_without_load_asks_for_nothing() -> None:
    rows = {row.name for row in Law("meet_demand", lab()).rows}
    assert f"meet_demand[pair,{SECOND}]" in rows
    assert f"meet_demand[pair,{FIRST}]" not in rows
