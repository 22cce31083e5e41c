"""A policy restricts what can be ordered and when it may leave, and nothing else."""

from __future__ import annotations

import inspect
from dataclasses import fields, replace

from planner.formulation.problem import Problem
from planner.formulation.rules import hold_vintages
from planner.formulation.setup import Setup, set_up
from planner.formulation.variables import Variables
from planner.sizing.sizing import size
from planner.solve.solution import Solution
from planner.studies import policies_steps
from planner.studies.policies_vintages import buy_once, with_vintages
from tests.fixtures.handmade import month
from tests.fixtures.paths import growing


def whole(**more: object) -> Setup:
    inputs = growing(**more)
    return set_up(inputs, size(inputs))


def test_buying_once_touches_nothing_but_what_can_be_held() -> None:
    free = whole()
    once = buy_once(free)
    for field in fields(Problem):
        if field.name != "vintages":
            assert getattr(once.problem, field.name) == getattr(free.problem, field.name)
    assert (once.fillings, once.left_out) == (free.fillings, free.left_out)


def test_buying_once_keeps_first_orders_and_what_exists_and_rents_nothing() -> None:
    lease = {"item": "large", "term_months": 6, "per_month": 50}
    rental = {"gpu": "large", "per_hour": 0.2}
    found = buy_once(whole(leases=[lease], rentals=[rental])).problem.vintages
    assert {(v.mode, v.node) for v in found} == {("existing", None), ("purchase", 0), ("lease", 0)}
    assert all(v.stays for v in found)


def test_what_stays_is_held_to_the_horizon() -> None:
    problem = buy_once(whole()).problem
    rows = list(hold_vintages.rows(problem, Variables(problem)))
    assert rows
    assert all((row.at_least, row.at_most) == (0, 0) for row in rows)


def test_what_is_settled_is_neither_more_nor_less() -> None:
    free = whole()
    (first,) = (v for v in free.problem.vintages if v.item == "small" and v.label == month(0))
    settled = replace(first, settled={0: 3, 1: 1})
    problem = with_vintages(free, (settled,)).problem
    owned = Variables(problem).owned
    bounds = {node: (v.lower, v.upper) for (_, node), v in owned.items()}
    assert (bounds[0], bounds[1]) == ((3, 3), (1, 1))
    assert bounds[2] == (0, first.most)


def test_every_part_of_a_solution_is_joined() -> None:
    """A part that is new in `Solution` must be joined by `policies_steps`, too."""
    names = {field.name for field in fields(Solution)}
    source = inspect.getsource(policies_steps)
    assert {name for name in names if f"{name}=" not in source.partition("def _joined")[2]} == set()
