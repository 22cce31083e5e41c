"""The model built from the rules: variables, rows and a cost, free of any solver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.formulation.expression import Expression, Variable, total
from planner.formulation.objective import TERMS
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, RuleFile, TermFile
from planner.formulation.rules import RULES
from planner.formulation.variables import Variables


@dataclass(frozen=True)
class Model:
    """A mixed-integer linear program: minimise ``cost`` subject to ``rows``.

    Attributes:
        problem: what it was built from.
        decisions: the variables by family.
        variables: all variables.
        rows: all rows.
        cost: discounted cents.
    """

    problem: Problem
    decisions: Variables
    variables: tuple[Variable, ...]
    rows: tuple[Row, ...]
    cost: Expression

    def listing(self) -> str:
        """The model in a form close to CPLEX LP, for reading and for golden files."""
        lines = ["minimise", f"  {_text(self.cost)}", "subject to"]
        lines += [row_text(row) for row in self.rows]
        lines.append("bounds")
        lines += [f"  {v.lower} <= {v.name} <= {v.upper}" for v in self.variables]
        lines.append("integers")
        lines += [f"  {v.name}" for v in self.variables if v.integer]
        return "\n".join(lines) + "\n"


def build_model(
    problem: Problem,
    rules: Sequence[RuleFile] = RULES,
    terms: Sequence[TermFile] = TERMS,
) -> Model:
    """Build the model of a problem from its rules."""
    decisions = Variables(problem)
    rows = tuple(row for file in rules for row in file.rows(problem, decisions))
    cost = total(file.cost(problem, decisions) for file in terms)
    return Model(problem, decisions, tuple(decisions), rows, cost)


def row_text(row: Row) -> str:
    """A row as text: ``name: 3 x + 2 y >= 7``."""
    text = _text(row.expression)
    if row.at_least is not None and row.at_least == row.at_most:
        return f"  {row.name}: {text} = {row.at_least}"
    if row.at_most is None:
        return f"  {row.name}: {text} >= {row.at_least}"
    return f"  {row.name}: {text} <= {row.at_most}"


def _text(expression: Expression) -> str:
    parts = []
    for variable, factor in expression.terms.items():
        sign = "-" if factor < 0 else "+"
        amount = abs(factor)
        shown = variable.name if amount == 1 else f"{amount} {variable.name}"
        parts.append(f"{sign} {shown}")
    return " ".join(parts).removeprefix("+ ") or "0"
