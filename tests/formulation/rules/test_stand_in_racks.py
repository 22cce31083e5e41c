from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, lab, racks, racks_with

RULE = Law("stand_in_racks", racks())
SERVERS = f"builds[lab,server+1xcard,{FIRST}]"
RACKED = [f"racked[lab,server+1xcard,rack{r},{FIRST}]" for r in (1, 2)]
ROW = f"stand_in_racks[lab,server+1xcard,{FIRST}]"


def test_a_server_in_use_stands_in_one_rack() -> None:
    assert RULE.broken_by({SERVERS: 1}) == [ROW]
    assert RULE.broken_by({SERVERS: 1, RACKED[0]: 1}) == []
    assert RULE.broken_by({SERVERS: 1, RACKED[0]: 1, RACKED[1]: 1}) == [ROW]


def test_servers_of_one_build_may_stand_in_several_racks() -> None:
    assert RULE.broken_by({SERVERS: 3, RACKED[0]: 2, RACKED[1]: 1}) == []


def test_a_tower_stands_beside_the_racks() -> None:
    assert RULE.broken_by({f"builds[lab,tower+1xcard,{FIRST}]": 5}) == []
    assert not [row for row in RULE.rows if "tower" in row.name]


def test_a_site_whose_racks_are_none_holds_no_server() -> None:
    none = Law("stand_in_racks", racks_with(count=0, buy=0))
    assert none.broken_by({SERVERS: 1}) == [ROW]


def test_a_site_that_says_nothing_about_racks_holds_any_number() -> None:
    assert Law("stand_in_racks", lab()).rows == ()
