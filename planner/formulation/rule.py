"""A rule of the formulation: a record that says what it means, and the rows that it yields.

A module of :mod:`planner.formulation.rules` holds one record ``RULE`` and one function
``rows(problem, variables)``; a module of :mod:`planner.formulation.objective` holds one record
``TERM`` and one function ``cost(problem, variables)``. The folders are the lists: a new file is
a new rule, and nothing else has to change. A module whose rule concerns only some problems says
so by a function ``applies(problem)``; without one it concerns all.
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
Applies: TypeAlias = "Callable[[Problem], bool]"


def _always(_: Problem) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A rule, the function that yields its rows, and whether it concerns a problem at all."""

    rule: Rule
    rows: RowsOf
    applies: Applies = _always


@dataclass(frozen=True, slots=True)
class TermFile:
    """A part of the objective, the function that yields it, and whether it concerns a problem."""

    term: Term
    cost: CostOf
    applies: Applies = _always


def rule_of(module: ModuleType) -> RuleFile:
    """The rule that a module holds."""
    return RuleFile(module.RULE, module.rows, getattr(module, "applies", _always))


def term_of(module: ModuleType) -> TermFile:
    """The part of the objective that a module holds."""
    return TermFile(module.TERM, module.cost, getattr(module, "applies", _always))
