"""Leases: payments month by month over the whole term."""

from planner.formulation.expression import Expression
from planner.formulation.payments import payments
from planner.formulation.problem import Problem
from planner.formulation.rule import Term
from planner.formulation.variables import Variables

TERM = Term(
    name="leases",
    sentence="A leased unit is paid every month of its whole term; what falls due after the "
    "horizon is charged there.",
    formula=r"\sum_v \pi_v\, \mathrm{rate}_{i,v} \sum_{m = m(v) + L_i}^{m(v) + L_i + T_i - 1} "
    r"\delta_{\min(m, T)}\, \mathrm{own}_{i,s,v,v}",
    category="lease",
    about="fleet",
)


def cost(problem: Problem, variables: Variables) -> Expression:
    """Discounted payments for all leased units."""
    return payments(problem, variables, "lease")
