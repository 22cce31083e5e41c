from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from planner.formulation.parameters import Survival
from planner.formulation.problem import Problem
from planner.formulation.tree import Node
from planner.sizing.option import Option
from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, spares, spares_with

LARGE, SMALL = "chat:10@large", "chat:5@small"


def placed(machines: tuple[tuple[int, int], ...]) -> dict[str, int]:
    """Large and small replicas on each machine."""
    return {
        f"pieces[lab,host/{number},{piece},{FIRST}]": count
        for number, counts in enumerate(machines, start=1)
        for piece, count in zip((LARGE, SMALL), counts, strict=True)
    }


def survives(problem: Problem, machines: tuple[tuple[int, int], ...]) -> bool:
    """Whether some ceiling keeps all rows; that of some machine is enough."""
    law, load = Law("survive_hosts", problem), problem.demand["chat", 0]
    carried = [min(load, 10 * large + 5 * small) for large, small in machines]
    for ceiling in {0, *carried}:
        values = placed(machines) | {f"ceilings[chat,{FIRST}]": ceiling}
        for number, load_there in enumerate(carried, start=1):
            values[f"counted[chat,lab,host/{number},{FIRST}]"] = min(load_there, ceiling)
        if not law.broken_by(values):
            return True
    return False


def lasting(lost: int, load: int) -> Problem:
    return spares_with({"hosts": lost}, load)


@pytest.mark.parametrize("lost", [1, 2])
@pytest.mark.parametrize("load", [6, 10, 11, 15])
def test_the_rows_say_what_losing_the_fullest_machines_says(load: int, lost: int) -> None:
    problem = lasting(lost, load)
    for a, b, c, d in product(range(3), repeat=4):
        machines = ((a, b), (c, d), (0, 1))
        carried = sorted(min(load, 10 * large + 5 * small) for large, small in machines)
        left = sum(carried[: max(0, len(carried) - lost)])
        assert survives(problem, machines) is (left >= load), machines


def test_two_replicas_on_one_machine_are_lost_together() -> None:
    assert not survives(lasting(1, 6), ((2, 0),))
    assert survives(lasting(1, 6), ((1, 0), (1, 0)))


def test_nothing_counts_on_a_machine_that_is_not_there() -> None:
    law = Law("survive_hosts", lasting(1, 6))
    counted = {f"counted[chat,lab,host/1,{FIRST}]": 6, f"ceilings[chat,{FIRST}]": 6}
    assert f"survive_hosts[chat,lab,host/1,there,{FIRST}]" in law.broken_by(counted)


def named(problem: Problem, gpu: str) -> tuple[Option, Node]:
    return next(o for o in problem.options if o.gpu == gpu), problem.tree.nodes[0]


def test_the_whole_load_may_be_on_one_machine_and_once_more_on_every_one_that_may_be_lost() -> None:
    for lost in (1, 2, 3):
        problem = lasting(lost, 6)
        assert problem.most_replicas(*named(problem, "small")) == 2 * (1 + lost)
    replicas = replace(lasting(1, 6), survival={"chat": Survival("replicas", 1)})
    assert replicas.most_replicas(*named(replicas, "small")) == 2 + 1


def test_losing_replicas_is_another_rule() -> None:
    assert Law("survive_hosts", spares()).rows == ()
