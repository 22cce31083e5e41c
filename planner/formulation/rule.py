"""A rule of the formulation: a record that says what it means, and the rows that it yields.

A module of :mod:`planner.formulation.rules` holds one record ``RULE`` and one function
``rows(problem, variables)``; a module of :mod:`planner.formulation.objective` holds one record
``TERM`` and one function ``cost(problem, variables)``. The folders are the lists: a new file is
a new rule, and nothing else has to change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Literal, TypeAlias

from planner.formulation.expression import Expression, Key, Number

if TYPE_CHECKING:
    from planner.formulation.problem import Problem
    from planner.formulation.variables import Variables

About: TypeAlias = Literal["fleet", "housing", "serving"]
Category: TypeAlias = Literal[
    "capital", "lease", "rental", "energy", "support", "licence", "space", "resale"
]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a family of rows means.

    Attributes:
        name: name of the rows, for example ``meet_demand``.
        sentence: the rule as a sentence for people.
        formula: the rule in LaTeX, with the symbols of the documentation.
        unit: unit of both sides.
        about: what the rows bind: ``fleet`` (what is owned, and what of it is in use), ``housing``
            (which card stands in which host) or ``serving`` (what runs on the cards of a node).
    """

    name: str
    sentence: str
    formula: str
    unit: str
    about: About


@dataclass(frozen=True, slots=True)
class Term:
    """What a part of the objective means; all amounts are discounted cents.

    Attributes:
        name: name of the part, for example ``purchases``.
        sentence: the part as a sentence for people.
        formula: the part in LaTeX.
        category: category of the cash flow that it belongs to.
        about: as for a rule.
    """

    name: str
    sentence: str
    formula: str
    category: Category
    about: About


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ``at_least <= expression <= at_most``; equal bounds make an equation."""

    rule: Rule
    key: Key
    expression: Expression
    at_least: Number | None = None
    at_most: Number | None = None

    @property
    def name(self) -> str:
        """Name in listings and explanations, for example ``meet_demand[chat,2027-03]``."""
        return f"{self.rule.name}[{','.join(self.key)}]"


RowsOf: TypeAlias = "Callable[[Problem, Variables], Iterator[Row]]"
CostOf: TypeAlias = "Callable[[Problem, Variables], Expression]"


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A rule and the function that yields its rows."""

    rule: Rule
    rows: RowsOf


@dataclass(frozen=True, slots=True)
class TermFile:
    """A part of the objective and the function that yields it."""

    term: Term
    cost: CostOf


def rule_of(module: ModuleType) -> RuleFile:
    """The rule that a module holds."""
    return RuleFile(module.RULE, module.rows)


def term_of(module: ModuleType) -> TermFile:
    """The part of the objective that a module holds."""
    return TermFile(module.TERM, module.cost)
