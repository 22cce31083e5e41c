from __future__ import annotations

from fractions import Fraction

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, SECOND, lab, pools, sessions

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


def test_turns_in_pools_carry_what_they_have_hours_for() -> None:
    """A job of 6 on single groups that carry 4 each, or on pairs that carry 9."""
    rule = Law("meet_demand", pools())
    adapt = {f"turns[lab,adapt@card/bf16/x1/p1,{FIRST}]": Fraction(3, 4)}
    single, pair = (
        f"turns[lab,tune@card/bf16/{group}/p1,{FIRST}]" for group in ("x1", "x2/nvlink")
    )
    assert rule.broken_by(adapt | {single: Fraction(3, 2)}) == []
    assert rule.broken_by(adapt | {pair: Fraction(2, 3)}) == []
    assert rule.broken_by(adapt | {single: 1, pair: Fraction(2, 9)}) == []
    assert rule.broken_by(adapt | {single: 1}) == [f"meet_demand[tune,{FIRST}]"]
