from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, lab, lasting

RULE = Law("count_machines", lasting())
RUNNING = f"running[lab,host,{FIRST}]"
HOSTS_ROW = f"count_machines[lab,host,{FIRST}]"


def stands(*numbers: int) -> dict[str, int]:
    return {f"standing[lab,host/{number},{FIRST}]": 1 for number in numbers}


def holds(number: int, gpu: str, cards: int) -> dict[str, int]:
    return {f"filled[lab,host/{number},{gpu},{FIRST}]": cards}


def built(name: str, hosts: int = 1) -> dict[str, int]:
    return {f"builds[lab,{name},{FIRST}]": hosts}


def test_as_many_machines_stand_as_hosts_are_in_use() -> None:
    assert RULE.broken_by({RUNNING: 2} | stands(1)) == [HOSTS_ROW]
    assert RULE.broken_by({RUNNING: 1} | stands(1, 2)) == [HOSTS_ROW]
    assert RULE.broken_by({RUNNING: 2} | stands(1, 2)) == []


def test_the_cards_of_the_machines_are_those_of_the_hosts_by_kind() -> None:
    cards = built("host+2xcard") | built("host+1xslim")
    assert RULE.broken_by(cards | holds(1, "card", 2)) == [f"count_machines[lab,host,slim,{FIRST}]"]
    assert RULE.broken_by(cards | holds(1, "card", 2) | holds(2, "slim", 1)) == []


def test_cards_may_be_divided_among_machines_as_among_no_builds_that_are_counted() -> None:
    """Which fillings the machines have says `fill_machines`, and the plan follows it."""
    held = holds(1, "card", 2) | holds(1, "slim", 1) | holds(2, "card", 1)
    assert RULE.broken_by(held | built("host+2xcard") | built("host+1xcard+1xslim")) == []


def test_the_machine_with_more_comes_first() -> None:
    last = built("host+1xcard") | holds(2, "card", 1)
    assert RULE.broken_by(last) == [f"count_machines[lab,host/1,before,{FIRST}]"]


def test_where_sums_are_enough_no_machine_is_counted() -> None:
    assert Law("count_machines", lab()).rows == ()
