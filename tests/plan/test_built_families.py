"""Plans of leases, rentals, pools and request classes are what their solutions stand for."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

from planner.formulation.problem import pool_of
from planner.formulation.setup import set_up
from planner.plan.audit import audit
from planner.plan.building import Proof, build_plan
from planner.plan.schema import Engine, Plan
from planner.scenario.inputs import Inputs
from planner.sizing.sizing import size
from planner.solve.engine import solve
from planner.solve.mathopt import GSCIP
from planner.solve.settings import Listener, Method, Settings
from planner.solve.solution import Solution
from planner.units import Month
from tests.audit.family_plans import hired, racked, served, sliced
from tests.fixtures.handmade import month


def solved(inputs: Inputs) -> Solution:
    settings = Settings(gap=0.0, method=Method.DIRECT)
    found = solve(set_up(inputs, size(inputs)), GSCIP, settings, Listener()).solution
    assert found is not None
    return found


def built(inputs: Inputs, solution: Solution) -> Plan:
    engine = Engine(
        name="direct", backend="gscip", seconds=1.0, first_plan_seconds=None, variables=1, rows=1,
        threads=1, patterns="all", stopped_by="time",
    )  # fmt: skip
    plan = build_plan(inputs, size(inputs), solution, Proof(-1e12, 0.0, engine), "1")
    assert audit(plan) == []
    return plan


def paid(plan: Plan, category: str) -> dict[str, int]:
    return {line.node: line.amount for line in plan.cash_flow if line.category == category}


def test_every_payment_of_a_lease_is_made_and_late_ones_are_charged_at_the_end() -> None:
    inputs = hired()
    plan = built(inputs, solved(inputs))
    due: Counter[str] = Counter()
    for unit in plan.acquisitions:
        if unit.mode == "lease":
            first = Month.parse(unit.in_service)
            for after in range(unit.term_months or 0):
                when = str(first + after)
                at = when if when <= month(3) else "horizon"
                due[at] += unit.count * (unit.per_month or 0)
    assert paid(plan, "lease") == dict(due)
    assert due["horizon"] > 0


def test_a_lease_is_paid_from_its_arrival_on_and_not_from_its_order() -> None:
    inputs = hired()
    plan = built(inputs, solved(inputs))
    late = [u for u in plan.acquisitions if u.item == "card"]
    assert all(Month.parse(u.in_service) - Month.parse(u.node) == 1 for u in late)
    assert month(0) not in paid(plan, "lease")


def test_rented_machines_cost_their_rent_and_no_electricity() -> None:
    inputs = hired()
    plan = built(inputs, solved(inputs))
    assert paid(plan, "rental") == {month(2): 365_000, month(3): 365_000}
    bare = replace_tariffs(inputs)
    assert "energy" not in {line.category for line in built(bare, solved(bare)).cash_flow}


def replace_tariffs(inputs: Inputs) -> Inputs:
    """The same with free electricity at one's own sites."""
    sites = tuple(s.model_copy(update={"electricity_per_kwh": 0.0}) for s in inputs.scenario.sites)
    return replace(inputs, scenario=inputs.scenario.model_copy(update={"sites": sites}))


def test_spare_replicas_and_groups_of_a_solution_are_no_part_of_its_plan() -> None:
    inputs = served()
    found = solved(inputs)
    spare = replace(
        found,
        replicas={key: count + 1 for key, count in found.replicas.items()},
        pools={key: count + 1 for key, count in found.pools.items()},
    )
    plan, right = built(inputs, spare), built(inputs, found)
    assert (plan.deployments, plan.placement) == (right.deployments, right.placement)
    assert [p.groups for p in plan.pools] == [p.groups for p in right.pools]


def test_spares_that_were_asked_for_stay() -> None:
    inputs = sliced()
    plan = built(inputs, solved(inputs))
    for name in ("held", "talk", "always"):
        running = [d for d in plan.deployments if (d.workload, d.node) == (name, month(0))]
        assert sum(d.replicas for d in running) >= 2


def test_hours_that_a_tolerance_took_away_are_made_up() -> None:
    inputs = served()
    found = solved(inputs)
    short = {key: turns * (1 - Fraction(1, 10**4)) for key, turns in found.turns.items()}
    plan = built(inputs, replace(found, turns=short))
    assert [p.groups for p in plan.pools] == [p.groups for p in built(inputs, found).pools]


def test_turns_in_a_pool_without_groups_are_the_solvers_tolerance() -> None:
    inputs = served()
    found = solved(inputs)
    options = [o for o in found.problem.pooled_options if o.workload == "tune" and o.gpu == "quick"]
    unused = next(o for o in options if ("lab", pool_of(o), 0) not in found.pools)
    turns = {**found.turns, ("lab", unused, 0): Fraction(1, 10**6)}
    assert built(inputs, replace(found, turns=turns)) == built(inputs, found)


def test_requests_beyond_what_replicas_can_answer_go_to_others_with_time() -> None:
    inputs = served()
    found = solved(inputs)
    stretched = dict(found.routed)
    one, two = [k for k in found.routed if k[2:] == (1, 0)][:2]
    for sent, kept in ((one, two), (two, one)):
        share = Fraction(3, 10**6)
        stretched |= {sent: found.routed[sent] + share, kept: found.routed[kept] - share}
        built(inputs, replace(found, routed=stretched))


def test_what_stands_somewhere_stays_there() -> None:
    inputs = racked()
    plan = built(inputs, solved(inputs))
    then, now = ({h.host: h for h in plan.placement if h.node == n} for n in plan.nodes)
    moved = [name for name in then if then[name].rack != now[name].rack]
    assert moved == []
    assert len(now) > len(then)
