"""The proposal tells of racks, bridges, leases, rentals, instances, pools and request classes."""

from __future__ import annotations

from functools import cache

import pytest

from planner.plan.schema import Plan
from planner.report.frames import frames
from planner.report.proposal import Proposal
from planner.report.proposal_text import Told, text_of
from planner.report.screen import Screen
from planner.solve.settings import Method
from tests.audit.family_plans import FAMILIES
from tests.fixtures.engine import plan_of


@cache
def plan(base: str) -> Plan:
    return plan_of(FAMILIES[base](), method=Method.DIRECT)


def text(base: str, width: int = 160) -> str:
    return text_of(Proposal.of(plan(base)), Screen(width), Told("plan.yaml", details=True))


@pytest.mark.parametrize(
    ("base", "told"),
    [
        ("hired", "Leased for a time: 2 x CARD, 2 x TOWER."),
        ("hired", "Rented for a time: 1 x machine with 2 x MODULE."),
        ("hired", "250 a month for 2 months; in service from 2026-11"),
        ("hired", "3,650 a month for 2 months"),
        ("hired", "new, observed 2026-09; in service from 2026-11"),
        ("hired", "cloud/host1"),
        ("racked", "lab/host3 in rack 2"),
        ("racked", "joined (bridged)"),
        ("racked", "2 x BRIDGE"),
        ("racked", "2 of 2"),
        ("sliced", "cut into 3 x 1g.third: 3 x students as-stated in 1g.third, 1 needs"),
        ("sliced", "as-stated in 3 1g.third of cut"),
        ("served", "tune nf4 and weekly nf4 in turns, in pool group"),
        ("served", "of a pool"),
        ("served", "requests/s"),
    ],
)
def test_the_proposal_tells(base: str, told: str) -> None:
    assert told in text(base)


@pytest.mark.parametrize("base", FAMILIES)
@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_screen(base: str, width: int) -> None:
    assert all(len(line) <= width for line in text(base, width).splitlines())


def test_a_machine_that_is_rented_month_after_month_is_one_line() -> None:
    rented = [t for t in Proposal.of(plan("hired")).trades if t.action == "rent"]
    assert [(t.count, t.each) for t in rented] == [(1, 2 * 365_000)]
    assert len([u for u in plan("hired").acquisitions if u.mode == "rent"]) == 2


def test_what_carries_the_peak_is_what_the_peak_needs() -> None:
    for load in Proposal.of(plan("served")).loads:
        assert load.carried == pytest.approx(load.need)


def test_the_tables_hold_terms_and_hours() -> None:
    leased = frames(plan("hired")).acquisitions.query("mode == 'lease' and item == 'card'")
    assert set(leased.per_month) == {250.0}
    assert set(leased.term_months) == {2}
    jobs = frames(plan("served")).pools
    assert set(jobs.workload) == {"tune", "weekly"}
    assert (jobs.hours <= 730 * jobs.groups + 0.001).all()
    assert frames(plan("racked")).pools.empty
