"""Whether a rule permits some values, and what a part of the objective costs at them: exactly."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from planner.formulation.expression import Expression, Number
from planner.formulation.objective import TERMS
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, RuleFile, TermFile
from planner.formulation.rules import RULES
from planner.formulation.variables import Variables

Values = Mapping[str, Number]
"""Values by name of the variable; what is not named is zero."""


class Law:
    """The rows of one rule on one problem.

    Args:
        name: name of the rule.
        problem: the problem.
    """

    def __init__(self, name: str, problem: Problem) -> None:
        self._decisions = Variables(problem)
        self._names = {v.name for v in self._decisions}
        self.rows = tuple(rule_named(name).rows(problem, self._decisions))

    def broken_by(self, values: Values) -> list[str]:
        """Names of the rows that the values break."""
        unknown = values.keys() - self._names
        assert not unknown, f"no such variables: {unknown}"
        return [row.name for row in self.rows if not holds(row, values)]


def holds(row: Row, values: Values) -> bool:
    """Whether values keep a row."""
    amount = value_of(row.expression, values)
    least = row.at_least is None or amount >= Fraction(row.at_least)
    return least and (row.at_most is None or amount <= Fraction(row.at_most))


def value_of(expression: Expression, values: Values) -> Fraction:
    """An expression at some values."""
    return sum(
        (Fraction(f) * Fraction(values.get(v.name, 0)) for v, f in expression.terms.items()),
        Fraction(0),
    )


def cents(name: str, problem: Problem, values: Values) -> Fraction:
    """What a part of the objective costs at some values."""
    decisions = Variables(problem)
    unknown = values.keys() - {v.name for v in decisions}
    assert not unknown, f"no such variables: {unknown}"
    return value_of(term_named(name).cost(problem, decisions), values)


def rule_named(name: str) -> RuleFile:
    """The rule of a name."""
    return next(file for file in RULES if file.rule.name == name)


def term_named(name: str) -> TermFile:
    """The part of the objective of a name."""
    return next(file for file in TERMS if file.term.name == name)
