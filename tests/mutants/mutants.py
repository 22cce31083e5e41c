"""Mutants of the formulation: every rule and term, spoilt in every way that means something else.

What a rule can be spoilt in is read from the rows that it has in the scenarios: its sorts of rows
and the families of their variables. A mutant that means the same as the rule in all scenarios is
none, and of mutants that mean the same as each other the first stands for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from planner.formulation.expression import Expression, total
from planner.formulation.objective import TERMS
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, RuleFile, TermFile
from planner.formulation.rules import RULES
from planner.solve.backend import Program
from tests.mutants import edits
from tests.mutants.cases import Case, every_case
from tests.mutants.rows import Meaning, Setting, Sort, sort_of, words_of

MOST_CASES = 40
"""Scenarios in which a rule is tried, the smallest in which it has rows."""


class Mutant(Protocol):
    """A formulation with one defect."""

    @property
    def of(self) -> str:
        """Name of the rule or term."""
        ...

    @property
    def name(self) -> str:
        """What was done to it."""
        ...

    def program(self, case: Case) -> Program:
        """The program of a scenario with the defect."""
        ...

    def differs(self, case: Case) -> bool:
        """Whether that means something else than the program without it."""
        ...

    def meaning(self, case: Case) -> object:
        """What the rule or term means with the defect; equal for equal meanings."""
        ...


@dataclass(frozen=True)
class RuleMutant:
    """A rule of which the rows of one sort are changed."""

    file: RuleFile
    sort: Sort
    alone: bool
    change: str
    edit: edits.OfRow

    @property
    def of(self) -> str:
        return self.file.rule.name

    @property
    def name(self) -> str:
        sign, _, words = self.sort
        sort = "" if self.alone else f" ({' '.join((sign, *words))})"
        return f"{self.of}: {self.change}{sort}"

    def rows(self, case: Case) -> tuple[Row, ...]:
        """The rows of the rule with the defect."""
        rows = case.rows[self.of]
        setting = Setting(case.model, rows)
        words = words_of(self.file)
        changed = (
            self.edit(row, setting) if sort_of(row, words) == self.sort else row for row in rows
        )
        return tuple(row for row in changed if row is not None)

    def program(self, case: Case) -> Program:
        others = (row for name, rows in case.rows.items() if name != self.of for row in rows)
        return Program(case.model.variables, (*others, *self.rows(case)), case.model.cost)

    def meaning(self, case: Case) -> object:
        return Meaning(case.model).of_rows(self.rows(case))

    def differs(self, case: Case) -> bool:
        return self.meaning(case) != Meaning(case.model).of_rows(case.rows[self.of])


@dataclass(frozen=True)
class TermMutant:
    """A part of the objective that is changed, or computed from a problem that is changed."""

    file: TermFile
    change: str
    edit: edits.OfCost
    seen: Callable[[Problem], Problem] = lambda problem: problem

    @property
    def of(self) -> str:
        return self.file.term.name

    @property
    def name(self) -> str:
        return f"{self.of}: {self.change}"

    def cost(self, case: Case) -> Expression:
        """The part of the objective with the defect."""
        cost = self.file.cost(self.seen(case.model.problem), case.model.decisions)
        return self.edit(cost, Setting(case.model))

    def program(self, case: Case) -> Program:
        others = (f.cost(case.model.problem, case.model.decisions) for f in TERMS if f != self.file)
        cost = total((*others, self.cost(case)))
        return Program(case.model.variables, case.model.rows, cost)

    def meaning(self, case: Case) -> object:
        return Meaning(case.model).of_cost(self.cost(case))

    def differs(self, case: Case) -> bool:
        whole = self.file.cost(case.model.problem, case.model.decisions)
        return self.meaning(case) != Meaning(case.model).of_cost(whole)


def of_rule(file: RuleFile) -> Iterator[Mutant]:
    """Everything that can be done to a rule."""
    families: dict[Sort, dict[str, None]] = {}
    words = words_of(file)
    for case in cases_of(file.rule.name):
        for row in case.rows[file.rule.name]:
            found = families.setdefault(sort_of(row, words), {})
            found.update(dict.fromkeys(v.family for v in row.expression.terms))
    for sort in sorted(families):
        ways = [*edits.of_rows(sort[0])]
        ways += [edit for family in sorted(families[sort]) for edit in edits.of_family(family)]
        for change, edit in ways:
            yield RuleMutant(file, sort, len(families) == 1, change, edit)


def of_term(file: TermFile) -> Iterator[Mutant]:
    """Everything that can be done to a term."""
    families = {
        v.family
        for case in cases_of(file.term.name)
        for v in file.cost(case.model.problem, case.model.decisions).terms
    }
    for change, edit in edits.of_cost():
        yield TermMutant(file, change, edit)
    for family in sorted(families):
        for change, edit in edits.of_cost_of(family):
            yield TermMutant(file, change, edit)
    for change, seen in edits.of_discounts():
        yield TermMutant(file, change, lambda cost, _: cost, seen)


@cache
def cases_of(name: str) -> tuple[Case, ...]:
    """Scenarios in which a rule has rows, or a term has a cost."""
    term = next((file for file in TERMS if file.term.name == name), None)
    found: list[Case] = []
    for case in every_case():
        if len(found) == MOST_CASES:
            break
        model = case.model
        if name in case.rows or (term and term.cost(model.problem, model.decisions).terms):
            found.append(case)
    return tuple(found)


@dataclass(frozen=True)
class Twins:
    """A mutant, and others that mean the same in every scenario."""

    first: Mutant
    others: tuple[Mutant, ...]


@cache
def mutants_of(name: str) -> tuple[Twins, ...]:
    """The mutants of a rule or term that differ from it and from each other."""
    rule = next((file for file in RULES if file.rule.name == name), None)
    term = next((file for file in TERMS if file.term.name == name), None)
    every = of_rule(rule) if rule else of_term(term) if term else iter(())
    twins: dict[object, list[Mutant]] = {}
    for mutant in every:
        if any(mutant.differs(case) for case in cases_of(name)):
            key = tuple(hash(mutant.meaning(case)) for case in cases_of(name))
            twins.setdefault(key, []).append(mutant)
    return tuple(Twins(first, tuple(others)) for first, *others in twins.values())


NAMES = tuple(sorted([f.rule.name for f in RULES] + [f.term.name for f in TERMS]))
"""Every rule and term."""
