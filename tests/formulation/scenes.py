"""Small problems that trigger the rules, with every pattern and every build listed."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache

from planner.catalog.catalog import Catalog
from planner.formulation.problem import Problem
from planner.formulation.setup import Setup, set_up
from planner.scenario.inputs import Inputs
from planner.sizing.option import Sizing
from planner.solve.direct import listed
from planner.solve.settings import Settings
from tests.fixtures.catalogues import plain_card, plain_host
from tests.fixtures.handmade import fixed, market, scenario
from tests.formulation.by_hand import Kind, option, sizing_of

FIRST, SECOND = "2026-10", "2026-11"
TASK, NOTE = "task@card/bf16/x1/s1", "note@card/bf16/x1/s1"
PAIR, FOUR = "pair@card/bf16/x2/w1", "four@card/bf16/x4/w1"
HALF = Fraction(1, 2)
Demand = Mapping[str, tuple[int, ...]]
"""Load of each workload in each month."""

WAYS = {
    "task": option("task", kind=Kind(share=0.4)),
    "note": option("note", kind=Kind(share=0.5)),
    "pair": option("pair", kind=Kind(gpus=2, part=False, watts=180)),
    "four": option("four", kind=Kind(gpus=4, part=False, watts=360)),
}


def problem_of(inputs: Inputs, sizing: Sizing, *, merge: bool = True) -> Problem:
    """The problem of a scenario with everything listed."""
    small = listed(set_up(inputs, sizing, merge=merge), Settings())
    assert small is not None
    return small.problem


def sized(demand: Demand, load_share: Fraction = HALF) -> Sizing:
    """The ways to carry some loads."""
    return sizing_of([WAYS[name] for name in demand], demand, load_share)


def scene(catalog: Catalog, demand: Demand, **facts: object) -> Inputs:
    """A scenario in which only the loads of the sizing count."""
    (months,) = {len(counts) for counts in demand.values()}
    loads = [fixed(name, list(counts), cards=1) for name, counts in demand.items()]
    return scenario(catalog, loads, months=months, **{"discount_rate": 0.0} | facts)


TWO_MONTHS: Demand = {"task": (1, 2), "pair": (0, 1)}


@cache
def lab() -> Problem:
    """Two months: tasks of half a card, a pair of cards in the second, one card that is owned."""
    return lab_with()


def lab_with(demand: Demand = TWO_MONTHS, load_share: Fraction = HALF, **facts: object) -> Problem:
    """The same with some facts of the scenario changed."""
    return problem_of(lab_inputs(demand, **facts), sized(demand, load_share))


def lab_inputs(demand: Demand = TWO_MONTHS, **facts: object) -> Inputs:
    """The scenario of the lab, with some of its facts changed."""
    host = plain_host("host", slot_layouts=((2, 2),), max_gpus=2, support_per_year=0.06)
    catalog = market([(plain_card("card"), 1000.0)], [(host, 500.0)], curve=(0.8, 0.5))
    site = {"hosts_max": 2, "pue": 1.25, "facility_power_kw": 3.0}
    site |= dict(facts.pop("site", {}))  # type: ignore[call-overload]
    owned = [{"gpu": "card", "count": 1, "bought": "2025-10"}]
    return scene(catalog, demand, site=site, **{"existing": owned} | facts)


def lab_setup(demand: Demand = TWO_MONTHS, **facts: object) -> Setup:
    """The lab before its patterns and builds are listed."""
    return set_up(lab_inputs(demand, **facts), sized(demand))


@cache
def groups() -> Problem:
    """One month: groups of 2 and 4 cards, and hosts of 2 and 4 places."""
    return groups_with()


def groups_with(**site: object) -> Problem:
    """The same with some facts of the site changed."""
    narrow = plain_host("narrow", slot_layouts=((2, 2),), max_gpus=2)
    hosts = [(narrow, 500.0), (plain_host("wide"), 900.0)]
    demand = {"pair": (3,), "four": (1,)}
    catalog = market([(plain_card("card"), 1000.0)], hosts)
    return problem_of(scene(catalog, demand, site=site), sized(demand))


@cache
def sharing() -> Problem:
    """One month: two tasks that fit on a card together."""
    demand = {"note": (1,), "task": (2,)}
    catalog = market([(plain_card("card"), 1000.0)], [(plain_host("host"), 500.0)])
    return problem_of(scene(catalog, demand), sized(demand))


@cache
def sessions() -> Problem:
    """One month: a chat that one large card serves alone, and smaller ones only together."""
    large, small = plain_card("large"), plain_card("small")
    catalog = market([(large, 3000.0), (small, 1000.0)], [(plain_host("host"), 500.0)])
    ways = [
        option("chat", "large", Kind(capacity=30, part=False)),
        option("chat", "small", Kind(capacity=12, part=False)),
    ]
    demand = {"chat": (30,)}
    inputs = scene(catalog, demand, discount_rate=0.08)
    return problem_of(inputs, sizing_of(ways, demand, Fraction(1, 4)))


SCENES = {
    "keep_groups_together": groups,
    "share_cards": sharing,
    "meet_demand": sessions,
    "serve_load": sessions,
    "serve_within_capacity": sessions,
}
"""Problems of rules that the lab does not show well, by name of the rule."""
