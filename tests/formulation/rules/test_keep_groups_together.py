from __future__ import annotations

import pytest

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, groups, pools

RULE = Law("keep_groups_together", groups())
PAIRS = f"replicas[lab,pair@card/bf16/x2/w1,{FIRST}]"
FOURS = f"replicas[lab,four@card/bf16/x4/w1,{FIRST}]"
TWOS_ROW, FOURS_ROW = (f"keep_groups_together[lab,card,{k},{FIRST}]" for k in ("x2", "x4"))


def hosts(build: str, count: int) -> dict[str, int]:
    return {f"builds[lab,{build},{FIRST}]": count}


def test_a_group_of_four_is_not_split_over_two_hosts_of_two() -> None:
    assert RULE.broken_by({FOURS: 1} | hosts("narrow+2xcard", 2)) == [FOURS_ROW]


def test_three_cards_in_a_host_hold_one_pair_and_not_one_and_a_half() -> None:
    assert RULE.broken_by({PAIRS: 3} | hosts("wide+3xcard", 2)) == [TWOS_ROW]
    assert RULE.broken_by({PAIRS: 2} | hosts("wide+3xcard", 2)) == []


def test_a_group_of_four_takes_the_places_of_two_pairs() -> None:
    assert RULE.broken_by({FOURS: 1, PAIRS: 1} | hosts("wide+4xcard", 1)) == [TWOS_ROW]
    wider = hosts("wide+4xcard", 1) | hosts("narrow+2xcard", 1)
    assert RULE.broken_by({FOURS: 1, PAIRS: 1} | wider) == []


@pytest.mark.parametrize("build", ["narrow+1xcard", "wide+1xcard"])
def test_single_cards_hold_no_group(build: str) -> None:
    assert RULE.broken_by({PAIRS: 1} | hosts(build, 8)) == [TWOS_ROW]


def test_a_group_of_a_pool_sits_in_one_host_too() -> None:
    pairs = {f"pools[lab,card/x2/nvlink,{FIRST}]": 1}
    pooled = Law("keep_groups_together", pools())
    assert pooled.broken_by(pairs | hosts("host+1xcard", 2)) == [TWOS_ROW]
    assert pooled.broken_by(pairs | hosts("host+2xcard", 1)) == []
    assert pooled.broken_by({f"pools[lab,card/x1/none,{FIRST}]": 3}) == []
