from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, SECOND, lab

RULE = Law("hold_vintages", lab())
BOUGHT, KEPT = f"owned[lab,card,{FIRST},{FIRST}]", f"owned[lab,card,{FIRST},{SECOND}]"
LOT, LATER = "owned[lab,card,lot1,start]", f"owned[lab,card,lot1,{FIRST}]"
LAST = f"owned[lab,card,lot1,{SECOND}]"


def test_a_vintage_does_not_grow_after_its_order() -> None:
    assert RULE.broken_by({BOUGHT: 1, KEPT: 2}) == [f"hold_vintages[lab,card,{FIRST},{SECOND}]"]


def test_what_left_does_not_come_back() -> None:
    assert RULE.broken_by({LOT: 1, LATER: 0, LAST: 1}) == [f"hold_vintages[lab,card,lot1,{SECOND}]"]


def test_no_more_of_a_lot_is_held_than_exists() -> None:
    assert RULE.broken_by({LOT: 1, LATER: 2}) == [f"hold_vintages[lab,card,lot1,{FIRST}]"]


def test_units_may_be_kept_sold_and_bought_anew() -> None:
    anew = f"owned[lab,card,{SECOND},{SECOND}]"
    assert RULE.broken_by({BOUGHT: 2, KEPT: 1, anew: 3, LOT: 1, LATER: 1}) == []
