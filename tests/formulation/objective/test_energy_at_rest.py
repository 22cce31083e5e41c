from __future__ import annotations

from tests.formulation.law import cents
from tests.formulation.scenes import FIRST, SECOND, lab, lab_with

NAME = "energy_at_rest"
HOSTS, CARDS = f"running[lab,host,{FIRST}]", f"installed[lab,card,{FIRST}]"
MONTH = 730
"""Hours."""


def test_a_host_and_its_cards_pay_for_their_power_at_rest_and_for_cooling() -> None:
    watts = 100 + 2 * 20
    expected = watts * MONTH * 1.25 * 20 / 1000
    assert cents(NAME, lab(), {HOSTS: 1, CARDS: 2}) == expected


def test_what_is_owned_and_not_in_use_costs_no_electricity() -> None:
    assert cents(NAME, lab(), {f"owned[lab,host,{FIRST},{FIRST}]": 3}) == 0


def test_a_node_of_several_months_pays_for_all_of_them() -> None:
    merged = lab_with({"task": (2, 2)})
    assert [n.length for n in merged.tree.nodes] == [2]
    assert cents(NAME, merged, {HOSTS: 1}) == 2 * cents(NAME, lab(), {HOSTS: 1})


def test_a_later_month_counts_less_at_a_discount() -> None:
    dear = lab_with(discount_rate=0.5)
    now, then = (cents(NAME, dear, {f"running[lab,host,{n}]": 1}) for n in (FIRST, SECOND))
    assert 0 < then < now
