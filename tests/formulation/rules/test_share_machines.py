from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, NOTE, TASK, lab, lasting, lasting_slices

RULE = Law("share_machines", lasting())
SLICES = Law("share_machines", lasting_slices())


def on(number: int, piece: str, count: int = 1, family: str = "pieces") -> dict[str, int]:
    return {f"{family}[lab,host/{number},{piece},{FIRST}]": count}


def test_a_replica_needs_a_shared_card_of_its_own_machine() -> None:
    cards = on(1, f"{NOTE}+{TASK}", family="shared")
    assert RULE.broken_by(cards | on(2, NOTE)) == [f"share_machines[lab,host/2,{NOTE},{FIRST}]"]
    assert RULE.broken_by(cards | on(1, NOTE)) == []


def test_a_card_has_one_place_for_each_of_its_workloads() -> None:
    cards = on(1, f"{NOTE}+{TASK}", family="shared")
    assert RULE.broken_by(cards | on(1, NOTE) | on(1, TASK)) == []
    assert RULE.broken_by(cards | on(1, TASK, 2)) == [f"share_machines[lab,host/1,{TASK},{FIRST}]"]


def test_a_replica_in_an_instance_needs_a_cut_card_of_its_own_machine() -> None:
    notes, row = on(1, "note:2@card/1g", 3), f"share_machines[lab,host/1,card,1g,{FIRST}]"
    assert SLICES.broken_by(notes | on(2, "card:4x1g", family="sliced")) == [row]
    assert SLICES.broken_by(notes | on(1, "card:2x1g+1x2g", family="sliced")) == [row]
    assert SLICES.broken_by(notes | on(1, "card:4x1g", family="sliced")) == []


def test_where_sums_are_enough_no_machine_is_shared() -> None:
    assert Law("share_machines", lab()).rows == ()
