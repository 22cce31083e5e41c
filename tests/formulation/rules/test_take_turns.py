from __future__ import annotations

from fractions import Fraction

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, lab, pools

RULE = Law("take_turns", pools())
ADAPT, TUNE = (f"turns[lab,{name}@card/bf16/x1/p1,{FIRST}]" for name in ("adapt", "tune"))
PAIRED = f"turns[lab,tune@card/bf16/x2/nvlink/p1,{FIRST}]"


def test_a_job_that_runs_on_one_group_at_a_time_works_no_more_hours_than_a_month_has() -> None:
    assert RULE.broken_by({ADAPT: 1}) == []
    assert RULE.broken_by({ADAPT: 1 + Fraction(1, 730)}) == [f"take_turns[adapt,{FIRST}]"]


def test_a_job_may_run_on_as_many_groups_at_a_time_as_it_says() -> None:
    assert RULE.broken_by({TUNE: 2}) == []


def test_turns_in_all_pools_count_together() -> None:
    assert RULE.broken_by({TUNE: 1, PAIRED: 1}) == []
    assert RULE.broken_by({TUNE: Fraction(3, 2), PAIRED: 1}) == [f"take_turns[tune,{FIRST}]"]


def test_where_no_job_takes_turns_there_are_no_rows() -> None:
    assert Law("take_turns", lab()).rows == ()
