"""Laws of a fleet of both that holds one kind only: it is a fleet of that kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.report.versus_winners import winners_section
from planner.scenario.inputs import Inputs
from planner.scenario.loading import load_scenario
from planner.studies.choices import GAP, Bill, State
from planner.versus import settling
from planner.versus.head_to_head import head_to_head
from planner.versus.settling import BOTH, kinds_of, settled_with_both, with_fleets_of_both
from tests.versus.scenarios import written

A, B = "rtx-4090", "rtx-pro-6000-maxq"


def can(choice: str, cents: int, bound: int, *items: tuple[str, int]) -> Bill:
    return Bill(choice, State.CAN, cents, bound, True, "", "USD", items)


ONE, OTHER = can(A, 1000, 990, (A, 2)), can(B, 2000, 1990, (B, 1))


def test_the_cheaper_fleet_of_one_kind_counts_for_that_kind() -> None:
    both = can(BOTH, 998, 995, (A, 2))
    one, other = with_fleets_of_both((ONE, OTHER), both, frozenset({A}))
    assert (one.choice, one.cents, one.bound, one.bought) == (A, 998, 995, ((A, 2),))
    assert one.proven
    assert other == OTHER


@pytest.mark.parametrize(
    ("both", "kinds"),
    [
        (can(BOTH, 900, 895, (A, 1), (B, 1)), {A, B}),
        (can(BOTH, 1001, 995, (A, 2)), {A}),
        (Bill(BOTH, State.UNKNOWN, None, None, False, "", "USD"), set()),
    ],
)
def test_a_mixed_a_dearer_and_an_unknown_fleet_change_nothing(both: Bill, kinds: set[str]) -> None:
    assert with_fleets_of_both((ONE, OTHER), both, frozenset(kinds)) == (ONE, OTHER)


def test_a_search_that_found_nothing_has_what_the_other_found() -> None:
    unknown = Bill(A, State.UNKNOWN, None, None, False, "too slow", "USD")
    cannot = Bill(A, State.CANNOT, None, None, False, "too small", "USD")
    both = can(BOTH, 900, 100, (A, 2))
    (found,) = with_fleets_of_both((unknown,), both, frozenset({A}))
    assert (found.state, found.cents, found.bound, found.proven) == (State.CAN, 900, 100, False)
    assert with_fleets_of_both((cannot,), both, frozenset({A})) == (cannot,)


def test_a_card_is_held_in_a_host_too(tmp_path: Path) -> None:
    inputs = load_scenario(written(tmp_path, fleet={"hosts": ["diy-desktop", "dgx-h100"]}))
    bill = can(BOTH, 1, 1, ("dgx-h100", 1), ("diy-desktop", 2))
    assert kinds_of(inputs, bill, ("h100-sxm", B)) == {"h100-sxm"}
    assert kinds_of(inputs, can(BOTH, 1, 1, (A, 1), ("diy-desktop", 1)), (A, B)) == {A}


def test_the_winner_is_told_by_what_was_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = load_scenario(written(tmp_path))
    costs = settled_with_both(inputs, (A, B)).costs
    assert costs[1].cents is not None
    least = costs[1].cents - 1

    def cheap(choice: str, cards: tuple[str, ...], inputs: Inputs) -> Bill:
        return can(choice, least // 9, least // 9, (B, 1))

    monkeypatch.setattr(settling, "bill_of", cheap)
    found = settled_with_both(inputs, (A, B))
    assert (found.winner, found.costs[1].cents) == (B, least // 9)
    assert found.costs[0] == costs[0]


def test_the_page_states_the_gap_of_the_searches(tmp_path: Path) -> None:
    (text,) = winners_section(head_to_head(A, B, written(tmp_path))).texts
    assert f"at most {GAP * 100:g} % more than the cheapest, or after 20 seconds" in text
