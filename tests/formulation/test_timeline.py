"""Months become nodes without loss, and stay apart wherever something tells them apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.formulation.setup import set_up
from planner.scenario.inputs import Inputs
from planner.scenario.schema import LeadTime, Rental
from planner.sizing.sizing import size
from tests.fixtures.catalogues import plain_card, plain_host
from tests.fixtures.counts import CASES
from tests.fixtures.dice import Seeded, chance, decimal, pick
from tests.fixtures.engine import least_cost
from tests.fixtures.handmade import fixed, market, month, scenario
from tests.fixtures.options import random_case
from tests.fixtures.strategies import random_inputs

Facts = dict[str, object]


def one_card(counts: list[int], **facts: object) -> Inputs:
    """A card and a host for a year or less."""
    catalog = market([(plain_card("card"), 1000.0)], [(plain_host("host"), 500.0)])
    task = fixed("task", counts, cards=1)
    changes = [i for i, n in enumerate(counts) if i == 0 or n != counts[i - 1]]
    task["demand"] = [task["demand"][i] for i in changes]
    return scenario(catalog, [task], months=len(counts), **facts)


def starts(inputs: Inputs, *, merge: bool = True) -> list[str]:
    """First months of the nodes."""
    return [node.label for node in set_up(inputs, size(inputs), merge=merge).problem.tree.nodes]


def months(*numbers: int) -> list[str]:
    return [month(n) for n in numbers]


def test_equal_months_are_one_node() -> None:
    assert starts(one_card([2] * 6)) == months(0)


def test_a_node_begins_where_a_load_changes() -> None:
    assert starts(one_card([1, 1, 3, 3, 3, 1])) == months(0, 2, 5)


def test_a_price_that_changes_leaves_the_last_month_of_the_old_price_apart() -> None:
    quote = {"item": "card", "price": 900.0, "from": month(4)}
    assert starts(one_card([1] * 6, quotes=[quote])) == months(0, 3, 4)


def test_the_last_month_stands_apart_where_it_is_the_last_to_sell_in() -> None:
    assert starts(one_card([1] * 6, horizon_value=False)) == months(0, 5)
    assert starts(one_card([1] * 6, horizon_value=False, resale=False)) == months(0)


def test_nothing_merges_unless_asked_to() -> None:
    assert starts(one_card([1] * 6), merge=False) == months(*range(6))


def test_months_merge_where_resale_stays_level_and_not_where_it_rises() -> None:
    for retention, expected in ((1.0, months(0)), (1.1, months(0, 1, 2, 3))):
        curve = (0.5, retention)
        catalog = market([(plain_card("card"), 1000.0)], [(plain_host("host"), 500.0)], curve)
        assert starts(scenario(catalog, [fixed("task", [1] * 4, cards=1)], months=4)) == expected


def test_longer_steps_leave_nodes_at_steps_only() -> None:
    inputs = one_card([1, 1, 1, 2, 2, 2], step_months=3)
    assert starts(inputs) == starts(inputs, merge=False) == months(0, 3)


def windows(*numbers: int) -> Facts:
    """Limits on capital that end with some months of the roadmap."""
    return {"budget": {"windows": [{"until": month(n), "capital": 9000.0} for n in numbers]}}


LEAD = {"lead_times": [{"item": "card", "months": 2}]}
QUOTE = {"quotes": [{"item": "card", "price": 900.0, "from": month(5)}]}


def test_the_last_step_of_a_fiscal_window_and_the_first_one_after_it_stand_apart() -> None:
    assert starts(one_card([1] * 8, **windows(3))) == months(0, 3, 4)
    assert starts(one_card([1] * 8, **windows(2, 5))) == months(0, 2, 3, 5, 6)


def test_a_window_that_ends_with_the_roadmap_leaves_its_last_step_apart() -> None:
    assert starts(one_card([1] * 6, **windows(5))) == months(0, 5)


def test_with_longer_steps_windows_end_with_the_last_of_them() -> None:
    inputs = one_card([1] * 12, step_months=3, **windows(5))
    assert starts(inputs) == months(0, 3, 6)


def test_an_order_that_arrives_at_a_node_stands_apart_and_so_does_its_arrival() -> None:
    assert starts(one_card([1] * 8, **LEAD)) == months(0, 2)
    assert starts(one_card([1, 1, 1, 1, 1, 2, 2, 2], **LEAD)) == months(0, 2, 3, 5, 7)


def test_lead_times_that_are_equal_have_nodes_and_others_keep_every_month() -> None:
    def found(*late: int) -> list[str]:
        leads = [{"item": i, "months": m} for i, m in zip(("card", "host"), late, strict=True)]
        return starts(one_card([1] * 6 + [2] * 6, lead_times=leads))

    assert found(2, 2) == found(2, 0) == months(0, 2, 4, 6, 8)
    assert found(2, 3) == months(*range(12))


def test_with_longer_steps_an_order_is_made_so_many_whole_steps_before() -> None:
    late = [{"item": "card", "months": 4}]
    inputs = one_card([1] * 12 + [2] * 12, step_months=3, lead_times=late)
    assert starts(inputs) == months(0, 6, 12, 18)


def test_a_lead_time_of_nothing_changes_nothing() -> None:
    at_once = {"lead_times": [{"item": "card", "months": 0}]}
    assert starts(one_card([1] * 6, **at_once)) == months(0)
    assert starts(one_card([1] * 6, **(at_once | QUOTE))) == starts(one_card([1] * 6, **QUOTE))


@pytest.mark.parametrize(
    "facts",
    [
        {"supply": [{"item": "card", "per_month": 1}]},
        {"leases": [{"item": "card", "term_months": 1, "per_month": 40.0}]},
        {"rentals": [{"gpu": "card", "per_hour": 1.0, "term_months": 2}]},
        LEAD | QUOTE,
        LEAD | windows(3),
    ],
    ids=["supply", "leases", "long rentals", "late orders at two prices", "late orders in windows"],
)
def test_nothing_merges_where_it_matters_in_which_month_something_is_ordered(facts: Facts) -> None:
    assert starts(one_card([1] * 6, **facts)) == months(*range(6))


def test_what_is_rented_by_the_month_merges_months() -> None:
    assert starts(one_card([1] * 6, rentals=[{"gpu": "card", "per_hour": 1.0}])) == months(0)
    quarters = one_card([1] * 6, rentals=[{"gpu": "card", "per_hour": 1.0}], step_months=3)
    assert starts(quarters) == months(0)


def test_limits_that_are_the_same_in_every_month_merge_months() -> None:
    limited = one_card([1] * 6, fleet={"max_gpu_models": 1}, budget={"fiscal_year_starts": 4})
    assert starts(limited) == months(0)


@pytest.mark.parametrize("merge", [True, False])
def test_nodes_follow_each_other_without_gap_or_overlap(merge: bool) -> None:
    for seed in range(30):
        inputs = random_inputs(seed, "long")
        tree = set_up(inputs, size(inputs), merge=merge).problem.tree
        assert tree.nodes[0].month == 0
        assert [n.parent for n in tree.nodes] == [None, *range(len(tree.nodes) - 1)]
        ends = [n.month + n.length for n in tree.nodes]
        assert ends == [*(n.month for n in tree.nodes[1:]), inputs.scenario.months]
        assert tree.horizon == inputs.scenario.months


def test_a_node_carries_the_largest_load_of_its_months_and_pays_for_their_mean() -> None:
    for seed in range(30):
        inputs, sizing = random_case(seed, "long")
        problem = set_up(inputs, sizing).problem
        for node in problem.tree.nodes:
            covered = slice(node.month, node.month + node.length)
            for name, quantum in sizing.quanta.items():
                assert problem.demand[name, node.index] == max(quantum.demand[covered])
                mean = sum(quantum.load[covered]) / node.length
                assert problem.load[name, node.index] == mean


def varied(seed: int) -> Inputs:
    """A random scenario whose months differ in more than their loads."""
    dice = Seeded.of("varied", seed)
    inputs = random_inputs(seed, "long")
    given = inputs.scenario
    steps = [s for s in (2, 3) if given.months % s == 0 and not _moves(inputs)]
    changed = {
        "horizon_value": chance(dice, 50),
        "resale": chance(dice, 75),
        "discount_rate": pick(dice, (0.0, 0.08, 0.5)),
        "step_months": pick(dice, (1, *steps)) if chance(dice, 50) else 1,
    }
    return replace(inputs, scenario=given.model_copy(update=changed))


def _moves(inputs: Inputs) -> bool:
    """Whether demand or prices change, so that longer steps might not meet the changes."""
    entries = [d.from_month for w in inputs.scenario.workloads for d in w.demand]
    return len({*entries, inputs.scenario.start}) > 1 or bool(inputs.scenario.quotes)


def assert_merging_loses_nothing(seed: int) -> None:
    inputs = varied(seed)
    merged, single = least_cost(inputs), least_cost(inputs, merge=False)
    assert (merged is None) == (single is None)
    if merged is not None and single is not None:
        cents_for_each_unit = 5.0
        assert abs(merged - single) <= cents_for_each_unit


def late_and_rented(seed: int) -> Inputs:
    """A random scenario whose orders arrive late, and in which cards can be rented by the month."""
    dice = Seeded.of("late and rented", seed)
    inputs = random_inputs(seed, "long")
    loose = [g for g, entry in inputs.catalog.gpus.items() if entry.form_factor.value == "pcie"]
    offer = {"gpu": pick(dice, loose), "gpus": pick(dice, (1, 2)), "machines_max": 3}
    rental = Rental.model_validate(offer | {"per_hour": decimal(dice, 0.05, 1.5, 0.05)})
    item = pick(dice, [*loose, *inputs.catalog.hosts])
    lead = LeadTime(item=item, months=pick(dice, (1, 2, 3)))
    changed = {"rentals": (rental,), "lead_times": (lead,), "quotes": ()}
    return replace(inputs, scenario=inputs.scenario.model_copy(update=changed))


def test_merged_months_lose_nothing_where_orders_are_late_and_machines_are_rented() -> None:
    pairs = []
    for seed in range(400, 430):
        inputs = late_and_rented(seed)
        merged, single = least_cost(inputs), least_cost(inputs, merge=False)
        assert (merged is None) == (single is None), seed
        if merged is not None and single is not None:
            pairs.append((merged, single))
    cents_for_each_unit = 5.0
    assert len(pairs) > 10
    assert all(abs(merged - single) <= cents_for_each_unit for merged, single in pairs)


@pytest.mark.parametrize("seed", range(200, 215))
def test_merged_months_cost_the_same_as_single_ones(seed: int) -> None:
    assert_merging_loses_nothing(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(215, 215 + CASES))
def test_merged_months_cost_the_same_as_single_ones_in_more_scenarios(seed: int) -> None:
    assert_merging_loses_nothing(seed)


def test_longer_steps_are_never_cheaper() -> None:
    for facts in ({}, {"horizon_value": False}, {"discount_rate": 0.4}):
        by_step = [
            least_cost(one_card([1, 1, 1, 3, 3, 3, 1, 1, 1, 0, 0, 0], step_months=s, **facts))
            for s in (1, 3)
        ]
        assert all(cost is not None for cost in by_step)
        assert by_step[0] <= by_step[1] + 1.0  # type: ignore[operator]
