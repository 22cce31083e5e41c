"""The proposal: what a buyer reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import planner
from planner.plan.schema import Plan
from planner.report.proposal import Proposal
from planner.report.proposal_text import Told, text_of
from planner.report.quantities import quantity
from planner.report.screen import Screen
from planner.report.verdict import verdict

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "examples" / "chat.yaml"


@pytest.fixture(scope="module")
def plan() -> Plan:
    found = planner.find_plan(FILE, gap=0.001, paths=True, stress=True)
    clocks = {"seconds": 4.0, "first_plan_seconds": 0.5, "plan_seconds": 1.0}
    return found.model_copy(update={"engine": found.engine.model_copy(update=clocks)})


@pytest.fixture(scope="module")
def proposal(plan: Plan) -> Proposal:
    return Proposal.of(plan)


@pytest.mark.parametrize("width", [80, 120])
def test_the_proposal_reads_as_it_did(
    proposal: Proposal, width: int, same_as_golden: Callable[[str, Path], None]
) -> None:
    text = text_of(proposal, Screen(width), Told("chat.yaml"))
    same_as_golden(text, ROOT / "tests" / "golden" / "report" / f"proposal-{width}.txt")


def test_no_line_is_wider_than_the_screen(proposal: Proposal) -> None:
    for width in (80, 100, 140):
        for line in text_of(proposal, Screen(width), Told("chat.yaml")).splitlines():
            assert len(line) <= width, line


def test_the_details_name_every_assumption(proposal: Proposal, plan: Plan) -> None:
    text = text_of(proposal, Screen(4000), Told("chat.yaml", details=True))
    assert all(a.text in text for a in plan.assumptions)


def test_the_costs_are_those_of_the_cash_flow(proposal: Proposal, plan: Plan) -> None:
    assert sum(line.total for line in proposal.costs) == plan.objective.total_undiscounted


def test_costs_are_told_by_fiscal_year_where_one_is_given(
    proposal: Proposal, tmp_path: Path
) -> None:
    assert proposal.years == (("2026-10", "2027-09"), ("2027-10", "2028-09"))
    scenario = tmp_path / "fiscal.yaml"
    scenario.write_text(FILE.read_text() + "budget: {fiscal_year_starts: 4}\n")
    fiscal = Proposal.of(planner.find_plan(scenario))
    assert fiscal.years == (
        ("2026-10", "2027-03"),
        ("2027-04", "2028-03"),
        ("2028-04", "2028-09"),
    )
    total = sum(line.total for line in fiscal.costs)
    assert total == fiscal.plan.objective.total_undiscounted


def test_what_is_carried_is_at_least_what_is_needed(proposal: Proposal) -> None:
    assert [load.workload for load in proposal.loads] == ["chat", "tune"]
    assert all(load.carried >= load.need for load in proposal.loads)


def test_no_card_is_over_its_memory_or_its_time(proposal: Proposal) -> None:
    for stage in proposal.stages:
        for seat in stage.seats:
            assert seat.used_gib <= seat.usable_gib
            assert seat.time <= 0.9 + 1e-9


def test_three_uncertain_inputs_are_named_with_a_verdict_each(plan: Plan) -> None:
    assert len(plan.sensitivity) == 3
    exposures = [one.exposure for one in plan.sensitivity]
    assert exposures == sorted(exposures, reverse=True)
    for one in plan.sensitivity:
        assert one.low < 1 < one.high or one.low < one.high
        regrets = [r for r in (one.regret_low, one.regret_high) if r is not None]
        limit = 0.001 * plan.objective.gross
        assert one.survives == (len(regrets) == 2 and max(regrets) <= limit)


def test_a_gap_that_is_open_is_said_to_be_open(plan: Plan) -> None:
    objective = plan.objective.model_copy(update={"lower_bound": plan.objective.npv - 100_00})
    engine = plan.engine.model_copy(update={"stopped_by": "time"})
    open_plan = plan.model_copy(
        update={"objective": objective, "engine": engine, "status": "feasible"}
    )
    assert verdict(open_plan).startswith("open: ")
    assert "USD 100 less" in verdict(open_plan)
    assert "The search ended after 4 s because its time was up" in verdict(open_plan)


def test_how_long_nothing_cheaper_was_found_is_said(plan: Plan) -> None:
    objective = plan.objective.model_copy(update={"lower_bound": plan.objective.npv - 4_00})
    plan = plan.model_copy(update={"objective": objective})
    assert "stopped at that gap after 4 s; it found no cheaper plan in the 3 s after this one" in (
        verdict(plan)
    )
    for clocks, said in (
        ({"plan_seconds": 3.5}, "after 4 s; this plan was the last thing that it found."),
        ({"plan_seconds": None}, "after 4 s."),
    ):
        engine = plan.engine.model_copy(update=clocks)
        assert verdict(plan.model_copy(update={"engine": engine})).endswith(said)


def test_a_plan_that_is_exact_needs_no_such_words(plan: Plan) -> None:
    objective = plan.objective.model_copy(update={"lower_bound": plan.objective.npv})
    exact = plan.model_copy(update={"objective": objective})
    assert verdict(exact).startswith("optimal: ")
    assert verdict(exact).endswith("The search took 4 s.")


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [
        (1, "sessions", "1 session"),
        (57.0, "sessions", "57 sessions"),
        (77.688, "images/hour", "77.7 images/hour"),
        (12734, "tokens/s", "12,734 tokens/s"),
        (3.1158e8, "tokens/month", "312 M tokens/month"),
    ],
)
def test_quantities_are_short_and_keep_three_digits(amount: float, unit: str, text: str) -> None:
    assert quantity(amount, unit) == text
