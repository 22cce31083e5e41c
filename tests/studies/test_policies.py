"""What buying once, and buying again later, would have cost."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace

import pytest

from planner.errors import InfeasibleError
from planner.formulation.setup import set_up
from planner.plan.audit import audit
from planner.plan.schema import Plan, Policy, read_plan
from planner.scenario.inputs import Inputs
from planner.sizing.sizing import size
from planner.solve.mathopt import GSCIP
from planner.solve.settings import Listener, Method, Progress, Settings
from planner.solve.solution import Solution
from planner.studies import one_search, policies
from planner.studies.optimum import find_plan
from planner.studies.policies_steps import steps
from tests.fixtures.counts import CASES
from tests.fixtures.families import random_family_inputs
from tests.fixtures.handmade import month
from tests.fixtures.paths import growing
from tests.fixtures.strategies import SizeName, random_inputs


def planned(inputs: Inputs, gap: float = 0.0, **more: object) -> Plan:
    settings = replace(Settings(gap=gap), **more)  # type: ignore[arg-type]
    return find_plan(inputs, GSCIP, settings, Listener(), paths=True)


def by_name(plan: Plan) -> dict[str, Policy]:
    return {policy.name: policy for policy in plan.policies}


def capital(policy: Policy) -> list[tuple[str, int]]:
    return [(year.year, year.capital) for year in policy.capital_by_fiscal_year]


def test_each_path_costs_what_it_costs_by_hand() -> None:
    plan = planned(growing())
    found = by_name(plan)
    assert list(found) == ["optimal", "buy-once", "re-buy"]
    assert [p.npv for p in plan.policies] == [1740_00, 2040_00, 1980_00]
    assert plan.objective.npv == 1740_00
    assert capital(found["optimal"]) == [("2026-10", 1500_00), ("2027-04", 1200_00)]
    assert capital(found["buy-once"]) == [("2026-10", 3000_00), ("2027-04", 0)]
    assert capital(found["re-buy"]) == [("2026-10", 900_00), ("2027-04", 2400_00 - 360_00)]
    assert [(p.bought, p.sold, p.loss_on_sale) for p in plan.policies] == [
        (2, 0, 0),
        (2, 0, 0),
        (3, 1, 540_00),
    ]


def test_the_premium_is_an_interval_that_holds_what_is_true() -> None:
    plan = planned(growing())
    found = by_name(plan)
    rounding = 13
    """Cents by which a bound is below the cost that it proves: one for each month, and one."""
    assert found["optimal"].premium == (0, 0)
    for name, true in (("buy-once", 300_00), ("re-buy", 240_00)):
        premium = found[name].premium
        assert premium is not None
        low, high = premium
        assert true - rounding <= low <= true <= high <= true + rounding
    assert found["re-buy"].lower_bound is None


def test_every_path_is_a_plan_of_the_scenario_that_the_audit_accepts() -> None:
    plan = planned(growing())
    assert audit(plan) == []
    assert by_name(plan)["optimal"].plan is None
    for name in ("buy-once", "re-buy"):
        nested = by_name(plan)[name].plan
        assert nested is not None
        assert audit(nested) == []
        assert nested.inputs == plan.inputs
        assert (nested.policies, nested.sensitivity) == ((), ())


def test_a_plan_with_paths_is_read_back_as_it_was_written() -> None:
    plan = planned(growing())
    assert read_plan(plan.to_json()) == plan


def test_buying_once_orders_nothing_later_and_sells_nothing() -> None:
    nested = by_name(planned(growing()))["buy-once"].plan
    assert nested is not None
    assert {u.node for u in nested.acquisitions} == {month(0)}
    assert {u.leaves for u in nested.acquisitions} == {None}


def test_what_exists_stays_where_everything_is_bought_once() -> None:
    """A lot that nobody needs is sold at once by the others, and loses its worth here."""
    idle = {"gpu": "small", "count": 3, "bought": month(-12), "worth": 400}
    plan = planned(growing(existing=[idle]))
    kept = by_name(plan)["buy-once"].plan
    assert kept is not None
    assert [u.leaves for u in kept.acquisitions if u.lot == 2] == [None]
    assert by_name(plan)["optimal"].sold == 3
    assert by_name(plan)["optimal"].loss_on_sale == 0


def test_a_step_begins_where_demand_changes_and_not_where_a_price_does() -> None:
    inputs = growing(quotes=[{"item": "large", "price": 1200, "from": month(3)}])
    setup = set_up(inputs, size(inputs))
    labels = [n.label for n in setup.problem.tree.nodes]
    assert [[labels[n] for n in step] for step in steps(setup.problem)] == [
        [month(0), month(2), month(3)],
        [month(6)],
    ]


def test_a_window_of_capital_that_a_path_cannot_keep_is_named() -> None:
    windows = [{"until": month(5), "capital": 1500}, {"until": month(11), "capital": 1200}]
    plan = planned(growing(budget={"fiscal_year_starts": 4, "windows": windows}))
    assert plan.objective.npv == 1740_00
    found = by_name(plan)
    for name, where in (("buy-once", f"with all orders in {month(0)}"), ("re-buy", month(6))):
        policy = found[name]
        assert policy.status == "infeasible"
        assert (policy.npv, policy.plan, policy.premium) == (None, None, None)
        assert policy.reason is not None
        assert where in policy.reason
        assert "the capital of its fiscal window is too small" in policy.reason
    assert audit(plan) == []


def test_an_order_that_is_placed_when_the_demand_is_known_may_come_too_late() -> None:
    there = {"gpu": "small", "count": 1, "bought": month(-12), "worth": 0}
    late = {"item": "large", "months": 2}
    plan = planned(growing(existing=[there], lead_times=[late]))
    found = by_name(plan)
    assert found["re-buy"].status == "infeasible"
    assert found["re-buy"].reason == (
        f"in {month(6)}, from what is held then: what is ordered then arrives too late"
    )
    assert found["buy-once"].npv == 2040_00
    assert audit(plan) == []


def test_a_lease_that_ends_with_its_step_is_no_capital() -> None:
    """Six months at 40 are less than the 540 that a small card loses: 240 + 1,440."""
    plan = planned(growing(leases=[{"item": "small", "term_months": 6, "per_month": 40}]))
    again = by_name(plan)["re-buy"]
    assert again.npv == plan.objective.npv == 1680_00
    assert capital(again) == [("2026-10", 0), ("2027-04", 2400_00)]
    assert (again.bought, again.sold) == (2, 0)


def test_a_lease_goes_on_through_later_steps_and_what_it_still_costs_counts() -> None:
    """Twelve months at 40 are 480, still less than 540, and the card stays: 480 + 1,440."""
    plan = planned(growing(leases=[{"item": "small", "term_months": 12, "per_month": 40}]))
    found = by_name(plan)
    assert [p.npv for p in plan.policies] == [1740_00, 2040_00, 1920_00]
    nested = found["re-buy"].plan
    assert nested is not None
    assert [(u.count, u.leaves) for u in nested.acquisitions if u.mode == "lease"] == [(1, None)]


def test_buying_once_rents_nothing() -> None:
    """A rented large card is 73 a month: 6 x 73 for one, then 6 x 146 for two."""
    plan = planned(growing(rentals=[{"gpu": "large", "per_hour": 0.1}]))
    assert [p.npv for p in plan.policies] == [1314_00, 2040_00, 1314_00]


def test_what_can_only_be_rented_is_named() -> None:
    rental = {"gpu": "large", "per_hour": 0.1}
    plan = planned(growing(rentals=[rental], supply=[{"item": "large", "per_month": 0}]))
    once = by_name(plan)["buy-once"]
    assert once.status == "infeasible"
    assert once.reason == (
        f"with all orders in {month(0)}: some load needs rented machines or too few units can be "
        "had at once"
    )


@pytest.mark.parametrize("method", [Method.AUTO, Method.DIRECT, Method.DECOMPOSITION])
def test_every_engine_finds_the_same_paths(method: Method) -> None:
    plan = planned(growing(), method=method)
    assert [p.npv for p in plan.policies] == [1740_00, 2040_00, 1980_00]


def test_the_paths_are_the_same_every_time() -> None:
    def without_clocks(plan: Plan) -> object:
        data = json.loads(plan.to_json())
        for engine in (data["engine"], *(p["plan"]["engine"] for p in data["policies"][1:])):
            for clock in ("seconds", "first_plan_seconds", "plan_seconds"):
                del engine[clock]
        return data

    inputs = random_inputs(0, "small")
    first, second = (without_clocks(planned(inputs, gap=0.01)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("size_name", "seed"), [("tiny", 0), ("tiny", 3), ("long", 6), ("small", 0), ("small", 9)]
)
def test_a_premium_from_loose_searches_holds_the_exact_one(size_name: SizeName, seed: int) -> None:
    inputs = random_inputs(seed, size_name)
    exact, loose = planned(inputs), planned(inputs, gap=0.3)
    once, cheapest = by_name(exact)["buy-once"], by_name(exact)["optimal"]
    premium = by_name(loose)["buy-once"].premium
    assert once.npv is not None
    assert cheapest.npv is not None
    assert premium is not None
    rounding = inputs.scenario.months + 1
    assert premium[0] - rounding <= once.npv - cheapest.npv <= premium[1] + rounding


def test_no_path_costs_less_than_the_plan_and_the_plan_is_the_cheapest_of_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A search that found a poor plan takes the one of a policy, with its own bound."""
    inputs = growing()
    bought_once = by_name(planned(inputs))["buy-once"]
    found: list[Solution] = []
    monkeypatch.setattr(one_search, "solve", _poor(found, one_search.solve))
    plan = planned(inputs)
    assert bought_once.npv == 2040_00
    assert plan.objective.npv == 1980_00
    assert plan.engine.plan_seconds is None
    assert [p.npv for p in plan.policies] == [1980_00, 2040_00, 1980_00]
    assert plan.objective.lower_bound <= 1740_00
    assert audit(plan) == []


def _poor(found, search):  # type: ignore[no-untyped-def]
    """A main search whose plan is the one of buying once, with the bound of the true one."""

    def solve(setup, backend, settings, listener):  # type: ignore[no-untyped-def]
        once = search(policies.buy_once(setup), backend, settings, listener)
        true = search(setup, backend, settings, Listener())
        found.append(once.solution)
        return replace(once, lower_bound=true.lower_bound)

    return solve


def test_who_stops_the_study_gets_the_plan_without_paths() -> None:
    listener = Listener()

    def on_progress(progress: Progress) -> None:
        if progress.doing.startswith("upgrade paths"):
            listener.stop.request()

    told = replace(listener, on_progress=on_progress)
    plan = find_plan(growing(), GSCIP, Settings(gap=0.0), told, paths=True, stress=True)
    assert plan.objective.npv == 1740_00
    assert (plan.policies, plan.sensitivity) == ((), ())


def test_nobody_is_told_of_paths_that_were_not_asked_for() -> None:
    plan = find_plan(growing(), GSCIP, Settings(gap=0.0), Listener())
    assert plan.policies == ()
    assert audit(plan) == []


def test_the_plan_says_when_it_was_found() -> None:
    engine = planned(growing()).engine
    assert engine.plan_seconds is not None
    assert engine.plan_seconds <= engine.seconds


@pytest.mark.parametrize("seed", [0, 1, 3, 7, 9])
def test_where_demand_never_changes_buying_again_is_the_optimum(seed: int) -> None:
    inputs = steady(random_inputs(seed, "tiny"))
    plan = planned(inputs)
    assert by_name(plan)["re-buy"].npv == pytest.approx(plan.objective.npv, abs=2)


def steady(inputs: Inputs) -> Inputs:
    """The same scenario with the first demand of each workload for the whole roadmap."""
    start = {"from_month": inputs.scenario.start}
    workloads = tuple(
        w.model_copy(update={"demand": tuple(d.model_copy(update=start) for d in w.demand[:1])})
        for w in inputs.scenario.workloads
    )
    scenario = inputs.scenario.model_copy(update={"workloads": workloads})
    return replace(inputs, scenario=scenario)


def paths_of_families(seeds: range) -> int:
    """How many scenarios with all kinds of rules have audited paths; a broken one raises."""
    found = 0
    for seed in seeds:
        with suppress(InfeasibleError):
            plan = planned(random_family_inputs(seed))
            assert [p.name for p in plan.policies] == ["optimal", "buy-once", "re-buy"]
            if plan.engine.plan_seconds is None:  # the plan is that of another path
                assert plan.objective.npv in [p.npv for p in plan.policies[1:]]
            found += 1
    return found


def test_paths_keep_all_rules() -> None:
    assert paths_of_families(range(12)) >= 4


@pytest.mark.slow
def test_many_paths_keep_all_rules() -> None:
    assert paths_of_families(range(12, 12 + CASES)) >= 0.4 * CASES
