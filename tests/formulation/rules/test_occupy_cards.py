from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, PAIR, SECOND, lab, pools, slices

RULE = Law("occupy_cards", lab())
SHARED_CARDS = f"patterns[lab,card:task/bf16/s1,{SECOND}]"
PAIRS, INSTALLED = f"replicas[lab,{PAIR},{SECOND}]", f"installed[lab,card,{SECOND}]"


def test_a_card_that_is_shared_belongs_to_no_group() -> None:
    assert RULE.broken_by({PAIRS: 1, SHARED_CARDS: 1, INSTALLED: 2}) == [
        f"occupy_cards[lab,card,{SECOND}]"
    ]
    assert RULE.broken_by({PAIRS: 1, SHARED_CARDS: 1, INSTALLED: 3}) == []


def test_an_installed_card_may_stay_without_work() -> None:
    assert RULE.broken_by({INSTALLED: 4}) == []


def test_a_card_that_is_cut_is_neither_shared_nor_taken_whole() -> None:
    rule = Law("occupy_cards", slices())
    cut, shared = f"cuts[lab,card,2x2g,{FIRST}]", f"patterns[lab,card:task/bf16/s1,{FIRST}]"
    both, installed = {cut: 1, shared: 1}, f"installed[lab,card,{FIRST}]"
    assert rule.broken_by(both | {installed: 1}) == [f"occupy_cards[lab,card,{FIRST}]"]
    assert rule.broken_by(both | {installed: 2}) == []


def test_replicas_in_instances_take_no_card_beside_the_one_that_is_cut() -> None:
    inside = {f"replicas[lab,task@card/bf16/x1/2g/w1,{FIRST}]": 2}
    assert Law("occupy_cards", slices()).broken_by(inside) == []


def test_groups_of_a_pool_take_their_cards_whole_however_busy_they_are() -> None:
    rule = Law("occupy_cards", pools())
    groups = {f"pools[lab,card/x1/none,{FIRST}]": 1, f"pools[lab,card/x2/nvlink,{FIRST}]": 1}
    installed = f"installed[lab,card,{FIRST}]"
    assert rule.broken_by(groups | {installed: 2}) == [f"occupy_cards[lab,card,{FIRST}]"]
    assert rule.broken_by(groups | {installed: 3}) == []
    assert rule.broken_by({f"turns[lab,tune@card/bf16/x1/p1,{FIRST}]": 2}) == []
