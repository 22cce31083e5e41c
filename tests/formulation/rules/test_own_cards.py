from __future__ import annotations

from planner.formulation.problem import Problem
from planner.sizing.sizing import size
from tests.fixtures.catalogues import plain_module, plain_system
from tests.fixtures.handmade import fixed, market, scenario
from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, SECOND, lab, problem_of

RULE = Law("own_cards", lab())
INSTALLED, LOT = f"installed[lab,card,{SECOND}]", f"owned[lab,card,lot1,{SECOND}]"


def system() -> Problem:
    catalog = market(
        [(plain_module("module"), 0.0)], [(plain_system("system", "module", 2), 30_000.0)]
    )
    inputs = scenario(catalog, [fixed("task", [1], cards=1)], months=1)
    return problem_of(inputs, size(inputs))


def test_a_card_that_is_installed_is_owned() -> None:
    assert RULE.broken_by({INSTALLED: 1}) == [f"own_cards[lab,card,{SECOND}]"]


def test_lots_and_purchases_of_all_months_count_together() -> None:
    early, late = (f"owned[lab,card,{bought},{SECOND}]" for bought in (FIRST, SECOND))
    assert RULE.broken_by({INSTALLED: 3, LOT: 1, early: 1, late: 1}) == []
    assert RULE.broken_by({INSTALLED: 3, LOT: 1, early: 1}) == [f"own_cards[lab,card,{SECOND}]"]


def test_a_card_of_another_month_does_not_count() -> None:
    held_before = {f"owned[lab,card,{FIRST},{FIRST}]": 1}
    assert RULE.broken_by({INSTALLED: 1} | held_before) == [f"own_cards[lab,card,{SECOND}]"]


def test_a_card_may_lie_on_the_shelf() -> None:
    assert RULE.broken_by({LOT: 1}) == []


def test_cards_that_are_built_in_need_no_purchase_of_their_own() -> None:
    assert Law("own_cards", system()).rows == ()
    assert [r.name for r in Law("own_hosts", system()).rows] == [f"own_hosts[lab,system,{FIRST}]"]
