from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, bridges, lab, pools

RULE = Law("own_bridges", bridges())
LEFT, RIGHT = (f"replicas[lab,pair@{gpu}/bf16/x2/nvlink/w1,{FIRST}]" for gpu in ("left", "right"))
BRIDGES = f"owned[lab,bridge,{FIRST},{FIRST}]"
ROW = f"own_bridges[lab,bridge,{FIRST}]"


def test_a_bridged_pair_needs_all_of_its_bridges() -> None:
    assert RULE.broken_by({LEFT: 1, BRIDGES: 1}) == [ROW]
    assert RULE.broken_by({LEFT: 1, BRIDGES: 2}) == []


def test_pairs_of_all_kinds_that_a_bridge_joins_share_the_stock() -> None:
    assert RULE.broken_by({LEFT: 1, RIGHT: 1, BRIDGES: 3}) == [ROW]
    assert RULE.broken_by({LEFT: 1, RIGHT: 1, BRIDGES: 4}) == []


def test_a_pair_that_talks_over_pcie_needs_none() -> None:
    assert RULE.broken_by({f"replicas[lab,pair@left/bf16/x2/w1,{FIRST}]": 3}) == []


def test_a_bridged_group_of_a_pool_needs_its_bridges() -> None:
    pooled = Law("own_bridges", pools())
    groups = {f"pools[lab,card/x2/nvlink,{FIRST}]": 1, f"pools[lab,card/x1/none,{FIRST}]": 1}
    assert pooled.broken_by(groups | {BRIDGES: 1}) == [ROW]
    assert pooled.broken_by(groups | {BRIDGES: 2}) == []


def test_where_nothing_is_bridged_there_are_no_rows() -> None:
    assert Law("own_bridges", lab()).rows == ()
