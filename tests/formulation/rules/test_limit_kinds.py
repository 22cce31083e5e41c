from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, SECOND, lab, offers

RULE = Law("limit_kinds", offers())
CARDS, MODULES = f"kinds[card,{FIRST}]", f"kinds[module,{FIRST}]"


def test_no_more_kinds_count_at_a_time_than_allowed() -> None:
    assert RULE.broken_by({CARDS: 1}) == []
    assert RULE.broken_by({CARDS: 1, MODULES: 1}) == [f"limit_kinds[{FIRST}]"]


def test_a_kind_may_take_the_place_of_another_in_a_later_month() -> None:
    assert RULE.broken_by({CARDS: 1, f"kinds[module,{SECOND}]": 1}) == []


def test_where_kinds_are_not_limited_there_are_no_rows() -> None:
    assert Law("limit_kinds", lab()).rows == ()
