"""The solvers of OR-Tools behind one interface (MathOpt).

Facts about version 9.15 that this module absorbs: a refused parameter surfaces as an
AttributeError whose context holds the text; HiGHS takes neither threads nor the interrupter and
calls no callbacks although it accepts them; HiGHS and SCIP print stray lines; SCIP reports its
dual bound with each solution, but 0 with one that it was given to start from, and may crash when a
callback raises; CP-SAT rounds continuous variables to a grid, which is made fine, and the factors
of rows to whole numbers: bounds up to 1.4e-5 too high were met in 100 programs, so its bounds are
lowered by 1e-4. It rounds the objective as well, by as much as the absolute gap that it may leave:
it gets a third of the gap, and its bounds are lowered by that third.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypedDict

from ortools.math_opt.python import mathopt
from ortools.util.python import solve_interrupter

from planner.formulation.expression import Variable
from planner.solve.backend import Answer, Feature, Program, Request, Status
from planner.solve.quiet import quiet_native_output

_CP_SAT_GRID = 1000.0
_CP_SAT_TIME_PER_WORK = 0.01
_CP_SAT_IMPRECISION = 1e-4
_CP_SAT_BLUR = 1 / 3


class _Hooks(TypedDict, total=False):
    cb: Callable[[mathopt.CallbackData], mathopt.CallbackResult]
    callback_reg: mathopt.CallbackRegistration
    interrupter: solve_interrupter.SolveInterrupter


@dataclass(frozen=True, slots=True)
class MathOptBackend:
    """One solver of OR-Tools.

    Attributes:
        name: name for people and for plan files.
        solver: which one.
        features: what it can do.
        imprecision: how far its bounds may be above the truth, relative to them.
        blur: how far they may be above it besides, as a share of the gap that is asked for; the
            solver stops at the same share of the gap. 0 if it keeps to the gap as it is.
    """

    name: str
    solver: mathopt.SolverType
    features: frozenset[Feature]
    imprecision: float = 0.0
    blur: float = 0.0

    def supports(self, feature: Feature) -> bool:
        """Whether it can do something."""
        return feature in self.features

    def solve(self, program: Program, request: Request) -> Answer:
        """Solve a program.

        Raises:
            RuntimeError: if the solver refuses the program or a parameter, with its own words.
        """
        if request.stop.requested:
            return Answer(Status.NO_SOLUTION, None, math.inf, -math.inf, 0)
        built = _Built(program, integers=self.supports(Feature.INTEGERS))
        interrupter = solve_interrupter.SolveInterrupter()
        ticket = request.stop.then(interrupter.interrupt)
        valid = self._valid(request)
        ear = _Ear(built, request, valid)
        hooks = self._hooks(ear, request, interrupter)
        try:
            with quiet_native_output():
                result = mathopt.solve(
                    built.model,
                    self.solver,
                    params=self._parameters(request),
                    model_params=self._model_parameters(built, request),
                    **hooks,
                )
        except AttributeError as error:
            if ear.error is None:
                raise RuntimeError(f"{self.name} refused: {error.__context__}") from error
        finally:
            request.stop.forget(ticket)
        if ear.error is not None:
            raise ear.error
        return _answer(built, result, valid)

    def _valid(self, request: Request) -> Callable[[float], float]:
        """Lowers a bound to one that holds in spite of the solver's imprecision."""
        blur = self.blur * request.absolute_gap

        def valid(bound: float) -> float:
            return bound - self.imprecision * abs(bound) - blur if math.isfinite(bound) else bound

        return valid

    def _hooks(
        self, ear: _Ear, request: Request, interrupter: solve_interrupter.SolveInterrupter
    ) -> _Hooks:
        hooks: _Hooks = {}
        if request.on_solution is not None and self.supports(Feature.SOLUTION_CALLBACK):
            hooks["cb"] = ear.heard
            hooks["callback_reg"] = mathopt.CallbackRegistration(
                events={mathopt.Event.MIP_SOLUTION}
            )
        if self.supports(Feature.INTERRUPT):
            hooks["interrupter"] = interrupter
        return hooks

    def _parameters(self, request: Request) -> mathopt.SolveParameters:
        parameters = mathopt.SolveParameters()
        if self.supports(Feature.INTEGERS):
            parameters.absolute_gap_tolerance = request.absolute_gap * (self.blur or 1.0)
            parameters.relative_gap_tolerance = 0.0
            parameters.cp_sat.mip_var_scaling = _CP_SAT_GRID
            if not request.cuts and self.supports(Feature.CUTS):
                parameters.cuts = mathopt.Emphasis.OFF
        if request.seconds is not None:
            parameters.time_limit = datetime.timedelta(seconds=max(0.01, request.seconds))
        if self.supports(Feature.THREADS):
            parameters.threads = request.threads
        if request.work is not None and self.supports(Feature.NODE_LIMIT):
            parameters.node_limit = request.work
        if request.work is not None and self.supports(Feature.DETERMINISTIC_TIME):
            parameters.cp_sat.max_deterministic_time = request.work * _CP_SAT_TIME_PER_WORK
        if request.cutoff is not None and self.supports(Feature.CUTOFF):
            parameters.cutoff_limit = request.cutoff
        return parameters

    def _model_parameters(self, built: _Built, request: Request) -> mathopt.ModelSolveParameters:
        parameters = mathopt.ModelSolveParameters()
        if request.hint:
            values = {
                built.columns[v]: float(x) for v, x in request.hint.items() if v in built.columns
            }
            parameters.solution_hints.append(mathopt.SolutionHint(variable_values=values))
        if request.priorities and self.supports(Feature.BRANCHING_PRIORITIES):
            parameters.branching_priorities = {
                c: v.priority for v, c in built.columns.items() if v.integer and v.priority
            }
        return parameters


class _Built:
    """A program in the terms of the library."""

    def __init__(self, program: Program, *, integers: bool) -> None:
        self.model = mathopt.Model()
        self.columns: dict[Variable, mathopt.Variable] = {
            v: self.model.add_variable(lb=v.lower, ub=v.upper, is_integer=v.integer and integers)
            for v in program.variables
        }
        for row in program.rows:
            at_least = -math.inf if row.at_least is None else float(row.at_least)
            at_most = math.inf if row.at_most is None else float(row.at_most)
            constraint = self.model.add_linear_constraint(lb=at_least, ub=at_most)
            for variable, factor in row.expression.terms.items():
                constraint.set_coefficient(self.columns[variable], float(factor))
        self.model.objective.is_maximize = False
        for variable, factor in program.cost.terms.items():
            self.model.objective.set_linear_coefficient(self.columns[variable], float(factor))

    def values(self, solution: Mapping[mathopt.Variable, float]) -> dict[Variable, float]:
        """Values by our own variables."""
        return {v: solution.get(c, 0.0) for v, c in self.columns.items()}


class _Ear:
    """Passes solutions on while a solver is at work.

    An error must not fly through the solver, which may crash on it: the first one is kept, and
    the solve ends.
    """

    def __init__(self, built: _Built, request: Request, valid: Callable[[float], float]) -> None:
        self._built, self._request, self._valid = built, request, valid
        self.error: BaseException | None = None

    def heard(self, data: mathopt.CallbackData) -> mathopt.CallbackResult:
        """Called by the solver with each solution."""
        if self.error is None:
            try:
                self._pass_on(data)
            except BaseException as error:
                self.error = error
        over = self.error is not None or self._request.stop.requested
        return mathopt.CallbackResult(terminate=over)

    def _pass_on(self, data: mathopt.CallbackData) -> None:
        if data.solution is not None and self._request.on_solution is not None:
            bound = data.mip_stats.dual_bound if data.mip_stats else -math.inf
            if self._request.hint and bound == 0.0:
                bound = -math.inf
            self._request.on_solution(self._built.values(data.solution), self._valid(bound))


def _answer(built: _Built, result: mathopt.SolveResult, valid: Callable[[float], float]) -> Answer:
    reason = result.termination.reason
    bound = valid(result.termination.objective_bounds.dual_bound)
    nodes = result.solve_stats.node_count
    if result.solutions and result.has_primal_feasible_solution():
        done = reason is mathopt.TerminationReason.OPTIMAL
        status = Status.OPTIMAL if done else Status.FEASIBLE
        values = built.values(result.variable_values())
        return Answer(status, values, result.objective_value(), bound, nodes)
    infeasible = reason in (
        mathopt.TerminationReason.INFEASIBLE,
        mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED,
    )
    status = Status.INFEASIBLE if infeasible else Status.NO_SOLUTION
    return Answer(status, None, math.inf, bound, nodes)


_TREE = {Feature.INTEGERS, Feature.NODE_LIMIT}
_TALKS = {Feature.INTEGERS, Feature.THREADS, Feature.INTERRUPT, Feature.SOLUTION_CALLBACK}

GSCIP = MathOptBackend(
    "gscip",
    mathopt.SolverType.GSCIP,
    frozenset({*_TREE, *_TALKS, Feature.BRANCHING_PRIORITIES, Feature.CUTOFF, Feature.CUTS}),
)
HIGHS = MathOptBackend("highs", mathopt.SolverType.HIGHS, frozenset(_TREE))
CP_SAT = MathOptBackend(
    "cp-sat",
    mathopt.SolverType.CP_SAT,
    frozenset({*_TALKS, Feature.CUTOFF, Feature.CUTS, Feature.DETERMINISTIC_TIME}),
    imprecision=_CP_SAT_IMPRECISION,
    blur=_CP_SAT_BLUR,
)
BACKENDS = {b.name: b for b in (GSCIP, HIGHS, CP_SAT)}

LINEAR = MathOptBackend("glop", mathopt.SolverType.GLOP, frozenset({Feature.INTERRUPT}))
"""Solves programs with their integers relaxed."""
