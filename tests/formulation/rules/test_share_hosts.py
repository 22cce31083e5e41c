from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from planner.formulation.parameters import HostNeed
from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, lab, needy

RULE = Law("share_hosts", needy())


def pods(number: int, level: int, count: int = 1) -> dict[str, int]:
    return {f"pieces[lab,host/{number},pod:{level}@card/part,{FIRST}]": count}


def stands(number: int) -> dict[str, int]:
    return {f"standing[lab,host/{number},{FIRST}]": 1}


def test_each_machine_gives_its_own_cores() -> None:
    both = stands(1) | stands(2)
    assert RULE.broken_by(pods(1, 1, 2) | both) == [f"share_hosts[lab,host/1,cores,{FIRST}]"]
    assert RULE.broken_by(pods(1, 1) | pods(2, 1) | both) == []


def test_a_replica_of_several_needs_takes_the_cores_of_all() -> None:
    assert RULE.broken_by(pods(1, 2) | stands(1)) == [f"share_hosts[lab,host/1,cores,{FIRST}]"]


def test_memory_runs_short_as_well() -> None:
    large = replace(needy(), host_needs={"pod": HostNeed(Fraction(0), Fraction(40))})
    law = Law("share_hosts", large)
    assert law.broken_by(pods(1, 1) | stands(1)) == []
    assert law.broken_by(pods(1, 1, 2) | stands(1)) == [f"share_hosts[lab,host/1,memory,{FIRST}]"]


def test_what_every_host_has_in_plenty_is_not_counted() -> None:
    small = replace(needy(), host_needs={"pod": HostNeed(Fraction(2), Fraction(16))})
    assert Law("share_hosts", small).rows == ()
    assert Law("share_hosts", lab()).rows == ()
