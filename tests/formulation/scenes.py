"""Small problems that trigger the rules, with every pattern and every build listed."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from planner.formulation.problem import Problem
from planner.formulation.setup import set_up
from planner.scenario.inputs import Inputs
from planner.sizing.option import Sizing
from planner.sizing.sizing import size
from planner.solve.direct import listed
from planner.solve.settings import Settings
from tests.fixtures.catalogues import plain_card, plain_host
from tests.fixtures.handmade import chat, fixed, market, scenario
from tests.formulation.by_hand import Kind, option, sizing_of

FIRST, SECOND = "2026-10", "2026-11"
SHARED = "task@card/as-stated/x1/s1"
HALF = Fraction(1, 2)
PAIR = "pair@card/as-stated/x2/w1"


def problem_of(inputs: Inputs, sizing: Sizing | None = None, *, merge: bool = True) -> Problem:
    """The problem of a scenario with everything listed."""
    small = listed(set_up(inputs, sizing or size(inputs), merge=merge), Settings())
    assert small is not None
    return small.problem


@cache
def lab() -> Problem:
    """Two months: tasks of half a card, a pair of cards in the second, one card that is owned."""
    return lab_with()


def lab_with(**more: object) -> Problem:
    """The same with some facts of the scenario changed."""
    return problem_of(lab_inputs(**more))


def lab_inputs(**more: object) -> Inputs:
    """The scenario of the lab, with some of its facts changed."""
    host = plain_host("host", slot_layouts=((2, 2),), max_gpus=2, support_per_year=0.06)
    site = {"hosts_max": 2, "pue": 1.25, "facility_power_kw": 3.0}
    facts: dict[str, object] = {
        "discount_rate": 0.0,
        "existing": [{"gpu": "card", "count": 1, "bought": "2025-10"}],
    } | more
    task = fixed("task", [1, 2], memory_gib=10.0, time_share=0.4, load_share=0.5)
    workloads = facts.pop("workloads", [task, fixed("pair", [0, 1], cards=2, load_share=1.0)])
    return scenario(
        market([(plain_card("card"), 1000.0)], [(host, 500.0)], curve=(0.8, 0.5)),
        workloads,  # type: ignore[arg-type]
        months=2,
        site=site | dict(facts.pop("site", {})),  # type: ignore[call-overload]
        **facts,
    )


@cache
def groups() -> Problem:
    """One month: groups of 2 and 4 cards, and hosts of 2 and 4 places."""
    return groups_with()


def groups_with(**site: object) -> Problem:
    """The same with some facts of the site changed."""
    narrow = plain_host("narrow", slot_layouts=((2, 2),), max_gpus=2)
    inputs = scenario(
        market([(plain_card("card"), 1000.0)], [(narrow, 500.0), (plain_host("wide"), 900.0)]),
        [fixed("pair", [3], cards=2), fixed("four", [1], cards=4)],
        months=1,
        discount_rate=0.0,
        site=site,
    )
    return problem_of(inputs)


@cache
def sharing() -> Problem:
    """One month: two tasks that fit on a card together."""
    inputs = scenario(
        market([(plain_card("card"), 1000.0)], [(plain_host("host"), 500.0)]),
        [
            fixed("note", [1], memory_gib=10.0, time_share=0.4),
            fixed("task", [2], memory_gib=20.0, time_share=0.5),
        ],
        months=1,
    )
    return problem_of(inputs)


@cache
def sessions() -> Problem:
    """One month: a chat that one large card serves alone, and smaller ones only together."""
    large, small = plain_card("large"), plain_card("small")
    catalog = market([(large, 3000.0), (small, 1000.0)], [(plain_host("host"), 500.0)])
    ways = [
        option("chat", "large", Kind(capacity=30, part=False)),
        option("chat", "small", Kind(capacity=12, part=False)),
    ]
    inputs = scenario(catalog, [chat("chat", [30])], months=1)
    return problem_of(inputs, sizing_of(ways, {"chat": (30,)}, Fraction(1, 4)))


SCENES = {
    "keep_groups_together": groups,
    "share_cards": sharing,
    "meet_demand": sessions,
    "serve_load": sessions,
    "serve_within_capacity": sessions,
}
"""Problems of rules that the lab does not show well, by name of the rule."""
