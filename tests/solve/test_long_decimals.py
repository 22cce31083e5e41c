"""Figures with as many decimals as a float prints are solved by every backend and engine."""

from __future__ import annotations

from functools import cache

import pytest

from planner.formulation.setup import Setup
from planner.formulation.variables import Variables
from planner.solve.fleets.housing import Housing
from planner.solve.mathopt import BACKENDS
from planner.solve.settings import Method
from tests.fixtures.catalogues import Entry, plain_card, plain_host
from tests.fixtures.handmade import chat, fixed, market, month, scenario
from tests.solve.searches import by, listed_setup, setup_of, solved
from tests.solve.test_backends import assert_agree

THIRD = 1 / 3
LAW = pytest.mark.parametrize("name", ["load", "users", "site", "supplies"])


def users() -> Entry:
    """A third of the users of a chat are at work at a time."""
    demand = [{"from": month(0), "users": 100 * THIRD, "active_share": THIRD}]
    return chat("chat", [7], headroom=THIRD, load_share=THIRD) | {"demand": demand}


@cache
def setup(name: str) -> Setup:
    """A lab with long decimals in one place."""
    card, host, site = plain_card("card"), plain_host("host"), {}
    load = fixed("task", [3], memory_gib=10.0, time_share=0.3)
    match name:
        case "load":
            load = chat("chat", [7], headroom=THIRD, load_share=THIRD)
        case "users":
            load = users()
        case "site":
            site = {"pue": 4 * THIRD, "facility_power_kw": 20 * THIRD}
        case "supplies":
            card = plain_card("card", tdp_w=100 * THIRD, transient_factor=1 + THIRD)
            host = plain_host("host", psu_planning_fraction=2 * THIRD)
        case _:
            raise KeyError(name)
    return setup_of(scenario(market([(card, 5000.0)], [(host, 2000.0)]), [load], site=site))


@LAW
def test_every_backend_and_engine_finds_the_same_plan(name: str) -> None:
    ways = [(b, m) for b in BACKENDS for m in (Method.DIRECT, Method.DECOMPOSITION)]
    found = {f"{b} {m}": solved(setup(name), b, by(m, seconds=20.0)) for b, m in ways}
    assert all(outcome.solution for outcome in found.values())
    assert_agree(found)


@LAW
def test_no_filling_breaks_a_limit_on_the_sum_of_many_hosts(name: str) -> None:
    listed = listed_setup(setup(name))
    (filled,), problem = listed.fillings, listed.problem
    running = Variables(problem).running["lab", filled.host.id, 0]
    groups = {g: {2, 4, 8} for g in problem.gpus}
    housing = Housing(filled, problem.tree.nodes[0], running, groups, exact=None)
    for build in problem.builds:
        values = {running: 1}
        for (_, gpu, size), offered in housing.offers("lab"):
            values[offered] = build.count(gpu) // size
        for row in housing.rows():
            assert row.at_most == 0
            factors = row.expression.terms
            assert all(isinstance(f, int) and abs(f) <= 10**8 for f in factors.values())
            assert sum(f * values[v] for v, f in factors.items()) <= 0, (build.name, row)
