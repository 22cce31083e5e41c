"""Limits and lead times over merged months, and bounds on what is of use: small examples."""

from __future__ import annotations

from typing import Any

import pytest

from planner.plan.schema import Plan
from planner.scenario.inputs import Inputs
from tests.fixtures.catalogues import (
    Entry,
    catalogue_of,
    facts,
    plain_book,
    plain_card,
    plain_host,
)
from tests.fixtures.engine import findings_of, least_cost, plan_of
from tests.fixtures.handmade import chat, fixed, market, month, scenario

CENTS = 60
"""The rounding of a cash flow to cents, a month at a time."""
FALLING = (0.9, 0.5)
HOST = (plain_host("host"), 3000.0)


def proven(inputs: Inputs) -> Plan:
    """The engine's plan, proven, sound, and as cheap as one of single months."""
    plan = plan_of(inputs)
    assert findings_of(plan) == []
    assert plan.status == "proven"
    best = least_cost(inputs, merge=False)
    assert best is not None
    assert plan.objective.npv == pytest.approx(best, abs=CENTS)
    assert plan.objective.lower_bound <= best + CENTS
    return plan


@pytest.mark.parametrize("more", [{}, {"machines_max": 4}])
def test_an_offer_is_rented_again_before_a_term_ends_that_fills_no_whole_steps(
    more: Entry,
) -> None:
    catalog = market([(plain_card("card"), 0.0)], [HOST])
    rented = {"gpu": "card", "per_hour": 1.0, "term_months": 2} | more
    inputs = scenario(catalog, [fixed("need", [2], cards=1)], 12, step_months=3, rentals=[rented])
    assert {unit.count for unit in proven(inputs).acquisitions} == {2}


def switched(until: float, after: float, **more: Any) -> Inputs:
    """A need that moves from small cards to large ones after a year, with capital for each year."""
    cards = [
        (plain_card("old", memory_mib=24 * 1024), 0.0),
        (plain_card("small", memory_mib=24 * 1024), 20000.0),
        (plain_card("big", memory_mib=96 * 1024), 30000.0),
    ]
    first = fixed("first", [1], memory_gib=10.0, time_share=0.9) | {"gpus": ["old", "small"]}
    first["demand"] = [{"from": month(0), "count": 1}, {"from": month(12), "count": 0}]
    then = fixed("then", [0], memory_gib=60.0, time_share=0.9)
    then["demand"] = [{"from": month(12), "count": 1}]
    windows = [{"until": month(11), "capital": until}, {"until": month(23), "capital": after}]
    host = (plain_host("host"), 0.0 if "existing" in more else 3000.0)
    catalog = market(cards, [host], curve=FALLING)
    return scenario(
        catalog, [first, then], 24, discount_rate=0.0, budget={"windows": windows}, **more
    )


@pytest.mark.parametrize("after", [19500.0, 20500.0, 21500.0])
def test_a_card_that_is_bought_later_brings_more_in_the_next_window(after: float) -> None:
    rented = [{"gpu": "small", "per_hour": 2.0}]
    proven(switched(24000.0, after, rentals=rented))


def test_a_switch_within_equal_months_is_found_where_no_other_keeps_both_windows() -> None:
    lots = [
        {"gpu": "old", "count": 1, "bought": "2026-01", "worth": 6000.0},
        {"host": "host", "count": 1, "bought": "2026-01"},
    ]
    plan = proven(switched(15300.0, 19500.0, existing=lots))
    assert {u.item: u.node for u in plan.acquisitions}["small"] in (month(3), month(4))


def test_orders_that_arrive_differently_late_follow_from_each_other() -> None:
    leads = [{"item": "host", "months": 4}, {"item": "card", "months": 3}]
    inputs = scenario(
        market([(plain_card("card"), 20000.0)], [HOST], curve=FALLING),
        [fixed("need", [1], cards=1)], 24, lead_times=leads, discount_rate=0.1,
        rentals=[{"gpu": "card", "per_hour": 6.0}],
    )  # fmt: skip
    assert {u.item: u.node for u in proven(inputs).acquisitions}["card"] == month(1)


def test_one_kind_of_card_may_be_leased_again_and_again() -> None:
    need = fixed("need", [0], cards=1)
    need["demand"] = [{"from": month(3), "count": 4}]
    inputs = scenario(
        market([(plain_card("card"), 0.0)], [HOST]), [need], 18, step_months=3,
        lead_times=[{"item": "card", "months": 1}], fleet={"max_gpu_models": 1},
        leases=[{"item": "card", "term_months": 6, "per_month": 300.0}],
    )  # fmt: skip
    proven(inputs)


def test_each_class_of_requests_may_need_cards_of_its_own() -> None:
    host = (plain_host("host", max_gpus=1, slot_layouts=((2,),)), 3000.0)
    short = {"input_tokens": 900, "output_tokens": 200}
    long = {"input_tokens": 2000, "output_tokens": 400}
    row = {"gpu": "card", "memory_gib": 10, "source": "own bench"}
    talk = chat("talk", []) | {
        "precision": ["bf16", "fp8"],
        "demand": [
            {"from": month(0), "classes": [c | {"requests_per_s": 5} for c in (short, long)]}
        ],
        "measured": [
            row | {"precision": "bf16", "classes": [short | {"requests_per_s": 1}]},
            row | {"precision": "fp8", "classes": [long | {"requests_per_s": 1}]},
        ],
    }
    inputs = scenario(
        market([(plain_card("card"), 20000.0)], [host]), [talk], 1,
        site={"facility_power_kw": 50.0},
    )  # fmt: skip
    assert {u.item: u.count for u in proven(inputs).acquisitions}["card"] == 10


@pytest.mark.parametrize("capital", [1_000_000.0, 999_999.5])
def test_a_million_is_kept_to_the_cent(capital: float) -> None:
    host = plain_host("host", max_gpus=8, slot_layouts=((2,) * 8,), psu_w=6000)
    inputs = scenario(
        market([(plain_card("card"), 10_000.0)], [(host, 0.0)]),
        [fixed("need", [100], cards=1)], 3, site={"facility_power_kw": 1000.0},
        existing=[{"host": "host", "count": 13, "bought": "2026-01"}],
        budget={"windows": [{"until": month(2), "capital": capital}]},
        rentals=[{"gpu": "card", "per_hour": 18.0}],
    )  # fmt: skip
    plan = plan_of(inputs)
    assert findings_of(plan) == []
    cards = sum(u.count for u in plan.acquisitions if (u.item, u.mode) == ("card", "purchase"))
    assert cards == capital // 10_000


def test_a_bridge_that_is_owned_is_used_before_another_one() -> None:
    bridges: list[Entry] = [
        {"id": name, "name": name, "vendor": "NVIDIA"} | facts(gpus=["card"], per_pair=1)
        for name in ("bridge-a", "bridge-b")
    ]
    cards = [plain_card("card", nvlink="bridge", nvlink_gb_s=112.0)]
    book = plain_book({"card": 5000.0, "host": 3000.0, "bridge-a": 250.0})
    catalog = catalogue_of(cards, [plain_host("host", bridge_pairs=2)], book, bridges=bridges)
    need = fixed("need", [1], cards=2) | {"link": "nvlink"}
    lots = [{"bridge": "bridge-b", "count": 1, "bought": "2025-10"}]
    plan = proven(scenario(catalog, [need], 6, existing=lots))
    assert all(unit.item != "bridge-a" for unit in plan.acquisitions)
