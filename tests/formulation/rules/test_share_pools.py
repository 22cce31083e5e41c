from __future__ import annotations

from fractions import Fraction

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, lab, pools

RULE = Law("share_pools", pools())
ADAPT, TUNE = (f"turns[lab,{name}@card/bf16/x1/p1,{FIRST}]" for name in ("adapt", "tune"))
PAIRED = f"turns[lab,tune@card/bf16/x2/nvlink/p1,{FIRST}]"
GROUPS, PAIRS = f"pools[lab,card/x1/none,{FIRST}]", f"pools[lab,card/x2/nvlink,{FIRST}]"


def test_jobs_take_turns_on_the_same_groups() -> None:
    assert RULE.broken_by({ADAPT: Fraction(3, 4), TUNE: Fraction(1, 4), GROUPS: 1}) == []


def test_jobs_take_no_more_turns_than_the_groups_have_hours() -> None:
    assert RULE.broken_by({ADAPT: Fraction(3, 4), TUNE: Fraction(1, 2), GROUPS: 1}) == [
        f"share_pools[lab,card/x1/none,{FIRST}]"
    ]


def test_groups_of_another_size_do_not_help() -> None:
    assert RULE.broken_by({PAIRED: 1, GROUPS: 5}) == [f"share_pools[lab,card/x2/nvlink,{FIRST}]"]
    assert RULE.broken_by({PAIRED: 1, PAIRS: 1}) == []


def test_a_group_may_be_idle() -> None:
    assert RULE.broken_by({GROUPS: 3}) == []


def test_where_no_job_takes_turns_there_are_no_rows() -> None:
    assert Law("share_pools", lab()).rows == ()
