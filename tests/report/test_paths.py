"""The upgrade paths as people read them."""

from __future__ import annotations

import pytest

from planner.plan.schema import Plan
from planner.report.paths_text import paths
from planner.report.proposal import Proposal
from planner.report.screen import Screen
from planner.solve.mathopt import GSCIP
from planner.solve.settings import Listener, Settings
from planner.studies.optimum import find_plan
from tests.fixtures.handmade import month
from tests.fixtures.paths import growing


def told(width: int = 100, **limits: object) -> str:
    plan = find_plan(growing(**limits), GSCIP, Settings(gap=0.0), Listener(), paths=True)
    return text(plan, width)


def text(plan: Plan, width: int = 100) -> str:
    return "\n".join(paths(Proposal.of(plan), Screen(width)))


def rows(shown: str) -> list[list[str]]:
    return [line.split() for line in shown.splitlines()]


def test_costs_cards_and_losses_are_told_for_every_path() -> None:
    found = rows(told())
    assert ["optimal", "1,740", "2", "0", "0"] in found
    assert ["buy-once", "2,040", "300", "2", "0", "0"] in found
    assert ["re-buy", "1,980", "240", "3", "1", "540"] in found


def test_capital_is_told_by_fiscal_year() -> None:
    found = rows(told())
    assert ["optimal", "1,500", "1,200"] in found
    assert ["buy-once", "3,000", "0"] in found
    assert ["re-buy", "900", "2,040"] in found


def test_a_path_without_a_plan_says_why() -> None:
    windows = [{"until": month(5), "capital": 1500}, {"until": month(11), "capital": 1200}]
    shown = told(budget={"fiscal_year_starts": 4, "windows": windows})
    assert ["buy-once", "no", "plan"] in rows(shown)
    assert f"No plan: with all orders in {month(0)}: the capital" in shown


@pytest.mark.parametrize("width", [80, 100, 140])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    assert all(len(line) <= width for line in told(width).splitlines())


def test_paths_that_were_not_asked_for_are_said_to_be_missing() -> None:
    plan = find_plan(growing(), GSCIP, Settings(gap=0.0), Listener())
    assert text(plan).endswith("was not asked.")
