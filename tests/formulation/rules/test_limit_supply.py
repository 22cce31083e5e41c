from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, SECOND, lab, offers, offers_with

RULE = Law("limit_supply", offers())
BOUGHT, LEASED = f"owned[lab,card,{FIRST},{FIRST}]", f"owned[lab,card,{FIRST}-lease,{FIRST}]"
ROW = f"limit_supply[card,{FIRST}]"


def test_what_is_bought_and_what_is_leased_come_from_the_same_supply() -> None:
    assert RULE.broken_by({BOUGHT: 1, LEASED: 1}) == []
    assert RULE.broken_by({BOUGHT: 2, LEASED: 1}) == [ROW]
    assert RULE.broken_by({LEASED: 3}) == [ROW]


def test_every_month_has_a_supply_of_its_own() -> None:
    later = {f"owned[lab,card,{SECOND},{SECOND}]": 2}
    assert RULE.broken_by({BOUGHT: 2} | later) == []
    kept = {f"owned[lab,card,{FIRST},{SECOND}]": 2}
    assert RULE.broken_by({BOUGHT: 2} | kept | later) == []


def test_what_is_rented_and_what_is_there_already_take_nothing_of_the_supply() -> None:
    rented = f"owned[cloud,rental-module-x1-2m,{FIRST},{FIRST}]"
    assert RULE.broken_by({rented: 2, f"owned[lab,host,lot1,{FIRST}]": 1}) == []
    assert {row.key[0] for row in RULE.rows} == {"card"}


def test_a_longer_step_has_the_supply_of_all_its_months() -> None:
    quarter = offers_with(step_months=3, budget=None)
    assert [row.at_most for row in Law("limit_supply", quarter).rows] == [6]


def test_where_nothing_is_short_there_are_no_rows() -> None:
    assert Law("limit_supply", lab()).rows == ()
