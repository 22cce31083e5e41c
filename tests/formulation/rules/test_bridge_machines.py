from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, bridges, crowded

RULE = Law("bridge_machines", crowded())


def pairs(number: int, count: int) -> dict[str, int]:
    return {f"pieces[lab,host/{number},2xcard/nvlink,{FIRST}]": count}


def stands(number: int) -> dict[str, int]:
    return {f"standing[lab,host/{number},{FIRST}]": 1}


def test_a_machine_bridges_only_its_own_places() -> None:
    both = stands(1) | stands(2)
    assert RULE.broken_by(pairs(1, 2) | both) == [f"bridge_machines[lab,host/1,{FIRST}]"]
    assert RULE.broken_by(pairs(1, 1) | pairs(2, 1) | both) == []


def test_a_machine_that_does_not_stand_bridges_nothing() -> None:
    assert RULE.broken_by(pairs(2, 1) | stands(1)) == [f"bridge_machines[lab,host/2,{FIRST}]"]


def test_pairs_without_larger_groups_need_no_single_machines() -> None:
    assert Law("bridge_machines", bridges()).rows == ()
