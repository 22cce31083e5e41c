"""Upgrade paths: what buying once, and buying again later, would have cost.

Each policy is a plan of its own, found by a search with limits of its own. Every plan of a policy
is a plan of the scenario, too: where one is cheaper than the plan that the main search found, it
takes its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.formulation.problem import Vintage
from planner.formulation.setup import Setup
from planner.plan.building import Proof, build_plan
from planner.plan.schema import Engine, Plan, Policy, Status
from planner.plan.upgrade_paths import BUY_ONCE, OPTIMAL, RE_BUY
from planner.scenario.inputs import Inputs
from planner.solve.backend import Backend
from planner.solve.settings import Listener, Outcome, Settings, StoppedBy
from planner.solve.solution import Solution
from planner.studies.found import checked, engine_of
from planner.studies.one_search import Searched
from planner.studies.policies_figures import figures_of, without_plan
from planner.studies.policies_search import PolicySearch
from planner.studies.policies_steps import first_step, step_by_step
from planner.studies.policies_vintages import buy_once
from planner.version import __version__


@dataclass(frozen=True, slots=True)
class _Path:
    """What came of a policy: its solution as a plan, or why there is none."""

    name: str
    solution: Solution | None = None
    plan: Plan | None = None
    status: Status = "no-answer"
    reason: str = ""
    case: Searched | None = None
    """The search whose problem the solution is of."""


def with_paths(
    searched: Searched, plan: Plan, backend: Backend, settings: Settings, listener: Listener
) -> Plan:
    """The plan with its upgrade paths, all of them checked by the audit.

    It is the plan of the search, or that of a policy if that is cheaper. If the study is stopped
    before its end, the plan has no paths.

    Args:
        searched: the search that found the plan.
        plan: that plan.
        backend: solver.
        settings: gap and limits of that search.
        listener: who is told while the study goes on, and who can stop it.

    Raises:
        AuditError: if a plan fails its audit; that is a defect of the program.
    """
    study = _Study(searched, plan, backend, settings, listener)
    paths = [study.once(), study.again()]
    plan = study.cheapest(paths)
    if listener.stop.requested:
        return checked(plan)
    entries = [figures_of(OPTIMAL, plan, plan, searched.inputs)]
    entries += [_entry(path, plan, searched.inputs) for path in paths]
    return checked(plan.model_copy(update={"policies": tuple(entries)}))


def _entry(path: _Path, optimal: Plan, inputs: Inputs) -> Policy:
    if path.plan is None:
        return without_plan(path.name, path.status, path.reason)
    return figures_of(path.name, path.plan, optimal, inputs)


class _Study:
    def __init__(
        self,
        searched: Searched,
        plan: Plan,
        backend: Backend,
        settings: Settings,
        listener: Listener,
    ) -> None:
        self._searched, self._backend, self._settings = searched, backend, settings
        self._best = plan
        self._search = PolicySearch(searched.outcome, plan, backend, settings, listener)

    def once(self) -> _Path:
        """All orders at the first node, with a bound for all plans of that kind."""
        searched = self._searched
        found: list[tuple[Outcome, Searched]] = []
        for case in searched.each:
            left = len(searched.each) - len(found)
            setup, packings = buy_once(case.setup), case.outcome.packings
            outcome = self._search.whole(BUY_ONCE, setup, packings, left)
            found.append((outcome, case))
        outcomes = [outcome for outcome, _ in found]
        best, case = min(found, key=lambda pair: _cost(pair[0]))
        if best.solution is None:
            where = f"with all orders in {searched.inputs.scenario.start}"
            rentals = tuple(v for v in case.setup.problem.vintages if v.mode == "rent")
            proven = searched.every_fleet and all(o.infeasible for o in outcomes)
            return self._none(BUY_ONCE, buy_once(case.setup), where, proven, rentals)
        bound = searched.outcome.lower_bound
        if searched.every_fleet:
            bound = max(bound, min(o.lower_bound for o in outcomes if not o.infeasible))
        return self._path(BUY_ONCE, case, best.solution, bound, self._engine(outcomes))

    def again(self) -> _Path:
        """Step by step; no plan of the scenario costs less than the bound of the main search."""
        case = self._beginning()
        walk = step_by_step(case.setup, case.inputs, self._search.step)
        if walk.solution is None:
            where = f"in {walk.month}, from what is held then"
            return self._none(RE_BUY, walk.last, where, walk.outcomes[-1].infeasible)
        bound = self._searched.outcome.lower_bound
        return self._path(RE_BUY, case, walk.solution, bound, self._engine(walk.outcomes))

    def _beginning(self) -> Searched:
        """The case in which the first step is cheapest: what comes after it is not known."""
        each = self._searched.each
        if len(each) == 1:
            return self._searched
        firsts = [first_step(case.setup, case.inputs, self._search.step) for case in each]
        return min(zip(firsts, each, strict=True), key=lambda pair: _cost(pair[0]))[1]

    def cheapest(self, paths: Sequence[_Path]) -> Plan:
        """The plan of the main search, or a cheaper one of a policy with the same bound."""
        plan = self._best
        for path in paths:
            if path.case is None or path.solution is None or path.plan is None:
                continue
            if path.plan.objective.npv < plan.objective.npv:
                engine = plan.engine.model_copy(update={"plan_seconds": None})
                bound = self._searched.outcome.lower_bound
                plan = self._plan(path.case, path.solution, bound, engine)
        return plan

    def _path(
        self, name: str, case: Searched, solution: Solution, bound: float, engine: Engine
    ) -> _Path:
        plan = self._plan(case, solution, bound, engine)
        return _Path(name, solution, plan, plan.status, case=case)

    def _plan(self, case: Searched, solution: Solution, bound: float, engine: Engine) -> Plan:
        proof = Proof(bound, self._settings.gap, engine)
        return build_plan(case.inputs, case.sizing, solution, proof, __version__)

    def _none(
        self, name: str, setup: Setup, where: str, proven: bool, barred: tuple[Vintage, ...] = ()
    ) -> _Path:
        """A policy without a plan: proven, with what stands in the way, or the time was up."""
        if not proven:
            return _Path(name, reason=f"{where}: the search ended without a plan")
        why = self._search.reason(setup, barred)
        return _Path(name, status="infeasible", reason=f"{where}: {why}")

    def _engine(self, outcomes: Sequence[Outcome]) -> Engine:
        """One account of several searches."""
        if len(outcomes) == 1 and len(self._searched.each) == 1:
            return engine_of(outcomes[0], self._backend, self._settings)
        each = [engine_of(o, self._backend, self._settings) for o in outcomes]
        stopped = [e.stopped_by for e in each if e.stopped_by != StoppedBy.GAP.value]
        listed = all(e.name == "direct" for e in each)
        return Engine(
            name="direct" if listed else "decomposition",
            backend=self._backend.name,
            seconds=round(sum(e.seconds for e in each), 3),
            first_plan_seconds=None,
            variables=max(e.variables for e in each),
            rows=max(e.rows for e in each),
            threads=self._settings.threads,
            patterns="all" if listed else "generated",
            stopped_by=stopped[0] if stopped else "gap",
        )


def _cost(outcome: Outcome) -> float:
    return float("inf") if outcome.cost is None else outcome.cost
