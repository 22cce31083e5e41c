from __future__ import annotations

from tests.formulation.law import cents
from tests.formulation.scenes import FIRST, SECOND, lab, lab_with

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
