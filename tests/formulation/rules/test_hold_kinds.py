from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, SECOND, THIRD, lab, offers, offers_with

RULE = Law("hold_kinds", offers())
CARDS, MODULES = f"kinds[card,{FIRST}]", f"kinds[module,{FIRST}]"
BOUGHT, LEASED = f"owned[lab,card,{FIRST},{FIRST}]", f"owned[lab,card,{FIRST}-lease,{FIRST}]"
SYSTEM = f"owned[lab,system,{FIRST},{FIRST}]"


def test_a_card_that_is_held_makes_its_kind_count_in_use_or_not() -> None:
    assert RULE.broken_by({BOUGHT: 1}) == [f"hold_kinds[card,{FIRST}]"]
    assert RULE.broken_by({BOUGHT: 1, CARDS: 1}) == []


def test_a_card_that_is_leased_counts_as_one_that_is_bought() -> None:
    assert RULE.broken_by({LEASED: 1}) == [f"hold_kinds[card,{FIRST}]"]


def test_a_host_makes_the_kind_of_its_built_in_cards_count() -> None:
    assert RULE.broken_by({SYSTEM: 1, CARDS: 1}) == [f"hold_kinds[module,{FIRST}]"]
    assert RULE.broken_by({SYSTEM: 1, MODULES: 1}) == []


def test_what_is_rented_counts_as_no_kind_of_ones_own() -> None:
    assert RULE.broken_by({f"owned[cloud,rental-module-x1-2m,{FIRST},{FIRST}]": 2}) == []


def test_a_card_that_is_on_its_way_counts() -> None:
    late = Law("hold_kinds", offers_with(lead_times=[{"item": "card", "months": 2}]))
    assert late.broken_by({BOUGHT: 1}) == [f"hold_kinds[card,{FIRST}]"]


def test_a_lot_counts_until_it_is_sold() -> None:
    lot = [{"gpu": "card", "count": 2, "bought": "2025-10"}]
    owned = Law("hold_kinds", offers_with(existing=lot))
    there = {"owned[lab,card,lot1,start]": 2, f"owned[lab,card,lot1,{FIRST}]": 2}
    assert owned.broken_by(there) == [f"hold_kinds[card,{FIRST}]"]
    assert owned.broken_by({"owned[lab,card,lot1,start]": 2}) == []


def test_as_many_may_be_bought_beside_those_that_are_leased() -> None:
    both = {BOUGHT: 3, LEASED: 3, CARDS: 1}
    assert RULE.broken_by(both) == []


def test_units_on_their_way_may_be_held_beside_those_that_they_relieve() -> None:
    late = Law("hold_kinds", offers_with(lead_times=[{"item": "card", "months": 2}]))
    old = {f"owned[lab,card,{FIRST}-lease,{n}]": 3 for n in (FIRST, SECOND, THIRD)}
    new = {f"owned[lab,card,{THIRD}-lease,{THIRD}]": 3}
    kinds = {f"kinds[card,{n}]": 1 for n in (FIRST, SECOND, THIRD)}
    assert late.broken_by(old | new | kinds) == []


def test_a_lease_that_ends_within_a_step_is_held_when_the_step_begins() -> None:
    lease = [{"item": "card", "term_months": 4, "per_month": 40.0}]
    quarters = offers_with({"task": (3,) * 6}, leases=lease, step_months=3, budget=None)
    later = "2027-01"
    held = {f"owned[lab,card,{FIRST}-lease,{n}]": 1 for n in (FIRST, later)}
    assert Law("hold_kinds", quarters).broken_by(held) == [
        f"hold_kinds[card,{FIRST}]", f"hold_kinds[card,{later}]"
    ]  # fmt: skip


def test_where_kinds_are_not_limited_there_are_no_rows() -> None:
    assert Law("hold_kinds", lab()).rows == ()
