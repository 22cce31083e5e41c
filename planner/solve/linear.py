"""A linear program that grows: columns and rows are added between solves, the basis is kept."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ortools.math_opt.python import mathopt


@dataclass(frozen=True, slots=True)
class Column:
    """A continuous variable that is not negative."""

    number: int


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the program."""

    number: int


@dataclass(frozen=True, slots=True)
class Settled:
    """Objective and dual values of a solve; nothing is known if ``duals`` is empty."""

    objective: float
    duals: dict[Line, float]


class LinearProgram:
    """Minimise a sum of columns; solved by GLOP."""

    def __init__(self) -> None:
        self._model = mathopt.Model()
        self._columns: list[mathopt.Variable] = []
        self._lines: list[mathopt.LinearConstraint] = []
        self._solver: mathopt.IncrementalSolver | None = None

    def column(self, cost: float = 0.0) -> Column:
        """Add a column with a cost."""
        variable = self._model.add_variable(lb=0.0)
        if cost:
            self._model.objective.set_linear_coefficient(variable, cost)
        self._columns.append(variable)
        return Column(len(self._columns) - 1)

    def line(self, at_least: float = -math.inf, at_most: float = math.inf) -> Line:
        """Add a row."""
        self._lines.append(self._model.add_linear_constraint(lb=at_least, ub=at_most))
        return Line(len(self._lines) - 1)

    def put(self, line: Line, column: Column, factor: float) -> None:
        """Set the factor of a column in a row."""
        self._lines[line.number].set_coefficient(self._columns[column.number], factor)

    def limit(self, line: Line, at_most: float) -> None:
        """Change the upper limit of a row."""
        self._lines[line.number].upper_bound = at_most

    def solve(self) -> Settled:
        """Solve from the last basis; from scratch where that ends imprecisely."""
        if self._solver is None:
            self._solver = mathopt.IncrementalSolver(self._model, mathopt.SolverType.GLOP)
        result = self._solver.solve()
        if not result.has_dual_feasible_solution():
            result = mathopt.solve(self._model, mathopt.SolverType.GLOP)
        if not result.has_dual_feasible_solution() or not result.has_primal_feasible_solution():
            return Settled(0.0, {})
        duals = result.dual_values()
        found = {Line(i): duals[row] for i, row in enumerate(self._lines)}
        return Settled(result.objective_value(), found)
