from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from planner.formulation.problem import Problem
from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, bridges, lab, pools

RULE = Law("bridge_neighbours", bridges())
LEFT, RIGHT = (f"replicas[lab,pair@{gpu}/bf16/x2/nvlink/w1,{FIRST}]" for gpu in ("left", "right"))


def row(kinds: str) -> str:
    return f"bridge_neighbours[lab,{kinds},{FIRST}]"


def host(filling: str, count: int = 1) -> dict[str, int]:
    return {f"builds[lab,host+{filling},{FIRST}]": count}


def with_neighbours(pairs: int) -> Problem:
    facts = {"host": replace(bridges().facts["host"], bridge_pairs=pairs)}
    return replace(bridges(), facts=facts)


def test_a_host_joins_no_more_pairs_than_it_has_places_next_to_each_other() -> None:
    assert RULE.broken_by(host("4xleft") | {LEFT: 1}) == []
    assert RULE.broken_by(host("4xleft") | {LEFT: 2}) == [row("left"), row("left+right")]


def test_kinds_that_share_a_host_share_its_places() -> None:
    assert RULE.broken_by(host("2xleft+2xright") | {LEFT: 1, RIGHT: 1}) == [row("left+right")]
    assert RULE.broken_by(host("2xleft+2xright", 2) | {LEFT: 1, RIGHT: 1}) == []


def test_a_host_joins_no_more_pairs_than_it_has_pairs_of_cards_of_a_kind() -> None:
    wide = Law("bridge_neighbours", with_neighbours(2))
    assert wide.broken_by(host("3xleft+1xright") | {LEFT: 2}) == [row("left"), row("left+right")]
    assert wide.broken_by(host("2xleft+2xright") | {LEFT: 1, RIGHT: 1}) == []


def test_a_host_without_such_places_joins_none() -> None:
    none = Law("bridge_neighbours", with_neighbours(0))
    assert none.broken_by(host("4xleft", 9) | {LEFT: 1}) == [row("left"), row("left+right")]


def test_pairs_over_pcie_need_no_place() -> None:
    assert RULE.broken_by({f"replicas[lab,pair@left/bf16/x2/w1,{FIRST}]": 3}) == []


def test_bridged_groups_of_a_pool_need_places_too() -> None:
    pooled = Law("bridge_neighbours", pools())
    groups = {f"pools[lab,card/x2/nvlink,{FIRST}]": 2}
    assert pooled.broken_by(host("4xcard") | groups) == [row("card")]
    assert pooled.broken_by(host("4xcard", 2) | groups) == []


@pytest.mark.parametrize("pairs", [0, 1, 2])
def test_the_rows_hold_exactly_where_every_host_finds_pairs_among_its_own_cards(pairs: int) -> None:
    law = Law("bridge_neighbours", with_neighbours(pairs))
    fillings = {"4xleft": (4, 0), "2xleft+2xright": (2, 2), "1xleft+3xright": (1, 3)}
    for counts in product(range(2), repeat=3):
        hosts = [f for f, n in zip(fillings, counts, strict=True) for _ in range(n)]
        reached = {(0, 0)}
        for filling in hosts:
            left, right = fillings[filling]
            ways = [
                (a, b)
                for a in range(left // 2 + 1)
                for b in range(right // 2 + 1)
                if a + b <= pairs
            ]
            reached = {(x + a, y + b) for x, y in reached for a, b in ways}
        standing = {k: n for f, n in zip(fillings, counts, strict=True) for k in host(f) if n}
        for a, b in product(range(4), repeat=2):
            kept = law.broken_by(standing | {LEFT: a, RIGHT: b}) == []
            assert kept is ((a, b) in reached), (hosts, a, b)


def test_where_nothing_is_bridged_there_are_no_rows() -> None:
    assert Law("bridge_neighbours", lab()).rows == ()
