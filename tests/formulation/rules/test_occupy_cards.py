from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import PAIR, SECOND, lab

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
