"""Plans found node by node keep every promise, and the bound of sums alone holds for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.errors import NoAnswerError
from planner.formulation.machines import by_machine
from planner.formulation.setup import Setup, set_up
from planner.formulation.variables import Variables
from planner.scenario.inputs import Inputs
from planner.sizing.sizing import size
from planner.solve import engine
from planner.solve.by_nodes import has_many_machines, nearby, sums_alone
from planner.solve.direct import listed
from planner.solve.engine import solve
from planner.solve.mathopt import GSCIP
from planner.solve.settings import Listener, Outcome, Settings
from planner.solve.solution import Solution
from tests.fixtures.catalogues import plain_card, plain_host
from tests.fixtures.engine import findings_of, plan_of
from tests.fixtures.handmade import fixed, market, scenario
from tests.formulation.scenes import crowded, lasting, needy, spares

OUTLIVE = {"survive": {"hosts": 1}}


def grown(hosts_max: int = 4, owned: int = 0) -> Inputs:
    """Two months in which ever more replicas must outlive a host; cards and hosts of two kinds."""
    cards = [(plain_card("card"), 1000.0), (plain_card("large", memory_mib=96 * 1024), 2500.0)]
    narrow = plain_host("narrow", slot_layouts=((2,),), max_gpus=1)
    hosts = [(plain_host("wide"), 900.0), (narrow, 500.0)]
    loads = [fixed("task", [2, 3], cards=1) | OUTLIVE, fixed("pair", [1, 1], cards=2)]
    lots = [{"gpu": "large", "count": owned, "bought": "2026-09"}] if owned else []
    site = {"hosts_max": hosts_max}
    return scenario(market(cards, hosts), loads, months=2, site=site, existing=lots)


def outcome_of(inputs: Inputs, told: list[Solution] | None = None, **limits: int) -> Outcome:
    settings = replace(Settings(gap=0.0), **limits)  # type: ignore[arg-type]
    listener = Listener(on_solution=(told if told is not None else []).append)
    return solve(set_up(inputs, size(inputs)), GSCIP, settings, listener)


@pytest.fixture
def node_by_node(monkeypatch: pytest.MonkeyPatch) -> None:
    """However small a problem is, its first plans are found node by node."""
    monkeypatch.setattr(engine, "has_many_machines", lambda _: True)


@pytest.mark.usefixtures("node_by_node")
def test_plans_found_node_by_node_pass_the_audit() -> None:
    told: list[Solution] = []
    outcome = outcome_of(grown(), told)
    assert outcome.cost == pytest.approx(outcome.lower_bound, abs=1.0)
    assert len(told) > 1, "the first plan is found before the direct engine begins"
    plan = plan_of(grown())
    assert findings_of(plan) == []
    assert plan.engine.first_plan_seconds is not None


def test_the_way_to_a_plan_does_not_change_its_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = outcome_of(grown())
    monkeypatch.setattr(engine, "has_many_machines", lambda _: True)
    assert outcome_of(grown()).cost == pytest.approx(plain.cost)


@pytest.mark.usefixtures("node_by_node")
def test_a_plan_to_start_from_is_no_bound() -> None:
    """What is sold brings more than all that is needed costs, so that a bound of 0 is wrong."""
    outcome = outcome_of(grown(owned=12))
    assert outcome.cost is not None
    assert outcome.cost < 0.0
    assert outcome.cost == pytest.approx(outcome.lower_bound, abs=1.0)


@pytest.mark.usefixtures("node_by_node")
def test_where_sums_alone_have_no_fleet_there_is_none() -> None:
    outcome = outcome_of(grown(hosts_max=1))
    assert outcome.infeasible
    assert outcome.solution is None


@pytest.mark.parametrize("scene", [lasting, crowded, needy])
def test_the_problem_of_sums_alone_counts_no_machines(scene: object) -> None:
    assert callable(scene)
    problem = sums_alone(scene())
    assert not by_machine(problem)
    assert problem.demand == scene().demand


def test_who_survives_the_loss_of_machines_survives_the_loss_of_as_many_replicas() -> None:
    inputs = grown()
    setup = set_up(inputs, size(inputs))
    sums = replace(setup, problem=sums_alone(setup.problem))
    assert {w: (s.unit, s.count) for w, s in sums.problem.survival.items()} == {
        "task": ("replicas", 1)
    }
    outcome = solve(sums, GSCIP, Settings(gap=0.0), Listener())
    best = outcome_of(inputs).cost
    assert outcome.cost is not None
    assert best is not None
    assert outcome.cost <= best


def near(inputs: Inputs) -> tuple[Setup, Setup, Solution]:
    """A problem, what is near to a fleet for its sums, and that fleet."""
    setup = set_up(inputs, size(inputs))
    sums = replace(setup, problem=sums_alone(setup.problem))
    fleet = solve(sums, GSCIP, Settings(gap=0.0), Listener()).solution
    assert fleet is not None
    return setup, nearby(setup, fleet), fleet


def test_near_a_fleet_are_its_kinds_and_a_few_machines_more() -> None:
    setup, small, fleet = near(grown())
    hosts = {b.host for _, b, _ in fleet.hosts}
    kept = {item for _, item in small.problem.most_units}
    assert kept == hosts | {g for _, b, _ in fleet.hosts for g, _ in b.cards}
    assert kept < {item for _, item in setup.problem.most_units}
    assert {f.host.id for f in small.fillings} == hosts
    for (site, item), most in small.problem.most_units.items():
        in_use = max(
            sum(n for (s, b, at), n in fleet.hosts.items() if (s, b.host, at) == (site, item, node))
            for node in range(2)
        )
        if item in hosts:
            assert in_use < most <= in_use + 2


def test_what_is_too_large_to_list_has_a_plan_near_a_fleet_and_a_bound() -> None:
    setup, small, _ = near(grown())
    sizes = []
    for each in (setup, small):
        whole = listed(each, Settings())
        assert whole is not None
        sizes.append(Variables(whole.problem).machines.columns)
    best = outcome_of(grown()).cost
    assert best is not None
    outcome = outcome_of(grown(), most_columns=sizes[1])
    assert sizes[1] < sizes[0]
    assert not outcome.listed
    assert outcome.cost is not None
    assert outcome.lower_bound <= best <= outcome.cost + 1.0


def test_what_is_too_large_in_every_way_is_refused_with_the_reason() -> None:
    with pytest.raises(NoAnswerError, match="machines to list them all"):
        outcome_of(grown(), most_columns=5)


def test_a_problem_without_single_machines_has_few_of_them() -> None:
    inputs = grown()
    small = listed(set_up(inputs, size(inputs)), Settings())
    assert small is not None
    assert not has_many_machines(replace(small, problem=spares()))
    assert has_many_machines(None)
