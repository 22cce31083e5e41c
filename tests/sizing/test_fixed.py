"""Needs that are stated directly."""

from __future__ import annotations

import pytest

from planner.units import GIB
from tests.sizing.support import NOTEBOOK, Data, options_of, sized


def notebook(need: Data, **more: object) -> Data:
    return {**NOTEBOOK, "need": need, **more}


def test_a_part_of_a_card_is_one_need_with_its_bytes_and_its_share() -> None:
    option = options_of(sized(NOTEBOOK, cards=("maxq",)))[0]
    assert (option.part, option.level, option.capacity) == (True, 1, 1)
    assert (option.memory_bytes, option.share_ppm) == (10 * GIB, 250_000)


def test_needs_of_one_workload_share_a_card_as_far_as_bytes_and_time_go() -> None:
    many = {**NOTEBOOK, "demand": [{"from": "2026-10", "count": 9}]}
    found = options_of(sized(many, cards=("maxq",)))
    assert [(o.level, o.capacity) for o in found] == [(1, 1), (2, 2), (3, 3)]
    assert [o.memory_bytes // GIB for o in found] == [10, 20, 30]
    assert [o.share_ppm for o in found] == [250_000, 500_000, 750_000]
    assert found[2].power_mw == 3 * found[0].power_mw
    small = options_of(
        sized({**many, "need": {"memory_gib": 20, "time_share": 0.1}}, cards=("gamer",))
    )
    assert [o.level for o in small] == [1]


def test_no_more_needs_stand_on_a_card_than_there_are() -> None:
    two = {**NOTEBOOK, "demand": [{"from": "2026-10", "count": 2}]}
    assert [o.level for o in options_of(sized(two, cards=("maxq",)))] == [1, 2]


@pytest.mark.parametrize("cards", [1, 2, 4, 8])
def test_whole_cards_are_one_need(cards: int) -> None:
    (option,) = options_of(sized(notebook({"cards": cards}), cards=("maxq",)))
    assert (option.part, option.gpus, option.capacity) == (False, cards, 1)
    assert option.link == ("none" if cards == 1 else "pcie")
    assert option.power_mw == pytest.approx(275_000 * cards * 0.9 * 0.9, abs=1)


def test_a_share_that_is_not_stated_is_all_that_may_be_promised() -> None:
    sizing = sized(notebook({"memory_gib": 10}), cards=("maxq",))
    assert options_of(sizing)[0].share_ppm == sizing.max_share_ppm
    assert "notebook.time_share" in {a.id for a in sizing.assumptions}


def test_a_card_of_its_own_is_a_whole_card() -> None:
    (option,) = options_of(sized({**NOTEBOOK, "isolation": "exclusive"}, cards=("maxq",)))
    assert not option.part


@pytest.mark.parametrize(
    ("need", "more", "rule", "text"),
    [
        (
            {"memory_gib": 30, "time_share": 0.5},
            {},
            "memory",
            "needs 30.0 GiB of memory, as stated; 21.7 GiB usable",
        ),
        (
            {"cards": 1},
            {"min_memory_gib": 24},
            "memory",
            "needs 24.0 GiB of memory, as stated; 21.7 GiB usable",
        ),
        (
            {"memory_gib": 1, "time_share": 0.95},
            {},
            "time",
            "needs 95 % of a card's time; 90 % may be promised",
        ),
        (
            {"cards": 2},
            {"link": "nvlink"},
            "link",
            "its cards are joined by PCI Express only; NVLink asked",
        ),
    ],
)
def test_a_need_that_does_not_fit_is_refused_in_numbers(
    need: Data, more: Data, rule: str, text: str
) -> None:
    (refusal,) = sized(notebook(need, **more), cards=("gamer",)).refusals
    assert (refusal.rule, refusal.text) == (rule, text)
