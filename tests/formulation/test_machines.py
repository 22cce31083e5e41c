"""Machines are counted one by one just where sums over hosts could be wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from planner.formulation.machines import Piece, apart_at, by_machine, workloads_apart
from planner.formulation.parameters import HostFacts, HostNeed
from planner.formulation.problem import Problem
from planner.formulation.variables import Variables
from planner.solve.direct import listed
from planner.solve.settings import Settings
from tests.formulation.scenes import (
    ALL,
    bridges,
    crowded,
    lab_setup,
    lasting,
    lasting_slices,
    needy,
    spares,
    spares_with,
)

Scene = Callable[[], Problem]
APART: dict[str, Scene] = {
    "lasting": lasting, "lasting_slices": lasting_slices, "crowded": crowded, "needy": needy,
}  # fmt: skip


@pytest.mark.parametrize("scene", ALL, ids=lambda scene: scene.__name__)
def test_sums_are_enough_but_for_lost_hosts_their_cores_and_crowded_bridges(scene: Scene) -> None:
    problem, apart = scene(), scene in APART.values()
    assert by_machine(problem) is apart
    assert bool(list(Variables(problem).machines)) is apart


def test_only_the_loss_of_hosts_needs_single_machines() -> None:
    assert not by_machine(spares())
    assert workloads_apart(spares_with({"hosts": 1}), "lab") == {"chat"}


def with_hosts(problem: Problem, **facts: int) -> Problem:
    changed = {name: replace(f, **facts) for name, f in problem.facts.items()}  # type: ignore[arg-type]
    return replace(problem, facts=changed)


@pytest.mark.parametrize(("cores", "apart"), [(5, True), (19, True), (20, False)])
def test_needs_of_the_host_count_only_where_it_may_have_too_little(cores: int, apart: bool) -> None:
    """Two pods of five cores fit on each of two cards, but no more than two are asked for."""
    problem = replace(needy(), demand={("pod", 0): 9})
    assert by_machine(with_hosts(problem, cpu_cores=cores)) is apart


def test_no_more_needs_count_than_are_asked_for_and_those_that_come_with_the_last() -> None:
    """Two pods are asked for, and two that stand on a card may be joined by a third."""
    assert by_machine(with_hosts(needy(), cpu_cores=14))
    assert not by_machine(with_hosts(needy(), cpu_cores=15))


def test_memory_of_the_host_counts_as_well() -> None:
    large = replace(needy(), host_needs={"pod": HostNeed(Fraction(0), Fraction(22))})
    assert by_machine(large)
    assert not by_machine(replace(large, host_needs={"pod": HostNeed(Fraction(0), Fraction(21))}))


@pytest.mark.parametrize(("pairs", "apart"), [(0, False), (1, True), (2, False)])
def test_bridges_compete_with_larger_groups_only_where_some_places_cannot_be_joined(
    pairs: int, apart: bool
) -> None:
    assert by_machine(with_hosts(crowded(), bridge_pairs=pairs)) is apart
    assert not by_machine(with_hosts(bridges(), bridge_pairs=pairs))


def test_hosts_with_and_without_joined_places_compete_too() -> None:
    full = with_hosts(crowded(), bridge_pairs=2)
    facts = {**full.facts, "bare": HostFacts(cards=4)}
    most = {**full.most_units, ("lab", "bare"): 1}
    assert by_machine(replace(full, hosts=("host", "bare"), facts=facts, most_units=most))


def test_replicas_of_equal_capacity_are_told_apart_only_where_workloads_share_cards() -> None:
    alone, shared = apart_at(needy(), "lab"), apart_at(lasting(), "lab")
    assert not alone.entangled
    assert shared.entangled == {"card"}
    pieces = {alone.piece(o) for o in needy().options}
    assert pieces == {
        Piece("card", 1, bridged=False, workload="pod", capacity=n, place="part") for n in (1, 2)
    }
    assert {p.option for o in lasting().options if (p := shared.piece(o))} == {
        "", "note@card/bf16/x1/s1", "task@card/bf16/x1/s1",
    }  # fmt: skip


def test_what_takes_one_card_and_concerns_no_promise_goes_anywhere() -> None:
    apart = apart_at(lasting_slices(), "lab")
    assert {o.workload: apart.piece(o) is None for o in lasting_slices().options} == {
        "note": False,
        "task": True,
    }


@pytest.mark.parametrize("name", APART)
def test_the_number_of_decisions_is_known_before_they_are_made(name: str) -> None:
    machines = Variables(APART[name]()).machines
    assert machines.columns + len(machines.ceilings) == len(list(machines))


def test_no_more_machines_are_counted_than_there_is_work_to_put_on_them() -> None:
    problem = replace(spares_with({"hosts": 1}, 5), most_units={
        ("lab", "host"): 50, ("lab", "large"): 50, ("lab", "small"): 50,
    })  # fmt: skip
    assert len(Variables(problem).machines.standing) == 2


def test_too_many_machines_to_list_are_not_listed() -> None:
    outlive = {"survive": {"hosts": 1}}
    setup = lab_setup({"task": (4,)}, wishes={"task": outlive})
    assert listed(setup, Settings()) is not None
    problem = listed(setup, Settings())
    assert problem is not None
    most = Variables(problem.problem).machines.columns
    assert listed(setup, Settings(most_columns=most)) is not None
    assert listed(setup, Settings(most_columns=most - 1)) is None
