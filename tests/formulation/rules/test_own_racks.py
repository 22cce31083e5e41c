from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, lab, racks, racks_with

RULE = Law("own_racks", racks())
OPENED, OWNED = f"opened[lab,rack2,{FIRST}]", f"owned[lab,rack,{FIRST},{FIRST}]"


def test_a_rack_in_use_beyond_those_that_stand_there_is_owned() -> None:
    assert RULE.broken_by({OPENED: 1}) == [f"own_racks[lab,rack,{FIRST}]"]
    assert RULE.broken_by({OPENED: 1, OWNED: 1}) == []


def test_identical_racks_count_together() -> None:
    rule = Law("own_racks", racks_with(buy=2))
    both = {OPENED: 1, f"opened[lab,rack3,{FIRST}]": 1}
    assert rule.broken_by(both | {OWNED: 1}) == [f"own_racks[lab,rack,{FIRST}]"]
    assert rule.broken_by(both | {OWNED: 2}) == []


def test_a_rack_that_is_owned_may_stay_empty() -> None:
    assert RULE.broken_by({OWNED: 1}) == []


def test_where_no_rack_may_be_bought_there_are_no_rows() -> None:
    assert Law("own_racks", racks_with(buy=0)).rows == ()
    assert Law("own_racks", lab()).rows == ()
