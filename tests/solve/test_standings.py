"""Single machines of a solution say which builds stand, whatever the sums over builds say."""

from __future__ import annotations

from planner.formulation.expression import Variable
from planner.formulation.variables import Variables
from planner.solve.solution import Solution, solution_of
from tests.formulation.scenes import FIRST, lab, lasting, needy

TWO_MIXED = {
    f"standing[lab,host/1,{FIRST}]": 1.0,
    f"standing[lab,host/2,{FIRST}]": 1.0,
    f"filled[lab,host/1,card,{FIRST}]": 1.0,
    f"filled[lab,host/1,slim,{FIRST}]": 1.0,
    f"filled[lab,host/2,card,{FIRST}]": 1.0,
    f"filled[lab,host/2,slim,{FIRST}]": 1.0,
    f"pieces[lab,host/2,2xslim,{FIRST}]": 1.0,
}
PURE = {f"builds[lab,host+2xcard,{FIRST}]": 1.0, f"builds[lab,host+2xslim,{FIRST}]": 1.0}


def solution(decisions: Variables, values: dict[str, float]) -> Solution:
    def value(variable: Variable) -> float:
        return values.get(variable.name, 0.0)

    return solution_of(decisions, {v: value(v) for v in decisions})


def test_hosts_are_built_as_the_machines_are_filled() -> None:
    found = solution(Variables(lasting()), TWO_MIXED | PURE)
    assert {(b.name, n) for (_, b, _), n in found.hosts.items()} == {("host+1xcard+1xslim", 2)}
    assert set(found.hosts) <= {("lab", b, 0) for b in lasting().builds}


def test_what_is_told_apart_is_said_of_each_machine() -> None:
    found = solution(Variables(lasting()), TWO_MIXED)
    pieces = {m.machine.name: {p.name: n for p, n in m.pieces.items()} for m in found.machines}
    assert pieces == {"host/1": {}, "host/2": {"2xslim": 1}}


def test_a_filling_that_is_not_listed_stands_with_its_own_power() -> None:
    few = lasting().restricted(lasting().patterns, ())
    (listed,) = [b for b in lasting().builds if b.name == "host+1xcard+1xslim"]
    assert list(solution(Variables(few), TWO_MIXED).hosts) == [("lab", listed, 0)]


def test_a_machine_stands_in_the_rack_that_was_chosen() -> None:
    values = {
        f"standing[lab,host/1,{FIRST}]": 1.0,
        f"filled[lab,host/1,card,{FIRST}]": 2.0,
        f"racked_machines[lab,host/1,rack2,{FIRST}]": 1.0,
    }
    found = solution(Variables(needy()), values)
    assert [m.rack for m in found.machines] == [2]
    assert {(b.name, rack): n for (_, b, rack, _), n in found.racked.items()} == {
        ("host+2xcard", 2): 1
    }


def test_where_sums_are_enough_hosts_are_what_they_say() -> None:
    built = {f"builds[lab,host+2xcard,{FIRST}]": 1.0}
    found = solution(Variables(lab()), built)
    assert {b.name: n for (_, b, _), n in found.hosts.items()} == {"host+2xcard": 1}
    assert found.machines == ()
