"""Ways to spoil a row or a part of the objective, each of them for every rule and term."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from math import ceil, floor

from planner.formulation.expression import Expression, Number, Variable, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row
from tests.mutants.rows import Setting

OfRow = Callable[[Row, Setting], "Row | None"]
"""A row to another one, or to none."""
OfCost = Callable[[Expression, Setting], Expression]
"""A part of the objective to another one."""
HALF = Fraction(1, 2)


def of_rows(sign: str) -> Iterator[tuple[str, OfRow]]:
    """Edits of whole rows of a sign."""
    yield "dropped", lambda row, setting: None
    yield "dropped at the last node", lambda row, at: None if at.ends(row.key) else row
    if sign == "=":
        yield "at most only", lambda row, setting: replace(row, at_least=None)
        yield "at least only", lambda row, setting: replace(row, at_most=None)
    else:
        yield "turned round", _turned
    yield "bound doubled", partial(_bounded, change=lambda b: 2 * b)
    yield "bound halved", partial(_bounded, change=lambda b: HALF * b)
    yield "bound of the node after", partial(_bound_of, steps=1)
    yield "bound of the node before", partial(_bound_of, steps=-1)


def of_family(family: str) -> Iterator[tuple[str, OfRow]]:
    """Edits of the variables of a family in a row."""
    for name, change in of_cost_of(family):
        yield name, partial(_expressed, change=change)
    yield f"{family} rounded down", partial(_expressed, change=_factors(family, floor))
    yield f"{family} rounded up", partial(_expressed, change=_factors(family, ceil))


def of_cost() -> Iterator[tuple[str, OfCost]]:
    """Edits of a whole part of the objective."""
    yield "dropped", lambda cost, setting: Expression()
    yield "sign flipped", lambda cost, setting: -cost
    yield "a tenth more", lambda cost, setting: Fraction(11, 10) * cost
    yield "a tenth less", lambda cost, setting: Fraction(9, 10) * cost
    yield "last node left out", partial(_kept, keep=lambda key, at: not at.ends(key))
    yield "first node left out", partial(_kept, keep=lambda key, at: key[-1] != at.labels[0])


def of_cost_of(family: str) -> Iterator[tuple[str, OfCost]]:
    """Edits of the variables of a family."""
    yield f"{family} left out", _factors(family, lambda factor: 0)
    yield f"{family} with its sign flipped", _factors(family, lambda factor: -factor)
    yield f"{family} doubled", _factors(family, lambda factor: 2 * factor)
    yield f"{family} halved", _factors(family, lambda factor: HALF * factor)
    yield f"{family} of the node after", partial(_shifted, family=family, steps=1)
    yield f"{family} of the node before", partial(_shifted, family=family, steps=-1)


def of_discounts() -> Iterator[tuple[str, Callable[[Problem], Problem]]]:
    """Edits of the discount factors that a part of the objective sees."""
    yield "discounted a month early", lambda problem: _discounted(problem, 1)
    yield "discounted a month late", lambda problem: _discounted(problem, -1)


def _turned(row: Row, _: Setting) -> Row:
    return replace(row, at_least=row.at_most, at_most=row.at_least)


def _bounded(row: Row, _: Setting, change: Callable[[Number], Number]) -> Row:
    least, most = row.at_least, row.at_most
    return replace(
        row,
        at_least=None if least is None else change(least),
        at_most=None if most is None else change(most),
    )


def _bound_of(row: Row, setting: Setting, steps: int) -> Row:
    other = setting.row(row, steps)
    return replace(row, at_least=other.at_least, at_most=other.at_most)


def _expressed(row: Row, setting: Setting, change: OfCost) -> Row:
    return replace(row, expression=change(row.expression, setting))


def _factors(family: str, change: Callable[[Number], Number]) -> OfCost:
    def changed(cost: Expression, _: Setting) -> Expression:
        return total(
            Expression({v: change(f) if v.family == family else f}) for v, f in cost.terms.items()
        )

    return changed


def _shifted(cost: Expression, setting: Setting, family: str, steps: int) -> Expression:
    return total(
        f * (setting.variable(v, steps) if v.family == family else v) for v, f in cost.terms.items()
    )


def _kept(
    cost: Expression, setting: Setting, keep: Callable[[tuple[str, ...], Setting], bool]
) -> Expression:
    kept: dict[Variable, Number] = {v: f for v, f in cost.terms.items() if keep(v.key, setting)}
    return Expression(kept)


def _discounted(problem: Problem, months: int) -> Problem:
    """The same problem with the factors of some months later; beyond the last they go on."""
    known = problem.tree.discounts
    ratio = known[-1] / known[-2]
    last = len(known) - 1
    moved = tuple(
        known[m]
        if 0 <= m <= last
        else known[min(max(m, 0), last)] * ratio ** (m - min(max(m, 0), last))
        for m in range(months, last + 1 + months)
    )
    return replace(problem, tree=replace(problem.tree, discounts=moved))
