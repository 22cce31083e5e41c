from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import (
    FIRST,
    NOTE,
    TASK,
    crowded,
    lab,
    lasting,
    lasting_slices,
    needy,
)


def on(number: int, what: str, count: int, family: str) -> dict[str, int]:
    return {f"{family}[lab,host/{number},{what},{FIRST}]": count}


def row(number: int, gpu: str = "card") -> list[str]:
    return [f"occupy_machines[lab,host/{number},{gpu},{FIRST}]"]


def test_a_group_sits_in_one_machine_with_enough_cards() -> None:
    law, four = Law("occupy_machines", crowded()), on(1, "4xcard", 1, "pieces")
    apart = on(1, "card", 2, "filled") | on(2, "card", 2, "filled")
    assert law.broken_by(four | apart) == row(1)
    assert law.broken_by(four | on(1, "card", 4, "filled")) == []


def test_groups_and_bridged_pairs_take_cards_of_the_same_machine() -> None:
    law = Law("occupy_machines", crowded())
    both = on(1, "4xcard", 1, "pieces") | on(1, "2xcard/nvlink", 1, "pieces")
    assert law.broken_by(both | on(1, "card", 4, "filled")) == row(1)


def test_cards_that_workloads_share_are_cards_of_the_machine() -> None:
    law = Law("occupy_machines", lasting())
    shared = on(1, f"{NOTE}+{TASK}", 2, "shared")
    assert law.broken_by(shared | on(1, "card", 1, "filled")) == row(1)
    assert law.broken_by(shared | on(1, "card", 2, "filled")) == []


def test_replicas_on_a_shared_card_take_no_card_beside_it() -> None:
    law = Law("occupy_machines", lasting())
    replicas = on(1, NOTE, 2, "pieces") | on(1, TASK, 2, "pieces")
    assert law.broken_by(replicas) == []


def test_a_replica_alone_on_a_shared_card_takes_it() -> None:
    law = Law("occupy_machines", needy())
    pods = on(1, "pod:1@card/part", 1, "pieces") | on(1, "pod:2@card/part", 1, "pieces")
    assert law.broken_by(pods | on(1, "card", 1, "filled")) == row(1)
    assert law.broken_by(pods | on(1, "card", 2, "filled")) == []


def test_cut_cards_are_cards_of_the_machine() -> None:
    law = Law("occupy_machines", lasting_slices())
    cut = on(2, "card:4x1g", 1, "sliced") | on(2, "card:2x1g+1x2g", 1, "sliced")
    assert law.broken_by(cut | on(2, "card", 1, "filled")) == row(2)
    assert law.broken_by(cut | on(2, "card", 2, "filled")) == []


def test_where_sums_are_enough_no_machine_is_occupied() -> None:
    assert Law("occupy_machines", lab()).rows == ()
