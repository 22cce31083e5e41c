"""Claims that look true and are not: each was refuted by a small example, which is kept here."""

from __future__ import annotations

from fractions import Fraction

import pytest

from planner.errors import InfeasibleError
from planner.plan.schema import Plan
from planner.scenario.inputs import Inputs
from planner.sizing.sizing import size
from tests.fixtures.catalogues import plain_card, plain_host, plain_module, plain_system
from tests.fixtures.engine import findings_of, least_cost, plan_of
from tests.fixtures.handmade import chat, fixed, images, market, measured, month, scenario
from tests.fixtures.options import random_case
from tests.fixtures.strategies import random_inputs
from tests.properties.brute_force import cheapest_plan


def best_plan(inputs: Inputs) -> Plan:
    """The engine's plan, sound and as cheap as any."""
    plan, best = plan_of(inputs), cheapest_plan(inputs)
    assert best is not None
    assert findings_of(plan) == []
    assert abs(plan.objective.npv - best) <= inputs.scenario.months + Fraction(1, 2)
    return plan


def bought(plan: Plan) -> dict[tuple[str, str], int]:
    """Units by item and month of purchase."""
    return {(u.item, u.node): u.count for u in plan.acquisitions if u.mode == "purchase"}


def parted(plan: Plan) -> dict[tuple[str, str | None], int]:
    """Units that were owned before, by item and the month in which they leave."""
    return {(u.item, u.leaves): u.count for u in plan.acquisitions if u.mode == "existing"}


def fillings(plan: Plan) -> list[list[str]]:
    """Cards of every host in the first month."""
    first = plan.nodes[0]
    return sorted(sorted(c.gpu for c in h.cards) for h in plan.placement if h.node == first)


CARD, HOST = plain_card("card"), plain_host("host")


def test_months_of_equal_data_merge_without_loss_when_resale_is_geometric() -> None:
    losses = {}
    for seed in range(40):
        inputs = random_inputs(seed, "long")
        merged, single = least_cost(inputs, merge=True), least_cost(inputs, merge=False)
        assert (merged is None) == (single is None)
        if merged is not None and single is not None and abs(merged - single) > 1.0:
            losses[seed] = merged - single
    assert losses == {}


def test_months_of_equal_data_merge_without_loss_whatever_the_options_are() -> None:
    losses = {}
    for seed in range(40):
        inputs, sizing = random_case(seed, "long")
        merged = least_cost(inputs, merge=True, sizing=sizing)
        single = least_cost(inputs, merge=False, sizing=sizing)
        assert (merged is None) == (single is None)
        if merged is not None and single is not None and abs(merged - single) > 1.0:
            losses[seed] = merged - single
    assert losses == {}


def test_where_nothing_counts_at_the_end_the_last_month_is_the_one_to_sell_in() -> None:
    thrifty = plain_card("thrifty", tdp_w=100, idle_w=10)
    hungry = plain_card("hungry", tdp_w=450, idle_w=300)
    catalog = market([(thrifty, 5000.0), (hungry, 50.0)], [(HOST, 500.0)], curve=(0.9, 0.98))
    inputs = scenario(
        catalog,
        [fixed("task", [1, 1, 1, 1], cards=1)],
        months=4,
        horizon_value=False,
        existing=[
            {"gpu": "thrifty", "count": 1, "bought": "2026-10"},
            {"host": "host", "count": 1, "bought": "2026-10"},
        ],
        site={"electricity_per_kwh": 1.0},
    )
    plan = best_plan(inputs)
    assert parted(plan)["thrifty", month(3)] == 1
    assert bought(plan) == {("hungry", month(3)): 1}


def test_what_grows_dearer_is_bought_in_the_last_month_of_the_old_price() -> None:
    catalog = market([(CARD, 1000.0)], [(HOST, 500.0)], curve=(0.5, 0.5))
    inputs = scenario(
        catalog,
        [fixed("task", [0, 0, 0, 1], cards=1)],
        months=4,
        quotes=[{"item": "card", "price": 3000.0, "from": month(3)}],
    )
    assert bought(best_plan(inputs)) == {("card", month(2)): 1, ("host", month(3)): 1}


def test_a_price_that_falls_is_waited_for() -> None:
    catalog = market([(CARD, 3000.0)], [(HOST, 500.0)])
    inputs = scenario(
        catalog,
        [fixed("task", [1, 1, 2], cards=1)],
        quotes=[{"item": "card", "price": 1000.0, "from": month(2)}],
    )
    assert bought(best_plan(inputs))["card", month(2)] == 1


def blocked_by_latency() -> Inputs:
    catalog = market([(plain_card("card", memory_mib=96 * 1024), 4000.0)], [(HOST, 500.0)])
    return scenario(catalog, [chat("chat", [1]), images("pictures", [1.0])], months=1)


def test_a_chat_with_a_period_of_50_ms_never_waits_for_the_steps_of_an_image_model() -> None:
    inputs = blocked_by_latency()
    sizing = size(inputs)
    talk, paint = (
        min((o for o in sizing.options if o.part and o.workload == w), key=lambda o: o.share_ppm)
        for w in ("chat", "pictures")
    )
    assert talk.memory_bytes + paint.memory_bytes <= sizing.usable_bytes["card", False]
    assert talk.share_ppm + paint.share_ppm <= sizing.max_share_ppm
    assert talk.period_us is not None
    assert talk.step_us + paint.step_us > talk.period_us
    plan = best_plan(inputs)
    assert [len(c.replicas) for h in plan.placement for c in h.cards] == [1, 1]


def test_two_models_that_do_not_stall_each_other_share_a_card() -> None:
    catalog = market([(plain_card("card", memory_mib=96 * 1024), 4000.0)], [(HOST, 500.0)])
    inputs = scenario(catalog, [images("one", [1.0]), images("two", [1.0])], months=1)
    assert [len(c.replicas) for h in best_plan(inputs).placement for c in h.cards] == [2]


def test_a_host_with_cards_of_two_kinds_can_be_cheaper_than_any_with_one_kind() -> None:
    large, small = plain_card("large", memory_mib=96 * 1024), plain_card("small")
    workloads = [
        fixed("big", [1], cards=1, min_memory_gib=80.0),
        fixed("little", [2], cards=1),
    ]

    def planned(cards: list[tuple[dict[str, object], float]]) -> Plan:
        catalog = market(cards, [(HOST, 500.0)])
        return best_plan(scenario(catalog, workloads, months=1, site={"hosts_max": 1}))

    mixed = planned([(large, 9000.0), (small, 2000.0)])
    assert fillings(mixed) == [["large", "small", "small"]]
    assert mixed.objective.npv < planned([(large, 9000.0)]).objective.npv


def test_of_the_cards_that_exist_those_in_use_are_kept_and_the_others_sold_at_once() -> None:
    inputs = scenario(
        market([(CARD, 1000.0)], [(HOST, 500.0)]),
        [fixed("task", [1, 1, 1], cards=1)],
        existing=[{"gpu": "card", "count": 3, "bought": "2025-10"}],
    )
    assert parted(best_plan(inputs)) == {("card", None): 1, ("card", month(0)): 2}


def test_what_exists_and_no_workload_can_use_is_sold_too() -> None:
    tiny = plain_card("tiny", memory_mib=4096)
    inputs = scenario(
        market([(CARD, 1000.0), (tiny, 100.0)], [(HOST, 500.0)]),
        [fixed("task", [1, 1], cards=1, min_memory_gib=20.0)],
        months=2,
        existing=[{"gpu": "tiny", "count": 2, "bought": "2025-10"}],
    )
    assert parted(best_plan(inputs)) == {("tiny", month(0)): 2}


def test_a_group_sits_in_one_host_even_if_two_hosts_hold_as_many_cards() -> None:
    narrow = plain_host("narrow", slot_layouts=((2, 2),), max_gpus=2)
    group = [fixed("group", [1], cards=4)]
    owned = [{"host": "narrow", "count": 2, "bought": "2025-10"}]
    with pytest.raises(InfeasibleError):
        plan_of(scenario(market([(CARD, 1000.0)], [(narrow, 500.0)]), group, months=1))
    both = market([(CARD, 1000.0)], [(narrow, 500.0), (HOST, 2000.0)])
    plan = best_plan(scenario(both, group, months=1, existing=owned))
    assert bought(plan) == {("card", month(0)): 4, ("host", month(0)): 1}


def test_groups_of_two_waste_a_card_of_every_host_that_is_sold_with_three() -> None:
    module = plain_module("module")
    catalog = market([(module, 0.0)], [(plain_system("system", "module", 3), 30_000.0)])
    plan = best_plan(scenario(catalog, [fixed("pairs", [3], cards=2)], months=1))
    assert bought(plan) == {("system", month(0)): 3}


def test_a_month_in_which_nothing_runs_costs_no_electricity() -> None:
    inputs = scenario(
        market([(CARD, 1000.0)], [(HOST, 500.0)]), [fixed("task", [1, 0, 1], cards=1)]
    )
    plan = best_plan(inputs)
    paid = {line.node for line in plan.cash_flow if line.category == "energy"}
    assert paid == {month(0), month(2)}


def test_a_spare_replica_that_saves_electricity_stays() -> None:
    hungry = plain_card("hungry", tdp_w=450, idle_w=10)
    thrifty = plain_card("thrifty", tdp_w=70, idle_w=10)
    talk = chat("talk", [6], measured=[measured("hungry", 6.0), measured("thrifty", 4.0)])
    catalog = market([(hungry, 3000.0), (thrifty, 3000.0)], [(HOST, 500.0)])
    inputs = scenario(
        catalog,
        [talk | {"load_share": 0.5, "model": "dense-8b", "context_tokens": 65_536}],
        months=1,
        resale=False,
        existing=[
            {"gpu": "hungry", "count": 1, "bought": "2025-10"},
            {"gpu": "thrifty", "count": 1, "bought": "2025-10"},
            {"host": "host", "count": 1, "bought": "2025-10"},
        ],
        site={"electricity_per_kwh": 1.0},
    )
    plan = best_plan(inputs)
    assert {d.gpu for d in plan.deployments if d.label == "measured"} == {"hungry", "thrifty"}
