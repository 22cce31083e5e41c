"""Errors of the memory estimates: of every row, and by what was measured.

An error is |estimate - measured| / measured. Where an estimate has constants that were fitted to
such rows, they are also fitted anew without a family of models (or without a model, where one
family is all there is), and the error of what was left out is shown beside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from planner.accuracy.estimating import Estimator
from planner.accuracy.fitting import FITS, Fit, fitted
from planner.accuracy.observations import Observation
from planner.accuracy.quantities import QUANTITIES, Quantity

WORST = 10
"""Rows that a list of the worst holds."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A row and its estimates.

    Attributes:
        row: the row.
        estimate_gib: with the constants in force.
        left_out_gib: with constants fitted without its group; the same where none were fitted.
        range_gib: lowest and highest estimate, where a range is shown.
    """

    row: Observation
    estimate_gib: float
    left_out_gib: float
    range_gib: tuple[float, float] | None

    @property
    def error(self) -> float:
        """Signed relative error of the estimate."""
        return self.estimate_gib / self.row.measured_gib - 1

    @property
    def left_out_error(self) -> float:
        """The same with its group left out."""
        return self.left_out_gib / self.row.measured_gib - 1


@dataclass(frozen=True, slots=True)
class NotTried:
    """A row that is not tried, and the estimate all the same; None where no form gives one."""

    row: Observation
    estimate_gib: float | None


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Errors of a quantity, per cent; None where no row of it is tried.

    Attributes:
        quantity: what was tried.
        rows: its rows.
        excluded: rows that were not tried.
    """

    quantity: Quantity
    rows: tuple[Tried, ...]
    excluded: tuple[NotTried, ...]

    @property
    def mean(self) -> float | None:
        """Mean error with the constants in force."""
        return _per_cent(fmean, (t.error for t in self.rows))

    @property
    def middle(self) -> float | None:
        """Median error with the constants in force."""
        return _per_cent(median, (t.error for t in self.rows))

    @property
    def left_out_mean(self) -> float | None:
        """Mean error of rows that were left out of the fit."""
        return _per_cent(fmean, (t.left_out_error for t in self.rows))

    @property
    def bias(self) -> float | None:
        """Mean signed error: above 0 where estimates are too high."""
        return 100 * fmean(t.error for t in self.rows) if self.rows else None

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached by rows left out; None where none is set."""
        goal, found = self.quantity.goal, self.left_out_mean
        return None if goal is None or found is None else found <= goal


def accuracy_of_memory(estimator: Estimator, rows: Sequence[Observation]) -> tuple[Accuracy, ...]:
    """Errors of every quantity."""
    used = [row for row in rows if row.excluded is None]
    refitted = {
        (fit, group): fitted(estimator, fit, used, without=group)
        for fit in FITS
        for group in sorted({fit.group(row) for row in used if fit.uses(row)})
    }
    return tuple(_accuracy(quantity, estimator, rows, refitted) for quantity in QUANTITIES)


def worst(found: Iterable[Accuracy], number: int = WORST) -> list[Tried]:
    """The rows with the largest errors of all."""
    every = (tried for accuracy in found for tried in accuracy.rows)
    return sorted(every, key=lambda tried: -abs(tried.error))[:number]


def _accuracy(
    quantity: Quantity,
    estimator: Estimator,
    rows: Sequence[Observation],
    refitted: Mapping[tuple[Fit, str], Estimator],
) -> Accuracy:
    mine = [row for row in rows if quantity.holds(row)]
    tried = []
    for row in mine:
        if row.excluded is not None:
            continue
        fit = quantity.fit(row)
        other = refitted.get((fit, fit.group(row)), estimator) if fit else estimator
        shown = estimator.range_gib(row) if quantity.ranged else None
        tried.append(Tried(row, estimator.estimate_gib(row), other.estimate_gib(row), shown))
    left = tuple(NotTried(row, _if_any(estimator, row)) for row in mine if row.excluded)
    return Accuracy(quantity, tuple(tried), left)


def _if_any(estimator: Estimator, row: Observation) -> float | None:
    try:
        return estimator.estimate_gib(row)
    except ValueError:
        return None


def _per_cent(mean: Callable[[Iterable[float]], float], errors: Iterable[float]) -> float | None:
    sizes = [abs(error) for error in errors]
    return 100 * mean(sizes) if sizes else None
