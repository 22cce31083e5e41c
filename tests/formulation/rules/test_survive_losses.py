from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from planner.formulation.parameters import Survival
from planner.formulation.problem import Problem
from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, lab, spares, spares_with

RULE = Law("survive_losses", spares())
LARGE, SMALL = (f"replicas[lab,chat@{gpu}/bf16/x1/w1,{FIRST}]" for gpu in ("large", "small"))
FIVE, TEN = (f"thresholds[chat,{t},{FIRST}]" for t in (5, 10))
CAPACITY = {LARGE: 10, SMALL: 5}


def survives(problem: Problem, counts: dict[str, int]) -> bool:
    """Whether some choice of a capacity keeps all rows."""
    law = Law("survive_losses", problem)
    return any(not law.broken_by(counts | {chosen: 1}) for chosen in (FIVE, TEN))


def test_exactly_one_capacity_is_that_of_what_is_lost() -> None:
    plenty = {LARGE: 9, SMALL: 9}
    assert RULE.broken_by(plenty) == [f"survive_losses[chat,one,{FIRST}]"]
    assert RULE.broken_by(plenty | {FIVE: 1, TEN: 1}) == [f"survive_losses[chat,one,{FIRST}]"]
    assert RULE.broken_by(plenty | {TEN: 1}) == []


def test_the_load_and_the_smallest_replica_in_sum_are_not_enough() -> None:
    """10 + 5 is more than 6 + 5, but without the large one 5 are left for a load of 6."""
    assert RULE.broken_by({LARGE: 1, SMALL: 1, FIVE: 1}) == [f"survive_losses[chat,5,{FIRST}]"]
    assert not survives(spares(), {LARGE: 1, SMALL: 1})


@pytest.mark.parametrize(
    ("large", "small"), [(2, 0), (1, 2), (0, 3)], ids=["two large", "one large", "small ones"]
)
def test_whatever_is_lost_the_rest_carries_the_load(large: int, small: int) -> None:
    assert survives(spares(), {LARGE: large, SMALL: small})
    for fewer in ({LARGE: large - 1, SMALL: small}, {LARGE: large, SMALL: small - 1}):
        assert min(fewer.values()) < 0 or not survives(spares(), fewer)


@pytest.mark.parametrize("lost", [1, 2, 3])
@pytest.mark.parametrize("load", [1, 5, 6, 10, 11, 17])
def test_the_rows_say_what_losing_the_largest_replicas_says(load: int, lost: int) -> None:
    problem = replace(
        spares_with({"replicas": lost}, load), survival={"chat": Survival("replicas", lost)}
    )
    for large, small in product(range(6), repeat=2):
        counts = {LARGE: large, SMALL: small}
        left = sorted([10] * large + [5] * small)[: max(0, large + small - lost)]
        assert survives(problem, counts) is (sum(left) >= load), counts


def test_losing_cards_is_losing_the_replicas_on_them() -> None:
    cards = spares_with({"cards": 1})
    assert [str(r.expression.terms) for r in Law("survive_losses", cards).rows] == [
        str(r.expression.terms) for r in RULE.rows
    ]


def test_losing_hosts_is_another_rule() -> None:
    assert Law("survive_losses", spares_with({"hosts": 1})).rows == ()


def test_where_nothing_may_be_lost_there_are_no_rows() -> None:
    assert Law("survive_losses", lab()).rows == ()
