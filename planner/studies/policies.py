"""Upgrade paths: what buying once, and buying again later, would have cost.

Each policy is a plan of its own, found by a search with limits of its own. Every plan of a policy
is a plan of the scenario, too: where one is cheaper than the plan that the main search found, it
takes its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
from planner.studies.policies_steps import Walk, step_by_step
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
        """All orders at the first node, with a bound for all plans of that kind.

        What was searched here bounds them only if no fleet was left to another search.
        """
        setup = buy_once(self._searched.setup)
        outcome = self._search.whole(BUY_ONCE, setup)
        if outcome.solution is None:
            start = self._searched.inputs.scenario.start
            return self._none(BUY_ONCE, [outcome], setup, f"with all orders in {start}")
        bound = self._searched.outcome.lower_bound
        if self._searched.every_fleet:
            bound = max(bound, outcome.lower_bound)
        engine = engine_of(outcome, self._backend, self._settings)
        return self._path(BUY_ONCE, outcome.solution, bound, engine)

    def again(self) -> _Path:
        """Step by step; no plan of the scenario costs less than the bound of the main search."""
        searched = self._searched
        walk = step_by_step(searched.setup, searched.inputs, self._search.step)
        if walk.solution is None:
            where = f"in {walk.month}, from what is held then"
            return self._none(RE_BUY, walk.outcomes, walk.last, where)
        bound = searched.outcome.lower_bound
        return self._path(RE_BUY, walk.solution, bound, self._engine_of_walk(walk))

    def cheapest(self, paths: Sequence[_Path]) -> Plan:
        """The plan of the main search, or a cheaper one of a policy with the same bound."""
        plan = self._best
        for path in paths:
            if path.plan is not None and path.solution is not None:
                if path.plan.objective.npv >= plan.objective.npv:
                    continue
                engine = plan.engine.model_copy(update={"plan_seconds": None})
                plan = self._plan(path.solution, self._searched.outcome.lower_bound, engine)
        return plan

    def _path(self, name: str, solution: Solution, bound: float, engine: Engine) -> _Path:
        plan = self._plan(solution, bound, engine)
        return _Path(name, solution, plan, plan.status)

    def _plan(self, solution: Solution, bound: float, engine: Engine) -> Plan:
        proof = Proof(bound, self._settings.gap, engine)
        searched = self._searched
        return build_plan(searched.inputs, searched.sizing, solution, proof, __version__)

    def _none(self, name: str, outcomes: Sequence[Outcome], setup: Setup, where: str) -> _Path:
        """A policy without a plan: proven, with what stands in the way, or the time was up."""
        if not (outcomes[-1].infeasible and self._searched.every_fleet):
            return _Path(name, reason=f"{where}: the search ended without a plan")
        barred = tuple(v for v in self._searched.setup.problem.vintages if v.mode == "rent")
        why = self._search.reason(setup, barred if name == BUY_ONCE else ())
        return _Path(name, status="infeasible", reason=f"{where}: {why}")

    def _engine_of_walk(self, walk: Walk) -> Engine:
        """One account of all steps."""
        each = [engine_of(o, self._backend, self._settings) for o in walk.outcomes]
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
