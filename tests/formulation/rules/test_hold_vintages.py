from __future__ import annotations

from dataclasses import replace

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, RENTED, SECOND, THIRD, lab, offers, offers_with

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


def test_nothing_leaves_before_it_has_arrived() -> None:
    late = Law("hold_vintages", offers_with(lead_times=[{"item": "card", "months": 2}]))
    held = {f"owned[lab,card,{FIRST},{n}]": 2 for n in (FIRST, SECOND, THIRD)}
    gone = held | {f"owned[lab,card,{FIRST},{n}]": 1 for n in (SECOND, THIRD)}
    assert late.broken_by(gone) == [f"hold_vintages[lab,card,{FIRST},{SECOND}]"]
    assert late.broken_by(held) == []


def test_what_has_arrived_may_leave_at_once() -> None:
    late = Law("hold_vintages", offers())
    ordered = {f"owned[lab,host,{FIRST},{FIRST}]": 1}
    assert late.broken_by(ordered | {f"owned[lab,host,{FIRST},{SECOND}]": 0}) == []


def test_what_is_leased_or_rented_stays_for_the_whole_term_and_is_gone_after_it() -> None:
    rule = Law("hold_vintages", offers())
    for unit in (f"lab,card,{FIRST}-lease", f"cloud,{RENTED},{FIRST}"):
        taken, kept = f"owned[{unit},{FIRST}]", f"owned[{unit},{SECOND}]"
        assert rule.broken_by({taken: 2, kept: 1}) == [f"hold_vintages[{unit},{SECOND}]"]
        assert rule.broken_by({taken: 2, kept: 2}) == []
        assert f"owned[{unit},{THIRD}]" not in {
            v.name for row in rule.rows for v in row.expression.terms
        }


def test_what_is_to_stay_is_kept_to_the_end() -> None:
    kept = replace(lab(), vintages=tuple(replace(v, stays=True) for v in lab().vintages))
    broken = Law("hold_vintages", kept).broken_by({BOUGHT: 2, KEPT: 1})
    assert broken == [f"hold_vintages[lab,card,{FIRST},{SECOND}]"]
