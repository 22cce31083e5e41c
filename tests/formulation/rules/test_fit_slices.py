from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, lab, slices

RULE = Law("fit_slices", slices())
QUARTERS, HALVES = (
    f"replicas[lab,{name}@card/bf16/x1/{profile}/w1,{FIRST}]"
    for name, profile in (("note", "1g"), ("task", "2g"))
)
QUARTERS_ROW, HALVES_ROW = (f"fit_slices[lab,card,{profile},{FIRST}]" for profile in ("1g", "2g"))


def cut(layout: str, count: int = 1) -> dict[str, int]:
    return {f"cuts[lab,card,{layout},{FIRST}]": count}


def test_a_replica_in_an_instance_needs_a_card_that_is_cut_so() -> None:
    assert RULE.broken_by({HALVES: 1}) == [HALVES_ROW]
    assert RULE.broken_by({HALVES: 1} | cut("4x1g")) == [HALVES_ROW]
    assert RULE.broken_by({HALVES: 1} | cut("2x2g")) == []


def test_an_instance_runs_one_replica() -> None:
    assert RULE.broken_by({QUARTERS: 3} | cut("2x1g+1x2g")) == [QUARTERS_ROW]
    assert RULE.broken_by({QUARTERS: 2, HALVES: 1} | cut("2x1g+1x2g")) == []


def test_cards_may_be_cut_in_different_ways() -> None:
    both = cut("4x1g") | cut("2x1g+1x2g", 2)
    assert RULE.broken_by({QUARTERS: 8, HALVES: 2} | both) == []
    assert RULE.broken_by({QUARTERS: 9, HALVES: 2} | both) == [QUARTERS_ROW]


def test_a_smaller_replica_takes_no_larger_instance_unless_an_option_says_so() -> None:
    assert RULE.broken_by({QUARTERS: 1} | cut("2x2g")) == [QUARTERS_ROW]


def test_an_instance_may_stay_empty() -> None:
    assert RULE.broken_by(cut("4x1g", 3)) == []


def test_a_replica_that_shares_a_card_needs_no_instance() -> None:
    assert RULE.broken_by({f"replicas[lab,task@card/bf16/x1/s1,{FIRST}]": 2}) == []


def test_where_nothing_runs_in_an_instance_there_are_no_rows() -> None:
    assert Law("fit_slices", lab()).rows == ()
