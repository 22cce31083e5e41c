"""The tables of a plan."""

from __future__ import annotations

from pathlib import Path

import pytest

import planner
from planner.plan.schema import Plan

FILE = Path(__file__).resolve().parents[2] / "examples" / "chat.yaml"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return planner.find_plan(FILE, paths=True)


def test_the_cash_flow_adds_up_to_the_undiscounted_total(plan: Plan) -> None:
    table = planner.frames(plan).cash_flow
    assert round(table.total.sum() * 100) == plan.objective.total_undiscounted
    assert list(table.index) == [*sorted(table.index[:-1]), "horizon"]


def test_a_row_of_the_placement_is_a_replica_on_a_card(plan: Plan) -> None:
    table = planner.frames(plan).placement
    replicas = sum(len(card.replicas) for host in plan.placement for card in host.cards)
    assert len(table) == replicas
    assert set(table.workload) == {"chat", "tune"}


def test_acquisitions_are_in_units_of_the_currency(plan: Plan) -> None:
    table = planner.frames(plan).acquisitions
    bought = table[table["mode"] == "purchase"]
    capital = planner.frames(plan).cash_flow.capital.sum()
    assert (bought["count"] * bought.unit_cost).sum() == pytest.approx(capital)
    assert table.leaves.isna().all()


def test_every_upgrade_path_is_a_row_in_units_of_the_currency(plan: Plan) -> None:
    table = planner.frames(plan).policies.set_index("name")
    assert list(table.index) == ["optimal", "buy-once", "re-buy"]
    assert table.npv["optimal"] == plan.objective.npv / 100
    assert (table.premium_low <= table.premium_high).all()
    years = table[["2026-10", "2027-10"]].sum(axis=1)
    bought = [u for u in plan.acquisitions if u.mode == "purchase"]
    assert years["optimal"] == sum(u.count * u.unit_cost for u in bought) / 100


def test_without_paths_the_table_is_empty(plan: Plan) -> None:
    table = planner.frames(plan.model_copy(update={"policies": ()})).policies
    assert table.empty
    assert "premium_low" in table.columns
