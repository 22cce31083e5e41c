from __future__ import annotations

from tests.formulation.law import cents
from tests.formulation.scenes import FIRST, SECOND, THIRD, lab, lab_with, offers, offers_with

NAME = "support"
HOST, KEPT = f"owned[lab,host,{FIRST},{FIRST}]", f"owned[lab,host,{FIRST},{SECOND}]"
MONTHLY = 50_000 * 6 // 100 // 12


def test_a_host_costs_its_support_in_every_month_in_which_it_is_held() -> None:
    assert cents(NAME, lab(), {HOST: 1}) == MONTHLY
    assert cents(NAME, lab(), {HOST: 1, KEPT: 1}) == 2 * MONTHLY


def test_a_host_that_is_switched_off_costs_its_support() -> None:
    both = {HOST: 2, f"running[lab,host,{FIRST}]": 1}
    assert cents(NAME, lab(), both) == 2 * MONTHLY


def test_a_lot_pays_the_support_of_a_new_host() -> None:
    owned = lab_with(existing=[{"host": "host", "count": 1, "bought": "2020-01"}])
    held = {"owned[lab,host,lot1,start]": 1, f"owned[lab,host,lot1,{FIRST}]": 1}
    assert cents(NAME, owned, held) == MONTHLY


def test_cards_have_no_support() -> None:
    assert cents(NAME, lab(), {f"owned[lab,card,{FIRST},{FIRST}]": 1}) == 0


def test_a_host_that_is_on_its_way_costs_no_support_yet() -> None:
    held = {f"owned[lab,host,{FIRST},{n}]": 1 for n in (FIRST, SECOND, THIRD)}
    assert cents(NAME, offers(), {f"owned[lab,host,{FIRST},{FIRST}]": 1}) == 0
    assert cents(NAME, offers(), held) == 2 * MONTHLY


def test_a_host_that_arrives_within_a_step_pays_support_from_that_month_on() -> None:
    late = [{"item": "host", "months": 4}]
    quarters = offers_with({"task": (3,) * 6}, lead_times=late, step_months=3, budget=None)
    held = {f"owned[lab,host,{FIRST},{n}]": 1 for n in (FIRST, "2027-01")}
    assert cents(NAME, quarters, held) == 2 * MONTHLY


def test_a_host_that_is_leased_has_no_support_of_its_own() -> None:
    leased = offers_with(leases=[{"item": "host", "term_months": 2, "per_month": 40.0}])
    assert (
        cents(NAME, leased, {f"owned[lab,host,{FIRST}-lease,{n}]": 1 for n in (FIRST, SECOND)}) == 0
    )
