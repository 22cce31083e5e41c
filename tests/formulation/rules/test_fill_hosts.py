from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, lab

RULE = Law("fill_hosts", lab())
ONE, TWO = f"builds[lab,host+1xcard,{FIRST}]", f"builds[lab,host+2xcard,{FIRST}]"
INSTALLED = f"installed[lab,card,{FIRST}]"


def test_a_card_that_stands_in_no_host_is_not_installed() -> None:
    assert RULE.broken_by({INSTALLED: 1}) == [f"fill_hosts[lab,card,{FIRST}]"]


def test_a_place_that_a_filling_fills_is_not_left_empty() -> None:
    assert RULE.broken_by({INSTALLED: 1, TWO: 1}) == [f"fill_hosts[lab,card,{FIRST}]"]


def test_the_cards_of_all_fillings_add_up() -> None:
    assert RULE.broken_by({INSTALLED: 5, TWO: 2, ONE: 1}) == []
