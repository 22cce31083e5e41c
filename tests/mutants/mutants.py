"""Mutants of the formulation: every rule and term, spoilt in every way that means something else.

What a rule can be spoilt in is read from the rows that it has in the scenarios: its sorts of rows
and the families of their variables. A mutant that means the same as the rule in all scenarios is
none, and of mutants that mean the same as each other the first stands for all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from tests.mutants.cases import Case, every_case, further_cases
from tests.mutants.rows import Meaning, Setting, Sort, sort_of, words_of

ENOUGH = 12
"""Scenarios of each kind in which a family of variables stands in a sort of rows of a rule."""


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

    def meaning(self, case: Case) -> object:
        """What the rule or term means with the defect; equal for equal meanings."""
        ...


@dataclass(frozen=True)
class RuleMutant:
    """A rule of which the rows of one sort are changed."""

    file: RuleFile
    sort: Sort
    sorted: str
    change: str
    edit: edits.OfRow

    @property
    def of(self) -> str:
        return self.file.rule.name

    @property
    def name(self) -> str:
        return f"{self.of}{self.sorted}: {self.change}"

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


def of_rule(file: RuleFile) -> Iterator[Mutant]:
    """Everything that can be done to a rule."""
    families: dict[Sort, dict[str, None]] = {}
    words = words_of(file)
    for case in cases_of(file.rule.name):
        for row in case.rows[file.rule.name]:
            found = families.setdefault(sort_of(row, words), {})
            found.update(dict.fromkeys(v.family for v in row.expression.terms))
    for sort in sorted(families):
        named = _named(sort, families)
        ways = [*edits.of_rows(sort[0])]
        ways += [edit for family in sorted(families[sort]) for edit in edits.of_family(family)]
        for change, edit in ways:
            yield RuleMutant(file, sort, named, change, edit)


def _named(sort: Sort, families: Mapping[Sort, Mapping[str, None]]) -> str:
    """Name of a sort of rows among all of a rule: its words, and if need be sign and families."""
    others = [other for other in families if other != sort]
    words = [sort[2]] if all(other[2] != sort[2] for other in others) else [sort[2], (sort[0],)]
    if any(other[::2] == sort[::2] for other in others):
        words.append((" and ".join(sorted(families[sort])),))
    named = " ".join(word for some in words for word in some)
    return f"[{named}]" if others and named else ""


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
    """Scenarios in which a rule has rows or a term has a cost, enough of each that it has.

    Those in which everything has been seen often enough are left out.
    """
    seen: Counter[object] = Counter()
    found = []
    for case in every_case():
        shown = _shown(name, case)
        if any(seen[what] < ENOUGH for what in shown):
            seen.update(shown)
            found.append(case)
    return tuple(found)


def _shown(name: str, case: Case) -> set[object]:
    """What a scenario shows of a rule or term: families in sorts of rows, over one node or more."""
    several = len(case.model.problem.tree.nodes) > 1
    for term in TERMS:
        if term.term.name == name:
            cost = term.cost(case.model.problem, case.model.decisions)
            return {(case.kind, v.family, several) for v in cost.terms}
    words = next(words_of(rule) for rule in RULES if rule.rule.name == name)
    return {
        (case.kind, sort_of(row, words), v.family, several)
        for row in case.rows.get(name, ())
        for v in row.expression.terms
    }


@dataclass(frozen=True)
class Twins:
    """A mutant, others that mean the same in every scenario, and where they mean something else."""

    first: Mutant
    others: tuple[Mutant, ...]
    cases: tuple[Case, ...]

    @property
    def name(self) -> str:
        """Name of the first."""
        return self.first.name


@cache
def mutants_of(name: str) -> tuple[Twins, ...]:
    """The mutants of a rule or term that differ from it and from each other."""
    cases = cases_of(name)
    sound, *every = _versions(name)
    plain = [hash(sound.meaning(case)) for case in cases]
    twins: dict[tuple[int, ...], list[Mutant]] = {tuple(plain): []}
    for mutant in every:
        twins.setdefault(tuple(hash(mutant.meaning(case)) for case in cases), []).append(mutant)
    del twins[tuple(plain)]
    return tuple(
        Twins(first, tuple(others), _differing(cases, key, plain))
        for key, (first, *others) in twins.items()
    )


def further_cases_of(mutant: Mutant) -> Iterator[Case]:
    """More scenarios in which a mutant means something else than its rule or term."""
    sound = next(_versions(mutant.of))
    for case in further_cases():
        if _shown(mutant.of, case) and sound.meaning(case) != mutant.meaning(case):
            yield case


def _versions(name: str) -> Iterator[Mutant]:
    """A rule or term as it is, and everything that can be done to it."""
    for rule in RULES:
        if rule.rule.name == name:
            yield RuleMutant(rule, ("", 0, ()), "", "as it is", lambda row, _: row)
            yield from of_rule(rule)
    for term in TERMS:
        if term.term.name == name:
            yield TermMutant(term, "as it is", lambda cost, _: cost)
            yield from of_term(term)


NAMES = tuple(sorted([f.rule.name for f in RULES] + [f.term.name for f in TERMS]))
"""Every rule and term."""


def _differing(
    cases: Sequence[Case], key: Sequence[object], plain: Sequence[object]
) -> tuple[Case, ...]:
    """Cases whose rows are not those of the model as it is."""
    pairs = zip(cases, key, plain, strict=False)
    return tuple(c for c, mine, right in pairs if mine != right)
