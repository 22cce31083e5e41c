from __future__ import annotations

from planner.formulation.problem import Problem
from planner.sizing.sizing import size
from tests.fixtures.catalogues import plain_card, plain_host, plain_module, plain_system
from tests.fixtures.handmade import fixed, market, scenario
from tests.formulation.law import Law
from tests.formulation.scenes import (
    FIRST,
    SECOND,
    THIRD,
    lab,
    offers,
    offers_with,
    problem_of,
    scene,
    sized,
)

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


def test_a_card_counts_from_the_month_in_which_it_arrives() -> None:
    late = Law("own_cards", offers_with(lead_times=[{"item": "card", "months": 2}]))
    held = {f"owned[lab,card,{FIRST},{n}]": 1 for n in (FIRST, SECOND, THIRD)}
    for node, there in ((FIRST, False), (SECOND, False), (THIRD, True)):
        used = {f"installed[lab,card,{node}]": 1}
        assert (late.broken_by(held | used) == []) is there


def test_a_card_that_is_leased_counts_while_its_term_covers_the_whole_step() -> None:
    rule = Law("own_cards", offers())
    held = {f"owned[lab,card,{FIRST}-lease,{n}]": 1 for n in (FIRST, SECOND)}
    assert rule.broken_by(held | {f"installed[lab,card,{SECOND}]": 1}) == []
    assert rule.broken_by(held | {f"installed[lab,card,{THIRD}]": 1}) == [
        f"own_cards[lab,card,{THIRD}]"
    ]


def test_a_term_that_ends_within_a_step_is_of_no_use_in_it() -> None:
    lease = [{"item": "card", "term_months": 4, "per_month": 40.0}]
    quarters = offers_with({"task": (3,) * 6}, leases=lease, step_months=3, budget=None)
    held = {f"owned[lab,card,{FIRST}-lease,{n}]": 1 for n in (FIRST, "2027-01")}
    rule = Law("own_cards", quarters)
    assert rule.broken_by(held | {f"installed[lab,card,{FIRST}]": 1}) == []
    assert rule.broken_by(held | {"installed[lab,card,2027-01]": 1}) == [
        "own_cards[lab,card,2027-01]"
    ]


def test_a_lease_that_arrives_late_is_of_use_for_its_term_from_then_on() -> None:
    late = Law("own_cards", offers_with(lead_times=[{"item": "card", "months": 1}]))
    held = {f"owned[lab,card,{FIRST}-lease,{n}]": 1 for n in (FIRST, SECOND, THIRD)}
    used = {n: {f"installed[lab,card,{n}]": 1} for n in (FIRST, SECOND, THIRD)}
    broken = [n for n in used if late.broken_by(held | used[n])]
    assert broken == [FIRST]


def test_cards_of_rented_machines_need_no_purchase() -> None:
    assert {row.key[0] for row in Law("own_cards", offers()).rows} == {"lab"}


def test_a_card_that_can_only_be_rented_stands_in_no_host_of_ones_own() -> None:
    catalog = market([(plain_card("card"), 0.0)], [(plain_host("host"), 500.0)])
    demand = {"task": (1,)}
    inputs = scene(catalog, demand, rentals=[{"gpu": "card", "per_hour": 1.0}])
    problem = problem_of(inputs, sized(demand))
    assert problem.stands("cloud", "card")
    assert not problem.stands("lab", "card")
