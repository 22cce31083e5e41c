"""Claims that look true and are not: each was refuted by a small example, which is kept here."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from types import SimpleNamespace

import pytest

from planner.catalog.items import Resale
from planner.catalog.schema import ResaleEntry
from planner.errors import InfeasibleError, InputError
from planner.formulation.builds import Build
from planner.plan.placement import PlacementError, place
from planner.plan.schema import Plan
from planner.scenario.inputs import Inputs
from planner.sizing.option import Label, Option
from planner.sizing.sizing import size
from planner.solve.solution import Solution
from tests.fixtures.catalogues import Curve, plain_card, plain_host, plain_module, plain_system
from tests.fixtures.dice import Seeded, pick
from tests.fixtures.engine import findings_of, least_cost, plan_of
from tests.fixtures.handmade import chat, fixed, images, market, measured, month, scenario
from tests.fixtures.options import random_case
from tests.fixtures.strategies import random_inputs
from tests.properties.brute_force import cheapest_plan
from tests.properties.exact_cost import exact_cost


def best_plan(inputs: Inputs) -> Plan:
    """The engine's plan, sound and as cheap as any."""
    plan, best = plan_of(inputs), cheapest_plan(inputs)
    assert best is not None
    assert findings_of(plan) == []
    assert best <= exact_cost(plan, inputs, size(inputs)) <= best + Fraction(1, 2)
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


def idle_stock(months: int, curve: Curve, **more: object) -> Inputs:
    """One card of 100 for all months, in a host that is there and worth nothing."""
    return scenario(
        market([(CARD, 100.0)], [(HOST, 500.0)], curve=curve),
        [fixed("task", [1] * months, cards=1)],
        months=months,
        existing=[{"host": "host", "count": 1, "bought": month(-1), "worth": 0.0}],
        site={"electricity_per_kwh": 0.0},
        **more,
    )


def test_merged_months_are_dearer_where_resale_falls_in_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Selling and buying again every half year costs 4 x 5, keeping costs 50."""

    def in_steps(curve: Resale, paid_cents: int, age_months: int) -> int:
        return paid_cents * (95 if age_months <= 6 else 50) // 100

    inputs = idle_stock(24, (0.95, 0.5), discount_rate=0.0)
    geometric = least_cost(inputs, merge=True)
    assert geometric is not None
    assert geometric == pytest.approx(least_cost(inputs, merge=False))
    monkeypatch.setattr("planner.scenario.pricing.resale_value", in_steps)
    assert least_cost(inputs, merge=True) == pytest.approx(50_00)
    assert least_cost(inputs, merge=False) == pytest.approx(20_00)


def test_no_file_can_give_a_resale_curve_that_falls_in_steps() -> None:
    assert set(ResaleEntry.model_fields) == {"items", "first_sale_share", "yearly_retention"}


@pytest.mark.parametrize(("retention", "nodes"), [(0.9, 1), (1.0, 1), (1.1, 6)])
def test_months_are_merged_only_where_nothing_gains_value_with_age(
    retention: float, nodes: int
) -> None:
    plan = best_plan(idle_stock(6, (0.5, retention)))
    assert len(plan.nodes) == nodes


@pytest.mark.parametrize(("share", "retention"), [(1.1, 0.5), (1.0, 1.3), (0.8, 1.6)])
def test_a_market_in_which_waiting_and_selling_earns_money_is_refused(
    share: float, retention: float
) -> None:
    with pytest.raises(InputError, match="earns money by lying on a shelf"):
        idle_stock(12, (share, retention), discount_rate=0.05)


def test_a_market_in_which_the_discount_eats_the_gain_is_open() -> None:
    assert best_plan(idle_stock(12, (0.8, 1.6), discount_rate=0.5)).objective.npv > 0


def test_the_gap_of_a_plan_whose_receipts_pay_for_all_else_is_still_small() -> None:
    """The cost is 0 but for a cent or so, so any share of it would be without meaning."""
    lot = {"gpu": "card", "count": 1, "bought": month(-1), "worth": 580.0}
    catalog = market([(CARD, 1000.0), (plain_card("other"), 80.0)], [(HOST, 500.0)], (0.0, 1.0))
    inputs = scenario(
        catalog,
        [fixed("task", [1], cards=1, min_memory_gib=20.0)],
        months=1,
        horizon_value=False,
        existing=[lot],
        site={"electricity_per_kwh": 0.0},
    )
    plan = best_plan(inputs)
    assert (plan.objective.npv, plan.objective.gross) == (0, 580_00)
    assert 0 <= plan.objective.gap < 1e-4


def packed(hosts: list[int], groups: list[int]) -> bool:
    """Whether the placement finds a host for every group of cards of one kind."""
    replicas: dict[tuple[str, Option, int], int] = {}
    for cards, count in Counter(groups).items():
        group = Option(
            f"by-{cards}", "card", "bf16", cards, False, "none" if cards == 1 else "pcie", 1, 1,
            1, 1, 1, None, 1, False, (1.0, 1.0), Label.MODELLED, "invented",
        )  # fmt: skip
        replicas["lab", group, 0] = count
    builds: Counter[tuple[str, Build, int]] = Counter()
    for cards in hosts:
        builds["lab", Build("host", (("card", cards),), Fraction(0), Fraction(0)), 0] += 1
    problem = SimpleNamespace(
        sites=[SimpleNamespace(name="lab")],
        tree=SimpleNamespace(nodes=[SimpleNamespace(index=0, label=month(0))]),
        facts={},
    )
    try:
        place(Solution(problem, replicas, {}, builds, {}))  # type: ignore[arg-type]
    except PlacementError:
        return False
    return True


def test_groups_of_powers_of_two_find_places_wherever_the_sums_of_the_rule_hold() -> None:
    outcomes: Counter[bool] = Counter()
    for seed in range(1500):
        dice = Seeded.of("packing", seed)
        hosts = [dice.integer(1, 10) for _ in range(dice.integer(1, 5))]
        groups = [pick(dice, (1, 2, 4, 8)) for _ in range(dice.integer(1, 10))]
        sums_hold = all(
            sum(g // size for g in groups if g >= size) <= sum(cards // size for cards in hosts)
            for size in (1, 2, 4, 8)
        )
        assert packed(hosts, groups) == sums_hold, (hosts, groups)
        outcomes[sums_hold] += 1
    assert min(outcomes[True], outcomes[False]) > 200


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
