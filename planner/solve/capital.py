"""Limits on capital to the cent, where a solver keeps them to a share of their amount only.

Solvers keep a row within a millionth of its right-hand side, which is a unit of currency from a
limit of a million units on. So every solution is checked in whole cents before it is a plan, and
where it breaks a limit by that little, a problem with limits that are lower by as much is solved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from planner.formulation.expression import Variable
from planner.formulation.problem import Problem
from planner.formulation.rule import Row
from planner.formulation.rules import keep_budget
from planner.formulation.variables import Variables

_OVERLOOKED = 500_000
"""A solver may overlook one cent in so many; half of what its tolerance says."""


def keeps_capital(problem: Problem, decisions: Variables, values: Mapping[Variable, float]) -> bool:
    """Whether whole numbers keep every limit on capital exactly, and no order is too large.

    An order of a favourable problem may be as large as those of several months.

    Args:
        problem: the problem; a favourable one is asked for its true limits.
        decisions: its variables.
        values: values of a solution by variable.
    """
    if any(
        values.get(held, 0.0) > vintage.most + 0.5
        for (vintage, node), held in decisions.owned.items()
        if node == vintage.node and problem.windows
    ):
        return False
    strict = replace(problem, favourable=False)
    return all(_holds(row, values) for row in keep_budget.rows(strict, decisions))


def cautious(problem: Problem) -> Problem:
    """The same problem with limits that are lower by what a solver may overlook."""
    windows = tuple(replace(w, cents=w.cents - w.cents // _OVERLOOKED) for w in problem.windows)
    return replace(problem, windows=windows)


def _holds(row: Row, values: Mapping[Variable, float]) -> bool:
    amount = sum(f * round(values.get(v, 0.0)) for v, f in row.expression.terms.items())
    return row.at_most is None or amount <= row.at_most
