"""Is a plan still about the inputs of today?"""

from __future__ import annotations

from pathlib import Path

import pytest

import planner
from planner.plan.against import against
from planner.plan.schema import Plan
from planner.scenario.loading import read_scenario

FILE = Path(__file__).resolve().parents[2] / "examples" / "chat.yaml"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return planner.find_plan(FILE)


def test_a_plan_is_about_the_scenario_it_was_made_from(plan: Plan) -> None:
    assert against(plan, planner.load_scenario(FILE)) == []


@pytest.mark.parametrize(
    ("old", "new", "rule", "place"),
    [
        ("concurrency: 60", "concurrency: 61", "scenario-changed", "workloads.chat.demand.2"),
        ("months: 24", "months: 23", "scenario-changed", "months was 24, it is 23"),
        ("name: tune", "name: tunes", "scenario-changed", "workloads.tunes was not there"),
        ("prices: 2026-09", "prices: seed", "catalog-changed", "price_books.seed"),
    ],
)
def test_every_change_is_named_with_both_values(
    plan: Plan, old: str, new: str, rule: str, place: str
) -> None:
    text = FILE.read_text().replace(old, new)
    if "seed" in new:  # which prices fewer cards
        text = text.replace(
            "rtx-pro-6000-server, rtx-4090, rtx-5090, l40s, a100-80-pcie, h100-nvl", "rtx-4090"
        )
    now = read_scenario(text, file="chat.yaml")
    found = against(plan, now)
    assert any(f.rule == rule and place in f.text for f in found), found


def test_a_changed_price_of_the_catalogue_is_named(plan: Plan) -> None:
    inputs = planner.load_scenario(FILE)
    book = inputs.catalog.price_books["2026-09"]
    entries = tuple(
        e.model_copy(update={"value": 1.0}) if e.item == "rtx-a6000" else e for e in book.entries
    )
    changed = inputs.with_price_books(
        {**inputs.catalog.price_books, book.id: book.model_copy(update={"entries": entries})}
    )
    (found,) = against(plan, changed)
    assert found.rule == "catalog-changed"
    assert found.text == "price_books.2026-09.entries.rtx-a6000.value was 3200.0, it is 1.0"
