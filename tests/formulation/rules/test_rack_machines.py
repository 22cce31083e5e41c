from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, lasting, needy, racks

RULE = Law("rack_machines", needy())


def stands(number: int) -> dict[str, int]:
    return {f"standing[lab,host/{number},{FIRST}]": 1}


def inside(number: int, rack: int, cards: int = 1) -> dict[str, int]:
    at = f"host/{number},rack{rack}"
    return {
        f"racked_machines[lab,{at},{FIRST}]": 1,
        f"racked_cards[lab,{at},card,{FIRST}]": cards,
    }


def filled(number: int, cards: int = 1) -> dict[str, int]:
    return stands(number) | {f"filled[lab,host/{number},card,{FIRST}]": cards}


OPENED = {f"opened[lab,rack2,{FIRST}]": 1}


def test_a_machine_stands_in_one_rack_with_its_cards() -> None:
    assert RULE.broken_by(filled(1)) == [
        f"rack_machines[lab,host/1,{FIRST}]",
        f"rack_machines[lab,host/1,card,{FIRST}]",
    ]
    assert RULE.broken_by(filled(1) | inside(1, 1)) == []
    twice = filled(1) | inside(1, 1, 1) | inside(1, 2, 0) | OPENED
    assert RULE.broken_by(twice) == [f"rack_machines[lab,host/1,{FIRST}]"]


def test_cards_are_where_their_machine_is() -> None:
    split = inside(1, 1, 1) | {f"racked_cards[lab,host/1,rack2,card,{FIRST}]": 1}
    assert f"rack_machines[lab,host/1,rack2,card,{FIRST}]" in RULE.broken_by(
        filled(1, 2) | split | OPENED
    )


def test_the_machines_of_a_rack_stay_within_its_power() -> None:
    """Two servers with two cards each take 1,700 W of 2,000; four servers would not fit."""
    both = filled(1, 2) | filled(2, 2) | inside(1, 1, 2) | inside(2, 1, 2)
    assert RULE.broken_by(both) == []
    crowd = both | inside(2, 1, 4) | {f"filled[lab,host/2,card,{FIRST}]": 4}
    assert f"rack_machines[lab,rack1,watts,{FIRST}]" in RULE.broken_by(crowd)


def test_a_rack_that_is_bought_is_used_only_if_it_is_opened() -> None:
    second = filled(1) | inside(1, 2)
    assert RULE.broken_by(second) == [
        f"rack_machines[lab,rack2,{what},{FIRST}]" for what in ("units", "watts", "sockets")
    ]
    assert RULE.broken_by(second | OPENED) == []


def test_without_single_machines_or_racks_there_are_no_rows() -> None:
    assert Law("rack_machines", racks()).rows == ()
    assert Law("rack_machines", lasting()).rows == ()
