"""Claims about limits and offers that look true and are not: each has a small counter-example."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest

from planner.errors import InfeasibleError
from planner.formulation.problem import Problem
from planner.formulation.rules import RULES
from planner.formulation.tree import Node, TimeTree
from planner.plan.schema import Plan
from planner.scenario.inputs import Inputs
from tests.fixtures.catalogues import (
    Entry,
    catalogue_of,
    fact,
    facts,
    plain_book,
    plain_card,
    plain_host,
)
from tests.fixtures.engine import findings_of, least_cost, plan_of
from tests.fixtures.families import TOKENS
from tests.fixtures.handmade import chat, fixed, market, measured, month, scenario
from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, SECOND, lab_with
from tests.properties.families_force import cheapest

CARD, HOST = plain_card("card"), plain_host("host")
FREE_HOST = {"host": "host", "count": 1, "bought": month(-1), "worth": 0.0}
NO_BILL = {"electricity_per_kwh": 0.0}


def best_plan(inputs: Inputs) -> Plan:
    """The engine's plan: sound, and to the cents of its lines as cheap as any."""
    plan, best = plan_of(inputs), cheapest(inputs)
    assert best is not None
    assert findings_of(plan) == []
    assert abs(plan.objective.npv - best) <= len(plan.cash_flow)
    return plan


def assert_no_plan(inputs: Inputs) -> None:
    assert cheapest(inputs) is None
    with pytest.raises(InfeasibleError):
        plan_of(inputs)


def units(plan: Plan, mode: str) -> dict[tuple[str, str], int]:
    """Units by item and month of the order."""
    found: Counter[tuple[str, str]] = Counter()
    for unit in plan.acquisitions:
        if unit.mode == mode:
            found[unit.item, unit.node] += unit.count
    return dict(found)


def paid(plan: Plan, category: str) -> dict[str, int]:
    """Cents of a category by node, undiscounted."""
    found: Counter[str] = Counter()
    for line in plan.cash_flow:
        if line.category == category:
            found[line.node] += line.amount
    return dict(found)


# What may be lost


def spares(large: float, small: float, **survive: int) -> Inputs:
    """A load of 6 on cards of which one kind carries 10 and the other 5."""
    cards = [(plain_card("large"), large), (plain_card("small"), small)]
    rows = [measured("large", 10.0), measured("small", 5.0)]
    talk = chat("talk", [6], gpus=["large", "small"], measured=rows, survive=survive)
    return scenario(
        market(cards, [(HOST, 500.0)]),
        [talk | {"model": "dense-8b", "context_tokens": 65_536}],
        months=1,
        existing=[FREE_HOST],
        site=NO_BILL,
    )


@pytest.mark.parametrize("unit", ["replicas", "cards"])
def test_the_load_and_a_spare_in_sum_are_not_enough_if_the_largest_is_lost(unit: str) -> None:
    """10 + 5 is enough for 6 and a spare of 5; but without the 10, only 5 are left."""
    plan = best_plan(spares(1500.0, 950.0, **{unit: 1}))
    assert units(plan, "purchase") == {("small", month(0)): 3}


def test_room_for_the_load_and_the_largest_replica_in_sum_is_more_than_is_needed() -> None:
    """Three of 5 are less than 6 + 10, and outlive any loss; two of 10 do too."""
    assert units(best_plan(spares(1500.0, 1100.0, replicas=1)), "purchase") == {
        ("large", month(0)): 2
    }
    assert 3 * 5 < 6 + 10


# Bridges


def bridged(fours: int, pairs: int, hosts: int) -> Inputs:
    """Groups of four over PCIe and bridged pairs, in hosts of four with one place for a bridge."""
    card = plain_card("card", nvlink="bridge", nvlink_gb_s=112.5)
    host = plain_host("host", bridge_pairs=1)
    bridge = {"id": "bridge", "name": "BRIDGE", "vendor": "NVIDIA"} | facts(
        gpus=["card"], per_pair=1
    )
    book = plain_book({"card": 1000.0, "host": 500.0, "bridge": 100.0})
    pair = fixed("pair", [pairs], cards=2) | {"link": "nvlink"}
    return scenario(
        catalogue_of([card], [host], book, bridges=[bridge]),
        [fixed("four", [fours], cards=4), pair],
        months=1,
        site={"hosts_max": hosts},
    )


def test_places_for_groups_and_for_bridges_do_not_add_up_to_a_placement() -> None:
    """The four fills one host, and the other joins one pair: three hosts, though all sums hold."""
    sums = [f for f in RULES if f.rule.about != "housing" or f.rule.name in SUMS]
    assert least_cost(bridged(1, 2, hosts=2), rules=sums) is not None
    assert_no_plan(bridged(1, 2, hosts=2))
    plan = best_plan(bridged(1, 2, hosts=3))
    assert units(plan, "purchase")["host", month(0)] == 3


SUMS = {"fill_hosts", "run_hosts", "keep_groups_together", "bridge_neighbours"}
"""Rules of housing that add up over all hosts."""


def test_without_the_four_the_same_pairs_need_two_hosts() -> None:
    assert units(best_plan(bridged(0, 2, hosts=2)), "purchase")["host", month(0)] == 2


# MIG


HALVES = {
    "compute_slices": 2,
    "memory_slices": 2,
    "profiles": [
        {"name": "1g.half", "compute_slices": 1, "memory_slices": 1, "starts": [0, 1]},
        {"name": "2g.whole", "compute_slices": 2, "memory_slices": 2, "starts": [0]},
    ],
}


def beside(gib: float, isolation: str) -> Inputs:
    """A small need that accepts so much isolation, and another of some memory on shared cards."""
    card = plain_card("card", mig_instances=2) | {"mig": fact(HALVES)}
    small = fixed("small", [1], memory_gib=4.0, time_share=0.2) | {"isolation": isolation}
    other = fixed("other", [1], memory_gib=gib, time_share=0.2)
    return scenario(market([(card, 1000.0)], [(HOST, 500.0)]), [small, other], months=1)


@pytest.mark.parametrize(
    ("gib", "isolation", "cards"), [(30.0, "shared", 1), (30.0, "mig", 2), (20.0, "mig", 1)]
)
def test_what_fits_beside_it_by_its_bytes_does_not_fit_beside_an_instance(
    gib: float, isolation: str, cards: int
) -> None:
    """4 + 30 of 48 GiB, but a card that is cut runs nothing else; 20 fit into its other half."""
    plan = best_plan(beside(gib, isolation))
    assert units(plan, "purchase")["card", month(0)] == cards


# Racks


def racked(cards: int) -> Inputs:
    """Two racks of 1,600 W, and servers of 100 W for up to three cards of 300 W."""
    server = plain_host(
        "host", form="rack", rack_units=2, slot_layouts=((2, 2, 2),), max_gpus=3, base_load_w=100
    )
    rack = {"id": "rack", "name": "RACK"} | facts(rack_units=42, kw=1.6, sockets=None)
    book = plain_book({"card": 1000.0, "host": 500.0})
    return scenario(
        catalogue_of([CARD], [server], book, racks=[rack]),
        [fixed("task", [cards], cards=1)],
        months=1,
        site={"racks": {"model": "rack", "count": 2}},
    )


def test_what_two_racks_have_in_sum_is_not_there_for_every_host() -> None:
    """Nine cards in four servers draw 3,100 of 3,200 W, but no rack carries more than four."""
    assert 9 * 300 + 4 * 100 <= 2 * 1600 < 2 * (5 * 300 + 2 * 100)
    assert_no_plan(racked(9))
    assert units(best_plan(racked(8)), "purchase")["card", month(0)] == 8


# Orders


def late(**more: object) -> Inputs:
    """A card that is needed from the third month on and takes two to arrive."""
    return scenario(
        market([(CARD, 1000.0)], [(HOST, 500.0)], curve=(0.5, 0.5)),
        [fixed("task", [0, 0, 1, 1], cards=1)],
        months=4,
        existing=[FREE_HOST],
        lead_times=[{"item": "card", "months": 2}],
        site=NO_BILL,
        **more,
    )


def test_what_is_ordered_is_paid_at_the_price_of_the_order_and_not_of_the_arrival() -> None:
    cheaper = [{"item": "card", "price": 300.0, "from": month(1)}]
    plan = best_plan(late(quotes=cheaper))
    assert units(plan, "purchase") == {("card", month(0)): 1}
    assert paid(plan, "capital") == {month(0): 1000_00}
    (card,) = (u for u in plan.acquisitions if u.item == "card")
    assert card.in_service == month(2)


def test_what_is_ordered_takes_the_capital_of_its_own_window() -> None:
    def capital(first: float, second: float) -> Entry:
        limits = [(month(1), first), (month(3), second)]
        return {"windows": [{"until": until, "capital": cents} for until, cents in limits]}

    assert units(best_plan(late(budget=capital(1000.0, 0.0))), "purchase")
    assert_no_plan(late(budget=capital(0.0, 1000.0)))


def branching() -> Problem:
    """An order of the first month that is on its way while the roadmap parts in two."""
    path = lab_with({"task": (1, 1, 1)}, lead_times=[{"item": "card", "months": 2}],
                    supply=[{"item": "card", "per_month": 3}])  # fmt: skip
    half = Fraction(1, 2)
    nodes = (
        Node(0, FIRST, None, 0, 1),
        Node(1, SECOND, 0, 1, 2, half),
        Node(2, f"{SECOND}-other", 0, 1, 2, half),
    )
    known = tuple(v for v in path.vintages if not v.node)
    return replace(path, tree=TimeTree(nodes, path.tree.discounts), vintages=known)


def test_every_branch_inherits_the_order_that_is_on_its_way() -> None:
    """No file has branches yet; the rule holds on any tree, and no branch cancels for itself."""
    rule = Law("hold_vintages", branching())
    ordered = {f"owned[lab,card,{FIRST},{FIRST}]": 2}
    inherited = [f"owned[lab,card,{FIRST},{n}]" for n in (SECOND, f"{SECOND}-other")]
    assert rule.broken_by(ordered | dict.fromkeys(inherited, 2)) == []
    for less, same in (inherited, reversed(inherited)):
        broken = rule.broken_by(ordered | {less: 1, same: 2})
        assert broken == [less.replace("owned", "hold_vintages")]


# Cash


def one_month(capital: float, **more: object) -> Inputs:
    """A card of 1,000 in a host of 500, which both keep most of their value to the end."""
    book = plain_book({"card": 1000.0, "host": 500.0}, gpus=(0.95, 1.0), hosts=(0.95, 1.0))
    return scenario(
        catalogue_of([CARD], [HOST], book),
        [fixed("task", [1], cards=1)],
        months=1,
        budget={"windows": [{"until": month(0), "capital": capital}]},
        **more,
    )


def test_the_value_at_the_horizon_pays_for_nothing() -> None:
    """1,500 less 1,425 at the end are 75, but 1,500 must be there."""
    assert_no_plan(one_month(1499.99))
    plan = best_plan(one_month(1500.0))
    assert paid(plan, "resale") == {"horizon": -1425_00}


def moved(*ends: int) -> Inputs:
    """A card that brings 1,000, and a month later 944; another that costs 950 from then on only."""
    old = plain_card("old", memory_mib=8192)
    catalog = market([(old, 1200.0), (CARD, 2000.0)], [(HOST, 500.0)], curve=(0.5, 0.5))
    return scenario(
        catalog,
        [fixed("task", [0, 1], cards=1, min_memory_gib=20.0)],
        months=2,
        existing=[{"gpu": "old", "count": 1, "bought": month(-1), "worth": 1000.0}, FREE_HOST],
        quotes=[{"item": "card", "price": 950.0, "from": month(1)}],
        budget={"windows": [{"until": month(n), "capital": 0.0} for n in ends]},
        site=NO_BILL,
    )


def test_what_a_sale_brings_in_december_is_gone_in_january() -> None:
    with pytest.raises(InfeasibleError):
        plan_of(moved(0, 1))
    plan = best_plan(moved(1))
    assert units(plan, "purchase") == {("card", month(1)): 1}
    assert [u.leaves for u in plan.acquisitions if u.item == "old"] == [month(0)]


# Leases


def leased(term: int, curve: tuple[float, float] = (0.0, 1.0), **more: object) -> Inputs:
    """A card for three months that can be bought for 1,000 or leased for 100 a month."""
    return scenario(
        market([(CARD, 1000.0)], [(HOST, 500.0)], curve=curve),
        [fixed("task", [1, 1, 1], cards=1)],
        months=3,
        existing=[FREE_HOST],
        leases=[{"item": "card", "term_months": term, "per_month": 100.0}],
        site=NO_BILL,
        **more,
    )


def test_a_lease_that_outlasts_the_roadmap_is_paid_to_its_end() -> None:
    """Three payments of 100 are less than 1,000, but twelve are due."""
    assert units(best_plan(leased(12)), "purchase") == {("card", month(0)): 1}
    assert units(best_plan(leased(3)), "lease") == {("card", month(0)): 1}


def test_payments_after_the_horizon_are_charged_there_and_no_later() -> None:
    """Nine count as they do at the horizon; discounted to their own months, the lease would win."""
    plan = best_plan(leased(12, discount_rate=0.5, quotes=[{"item": "card", "price": 1100.0}]))
    now = [1.5 ** (-m / 12) for m in range(12)]
    assert 100 * sum(now) < 1100 < 100 * (sum(now[:3]) + 9 * now[3])
    assert units(plan, "purchase") == {("card", month(0)): 1}


def test_what_falls_due_after_the_horizon_stands_there_in_the_cash_flow() -> None:
    plan = best_plan(leased(9))
    assert paid(plan, "lease") == {month(m): 100_00 for m in range(3)} | {"horizon": 600_00}


def test_a_card_may_be_bought_before_the_lease_of_another_ends() -> None:
    """The price rises, so it is bought early; for two months two cards are held, and one needed."""
    plan = best_plan(
        scenario(
            market([(CARD, 1000.0)], [(HOST, 500.0)], curve=(0.5, 0.5)),
            [fixed("task", [1] * 8, cards=1)],
            months=8,
            existing=[FREE_HOST],
            fleet={"max_gpu_models": 1},
            budget={"windows": [{"until": month(1), "capital": 0.0}]},
            quotes=[{"item": "card", "price": 3000.0, "from": month(3)}],
            leases=[{"item": "card", "term_months": 4, "per_month": 300.0}],
            site=NO_BILL,
        )
    )
    assert units(plan, "lease") == {("card", month(0)): 1}
    assert units(plan, "purchase") == {("card", month(2)): 1}


# Kinds


def test_kinds_that_are_there_already_count_until_they_are_sold() -> None:
    small, large = plain_card("small", memory_mib=8192), plain_card("large")
    catalog = market([(small, 300.0), (large, 1000.0)], [(HOST, 500.0)])
    needs = [fixed("little", [1], cards=1), fixed("big", [1], cards=1, min_memory_gib=20.0)]
    lots = [{"gpu": "small", "count": 1, "bought": month(-12)}]
    one = {"max_gpu_models": 1}
    plan = best_plan(scenario(catalog, needs, months=1, existing=lots, fleet=one))
    assert units(plan, "purchase")["large", month(0)] == 2
    assert [u.leaves for u in plan.acquisitions if u.item == "small"] == [month(0)]


# Pools


def jobs(months_of_work: list[float], at_a_time: int = 1) -> Inputs:
    """Jobs that take so many group-months of single cards."""
    row = {
        "gpu": "card", "precision": "nf4", "gpus_per_replica": 1, "capacity": TOKENS,
        "memory_gib": 8.0, "source": "own bench",
    }  # fmt: skip
    work = [
        {
            "name": f"job{i}", "task": "finetune", "model": "dense-1b", "method": "qlora",
            "time_shared": True, "groups_at_a_time": at_a_time, "measured": [row],
            "demand": [{"from": month(0), "tokens_per_month": TOKENS * share}],
        }
        for i, share in enumerate(months_of_work)
    ]  # fmt: skip
    narrow = plain_host("host", slot_layouts=((2,),), max_gpus=1)
    return scenario(market([(CARD, 1000.0)], [(narrow, 500.0)]), work, months=1)


def test_jobs_that_take_turns_need_no_group_each() -> None:
    assert units(best_plan(jobs([0.5, 0.25, 0.25])), "purchase")["card", month(0)] == 1
    assert units(best_plan(jobs([0.5, 0.25, 0.5])), "purchase")["card", month(0)] == 2


def test_a_job_does_not_get_more_hours_than_a_month_has_by_more_groups() -> None:
    assert_no_plan(jobs([1.2]))
    assert units(best_plan(jobs([1.2], at_a_time=2)), "purchase")["card", month(0)] == 2
