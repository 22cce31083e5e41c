from __future__ import annotations

from planner.formulation.problem import Problem
from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, SECOND, THIRD, lab, offers, offers_with

RULE = Law("keep_budget", offers())
CARD, CARD_KEPT = (f"owned[lab,card,{FIRST},{n}]" for n in (FIRST, SECOND))
LATER = f"owned[lab,card,{SECOND},{SECOND}]"
LOT = {"owned[lab,host,lot1,start]": 1, f"owned[lab,host,lot1,{FIRST}]": 1}
LOT_KEPT = LOT | {f"owned[lab,host,lot1,{SECOND}]": 1}
ROWS = [f"keep_budget[{SECOND},{n}]" for n in (FIRST, SECOND)]


def windows(*limits: tuple[str, float]) -> Problem:
    entries = [{"until": month, "capital": capital} for month, capital in limits]
    return offers_with(budget={"windows": entries})


def test_purchases_stay_within_the_capital_of_their_window() -> None:
    assert RULE.broken_by({CARD: 2, CARD_KEPT: 2} | LOT_KEPT) == []
    assert RULE.broken_by({CARD: 3, CARD_KEPT: 3} | LOT_KEPT) == ROWS


def test_purchases_of_all_months_of_a_window_count_together() -> None:
    assert RULE.broken_by({CARD: 1, CARD_KEPT: 1, LATER: 2} | LOT_KEPT) == [ROWS[1]]


def test_a_sale_funds_a_purchase_in_the_same_window_from_its_month_on() -> None:
    """A card brings 755.10 after a month: 80 % of its price, and half of that in a year."""
    tight = Law("keep_budget", windows((SECOND, 1244.90)))
    assert tight.broken_by({CARD: 1, LATER: 1} | LOT_KEPT) == []
    tighter = Law("keep_budget", windows((SECOND, 1244.89)))
    assert tighter.broken_by({CARD: 1, LATER: 1} | LOT_KEPT) == [ROWS[1]]


def test_a_lot_that_is_sold_brings_capital() -> None:
    """The host is a year old: half of 500, and 70 % of that after the year."""
    tight = Law("keep_budget", windows((SECOND, 825.0)))
    assert tight.broken_by({CARD: 1, CARD_KEPT: 1, "owned[lab,host,lot1,start]": 1}) == []
    assert tight.broken_by({CARD: 1, CARD_KEPT: 1} | LOT_KEPT) == ROWS


def test_a_sale_that_comes_later_in_the_window_funds_nothing_before_it() -> None:
    tight = Law("keep_budget", windows((SECOND, 900.0)))
    assert tight.broken_by({CARD: 1} | LOT_KEPT) == [ROWS[0]]


def test_a_sale_in_one_window_funds_no_purchase_in_the_next() -> None:
    two = Law("keep_budget", windows((FIRST, 0.0), (SECOND, 900.0)))
    sold_before = {"owned[lab,host,lot1,start]": 1}
    assert two.broken_by({LATER: 1} | sold_before) == [ROWS[1]]
    assert two.broken_by({LATER: 1} | LOT) == []


def test_capital_that_one_window_leaves_is_not_there_in_the_next() -> None:
    two = Law("keep_budget", windows((FIRST, 2000.0), (SECOND, 900.0)))
    assert two.broken_by({LATER: 1} | LOT_KEPT) == [ROWS[1]]


def test_after_the_last_window_there_is_no_limit() -> None:
    assert {row.key for row in RULE.rows} == {(SECOND, FIRST), (SECOND, SECOND)}
    held = {f"owned[lab,system,{THIRD},{THIRD}]": 9}
    assert RULE.broken_by(held | LOT_KEPT) == []


def test_leases_and_rentals_take_no_capital() -> None:
    leased = {f"owned[lab,card,{FIRST}-lease,{n}]": 3 for n in (FIRST, SECOND)}
    rented = {f"owned[cloud,rental-module-x1-2m,{FIRST},{FIRST}]": 2}
    assert Law("keep_budget", windows((SECOND, 0.0))).broken_by(leased | rented | LOT_KEPT) == []


def test_the_value_at_the_horizon_is_no_cash() -> None:
    last = {f"owned[lab,card,{THIRD},{THIRD}]": 1}
    kept = LOT_KEPT | {f"owned[lab,host,lot1,{THIRD}]": 1}
    short = Law("keep_budget", windows((THIRD, 900.0)))
    assert short.broken_by(last | kept) == [f"keep_budget[{THIRD},{THIRD}]"]


def test_capital_is_not_discounted() -> None:
    dear = offers_with(discount_rate=0.5)
    for row, other in zip(RULE.rows, Law("keep_budget", dear).rows, strict=True):
        named = {v.name: f for v, f in row.expression.terms.items()}
        assert named == {v.name: f for v, f in other.expression.terms.items()}


def test_an_order_takes_its_capital_at_once_and_not_when_it_arrives() -> None:
    late = offers_with(lead_times=[{"item": "card", "months": 2}])
    assert Law("keep_budget", late).broken_by({CARD: 3, CARD_KEPT: 3} | LOT_KEPT) == ROWS


def test_where_capital_is_not_limited_there_are_no_rows() -> None:
    assert Law("keep_budget", lab()).rows == ()
