"""Payments for what is leased or rented."""

from __future__ import annotations

from fractions import Fraction

from planner.formulation.expression import Expression, total
from planner.formulation.problem import Mode, Problem, Vintage
from planner.formulation.variables import Variables


def payments(problem: Problem, variables: Variables, mode: Mode) -> Expression:
    """Discounted payments over the terms of all units that are held in a mode."""
    return total(
        vintage.per_month * term_weight(problem, vintage) * variables.owned[vintage, vintage.node]
        for vintage in problem.vintages
        if vintage.mode == mode and vintage.node is not None
    )


def term_weight(problem: Problem, vintage: Vintage) -> Fraction:
    """Probability times the discount factors of all months that are paid; the horizon's for later.

    Payments begin when the unit arrives.
    """
    assert vintage.node is not None
    assert vintage.term is not None
    tree = problem.tree
    first = tree.nodes[vintage.node].month + vintage.lead
    months = range(first, first + vintage.term)
    factors = sum((tree.discounts[min(m, tree.horizon)] for m in months), Fraction(0))
    return tree.nodes[vintage.node].probability * factors
