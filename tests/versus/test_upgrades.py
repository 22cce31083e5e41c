"""Laws of one card after the other: the net cost over the roadmap, as a plan reckons it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from planner.report.versus_trades import trades_sections
from planner.scenario.inputs import Inputs
from planner.scenario.loading import load_scenario
from planner.solve.mathopt import BACKENDS
from planner.solve.settings import Listener, Settings
from planner.studies.optimum import find_plan
from planner.versus.head_to_head import head_to_head
from planner.versus.trades import trades
from planner.versus.upgrades import Upgrade, upgrades
from tests.versus.scenarios import written

A, B = "rtx-pro-4500", "rtx-pro-6000-ws"
QUOTES = [{"item": A, "price": 4000}, {"item": B, "price": 12000}]


def asked(folder: Path, **changes: object) -> Inputs:
    return load_scenario(written(folder, **({"quotes": QUOTES} | changes)))


def at(found: list[Upgrade], months: int) -> Upgrade:
    return next(u for u in found if u.months == months)


def test_both_ways_are_reckoned_over_the_same_months_by_hand(tmp_path: Path) -> None:
    one = at(list(upgrades(asked(tmp_path, discount_rate=0.0), A, B)), 12)
    # 0.72 on the first day, and 0.8 a year from there; both quotes lie below the book
    assert one.receipt == 4000_00 * Fraction("0.72") * Fraction("0.8")
    assert one.kept == 12000_00 * Fraction("0.72") * Fraction("0.8")
    assert one.first == 4000_00 - 2304_00 + 12000_00 - 6912_00
    assert one.at_once == 12000_00 - 12000_00 * Fraction("0.72") * Fraction("0.64")
    assert one.difference == one.first - one.at_once == 313_60
    # the worst for the first way: little at the first sale, 0.55, and 0.95 a year from there
    low, high = Fraction("0.55"), Fraction("0.95")
    assert one.high == 4000_00 * (1 - low * high) - 12000_00 * low * high * (1 - high)
    # the best for it: 0.85 at the first sale, and 0.65 a year from there
    low, high = Fraction("0.85"), Fraction("0.65")
    assert one.low == 4000_00 * (1 - low * high) - 12000_00 * low * high * (1 - high)


def test_what_comes_later_is_discounted_as_in_the_scenario(tmp_path: Path) -> None:
    one = at(list(upgrades(asked(tmp_path, discount_rate=0.08), A, B)), 12)
    later = (12000_00 - one.receipt) / 1.08
    assert one.first == pytest.approx(4000_00 + later - one.kept / 1.08**2, abs=2)


def test_what_the_scenario_does_not_count_is_not_counted(tmp_path: Path) -> None:
    plain = {"discount_rate": 0.0, "resale": False, "horizon_value": False}
    one = at(list(upgrades(asked(tmp_path, **plain), A, B)), 12)
    assert (one.receipt, one.kept, one.first, one.at_once) == (0, 0, 16000_00, 12000_00)


def test_a_price_that_rises_until_then_is_paid_then(tmp_path: Path) -> None:
    quotes = [*QUOTES, {"item": B, "price": 15000, "from": "2027-10"}]
    found = list(upgrades(asked(tmp_path, quotes=quotes, discount_rate=0.0), A, B))
    assert at(found, 6).kept < at(found, 12).kept
    assert at(found, 12).kept == 15000_00 * Fraction("0.72") * Fraction("0.8")


@pytest.mark.parametrize("months", [6, 12, 18])
def test_the_difference_is_that_of_two_plans(tmp_path: Path, months: int) -> None:
    month = {6: "2027-04", 12: "2027-10", 18: "2028-04"}[months]

    def need(name: str, gpu: str, *demand: dict[str, object]) -> dict[str, object]:
        return {"name": name, "task": "fixed", "gpus": [gpu], "need": {"cards": 1},
                "demand": list(demand)}  # fmt: skip

    start = {"from": "2026-10", "count": 1}
    first = [need("now", A, start, {"from": month, "count": 0}),
             need("later", B, {"from": month, "count": 1})]  # fmt: skip
    site = {"name": "office", "facility_power_kw": 10, "electricity_per_kwh": 0}
    common = {"sites": [site], "step_months": 3, "fleet": {"hosts": ["diy-desktop"]}}
    costs = []
    for workloads in (first, [need("now", B, start)]):
        inputs = asked(tmp_path, workloads=workloads, **common)
        plan = find_plan(inputs, BACKENDS["gscip"], Settings(gap=0.0), Listener())
        costs.append(plan.objective.npv)
    one = at(list(upgrades(inputs, A, B)), months)
    assert one.difference == pytest.approx(costs[0] - costs[1], abs=2)


def test_only_a_change_within_the_roadmap_is_told(tmp_path: Path) -> None:
    found = trades(asked(tmp_path, months=12), (A, B))
    assert found is not None
    assert [u.months for u in found.upgrades] == [6]


def test_the_table_tells_both_net_costs_and_what_is_counted(tmp_path: Path) -> None:
    found = head_to_head(A, B, written(tmp_path, quotes=QUOTES))
    section = list(trades_sections(found))[-1]
    assert section.title == f"{A} first, {B} later"
    assert found.trades is not None
    for row, one in zip(section.rows, found.trades.upgrades, strict=True):
        assert row[3:5] == (f"{one.first / 100:,.0f}", f"{one.at_once / 100:,.0f}")
        assert row[5] == f"{one.difference / 100:+,.0f}"
    (text,) = section.texts
    for words in ("net cost over 24 months", "worth at the end", "discounted at", "energy"):
        assert words in text
