"""Rentals: machines elsewhere, paid for all hours of their term."""

from planner.formulation.expression import Expression
from planner.formulation.payments import payments
from planner.formulation.problem import Problem
from planner.formulation.rule import Term
from planner.formulation.variables import Variables

TERM = Term(
    name="rentals",
    sentence="A rented machine is paid for all hours of its whole term; what falls due after the "
    "horizon is charged there.",
    formula=r"\sum_v \pi_v\, \mathrm{rate}_{i,v}\, H \sum_{m = m(v)}^{m(v) + T_i - 1} "
    r"\delta_{\min(m, T)}\, \mathrm{own}_{i,s,v,v}",
    category="rental",
    about="fleet",
)


def cost(problem: Problem, variables: Variables) -> Expression:
    """Discounted payments for all rented machines."""
    return payments(problem, variables, "rent")
