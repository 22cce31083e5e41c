"""Whether a mutant is found out: by the brute force, or by the audit of the plan it leads to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from planner.formulation.model import Model
from planner.plan.audit import audit
from planner.plan.building import Proof, build_plan
from planner.plan.schema import Engine
from planner.solve.backend import Answer, Request, Status
from planner.solve.mathopt import BACKENDS
from planner.solve.solution import solution_of
from tests.fixtures.engine import DEFAULT
from tests.mutants.cases import Case
from tests.mutants.mutants import Mutant, Twins, cases_of, further_cases_of

By = Literal["cost", "audit", "building"]
CENT = 1.0
MORE = 20
"""Scenarios that are asked for a wrong cost after a plan was refused."""
WORK = 3000
"""Nodes of the search tree; a scenario that takes more decides nothing."""


@dataclass
class Judge:
    """Tries mutants of one rule, first on the scenario that found out the one before."""

    name: str
    tried: int = 0
    cases: list[Case] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cases = list(cases_of(self.name))

    def caught(self, mutant: Twins) -> tuple[By, Case] | None:
        """What finds a mutant out, and where; None for a survivor.

        What is not found out in the chosen scenarios is tried in many more.

        A wrong cost does not depend on which of several best solutions a solver picks. So if it is
        a plan that tells first, some more scenarios are asked for a wrong cost.
        """
        chosen = [case for case in self.cases if case in mutant.cases]
        found = self._found_out(mutant.first, chosen)
        return found or self._found_out(mutant.first, further_cases_of(mutant.first))

    def _found_out(self, mutant: Mutant, cases: Iterable[Case]) -> tuple[By, Case] | None:
        told: tuple[By, Case] | None = None
        more = MORE
        for case in cases:
            by = self._caught_in(mutant, case)
            if by == "cost":
                self._look_there_first(case)
                return by, case
            if by is not None and told is None:
                told = by, case
            more -= told is not None
            if not more:
                break
        return told

    def _look_there_first(self, case: Case) -> None:
        if case in self.cases:
            self.cases.remove(case)
            self.cases.insert(0, case)

    def _caught_in(self, mutant: Mutant, case: Case) -> By | None:
        """What finds a mutant out in a scenario; the audit alone where the brute force gave up."""
        self.tried += 1
        answer = BACKENDS[DEFAULT].solve(mutant.program(case), Request(work=WORK))
        if answer.status not in (Status.OPTIMAL, Status.INFEASIBLE):
            return None
        if case.known and not _costs(answer, case.best):
            return "cost"
        return None if answer.values is None else refused(case, answer)


def _costs(answer: Answer, best: Fraction | None) -> bool:
    """Whether an optimum costs so much, to a cent and a solver's own tolerance."""
    if answer.values is None or best is None:
        return answer.values is None and best is None
    return abs(answer.cost - float(best)) <= CENT + 1e-6 * abs(float(best))


ENGINE = Engine(
    name="direct", backend=DEFAULT, seconds=0.0, first_plan_seconds=None, variables=0, rows=0,
    threads=1, patterns="all", stopped_by="gap",
)  # fmt: skip


def refused(case: Case, answer: Answer) -> By | None:
    """Whether the plan that a solution stands for fails its audit, or cannot even be built."""
    model: Model = case.model
    assert answer.values is not None
    try:
        solution = solution_of(model.decisions, answer.values)
        plan = build_plan(case.inputs, case.sizing, solution, Proof(answer.bound, 0.0, ENGINE), "1")
    except Exception:  # whatever it trips over, nobody gets such a plan
        return "building"
    return "audit" if audit(plan) else None
