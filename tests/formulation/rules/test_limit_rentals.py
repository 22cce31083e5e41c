from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, RENTED, SECOND, lab, offers, offers_with

RULE = Law("limit_rentals", offers())
EARLY, KEPT = (f"owned[cloud,{RENTED},{FIRST},{n}]" for n in (FIRST, SECOND))
LATE = f"owned[cloud,{RENTED},{SECOND},{SECOND}]"


def test_terms_that_overlap_take_no_more_machines_than_the_offer_has() -> None:
    assert RULE.broken_by({EARLY: 1, KEPT: 1, LATE: 1}) == []
    assert RULE.broken_by({EARLY: 2, KEPT: 2, LATE: 1}) == [
        f"limit_rentals[cloud,{RENTED},{SECOND}]"
    ]


def test_where_one_term_is_held_at_a_time_its_own_limit_is_enough() -> None:
    assert {row.key[-1] for row in RULE.rows} == {SECOND, "2026-12"}
    monthly = [{"gpu": "module", "per_hour": 1.0, "machines_max": 2}]
    assert Law("limit_rentals", offers_with(rentals=monthly)).rows == ()


def test_where_nothing_is_rented_there_are_no_rows() -> None:
    assert Law("limit_rentals", lab()).rows == ()
