"""Tiny linear programs in exact fractions, each answer with the proof that it is one.

The simplex method by Bland's rule, which never cycles. Every row gets an artificial variable that
stays in the table, so that its reduced cost is the row's dual value at the end; with these values
the answer is checked, whatever went on before: a least cost by a solution that keeps every line
and a dual solution of equal worth, and "there is none" by a combination of lines that nothing can
fulfil.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Literal

ZERO = Fraction(0)


@dataclass(frozen=True)
class Line:
    """A row of a program: coefficients by number of the variable, a sense and a bound."""

    terms: dict[int, Fraction]
    sense: Literal["<=", ">=", "="]
    bound: Fraction


def least_cost(cost: Sequence[Fraction], lines: Sequence[Line]) -> Fraction | None:
    """Least cost over variables of at least 0, or None where nothing fulfils the lines."""
    table = _Table(len(cost), lines)
    artificial = [ZERO] * table.width + [Fraction(1)] * len(lines)
    missed, duals = table.solve(artificial, table.width + len(lines))
    if missed > 0:
        _check_impossible(len(cost), lines, duals)
        return None
    table.leave_artificial()
    real = [*cost, *[ZERO] * (table.width - len(cost) + len(lines))]
    worth, duals = table.solve(real, table.width)
    _check_kept(lines, table.values())
    _check_least(cost, lines, worth, duals)
    return worth


class _Table:
    """The lines with slacks and artificial variables, right-hand sides at least 0.

    All entries are whole numbers over one common denominator, the last pivot: each step divides
    evenly by the one before.
    """

    def __init__(self, variables: int, lines: Sequence[Line]) -> None:
        slacks = [i for i, line in enumerate(lines) if line.sense != "="]
        self.width = variables + len(slacks)
        self.scales: list[int] = []
        self.rows: list[list[int]] = []
        self.denominator = 1
        for i, line in enumerate(lines):
            scale = lcm(line.bound.denominator, *(c.denominator for c in line.terms.values()))
            scale = -scale if line.bound < 0 else scale
            row = [int(line.terms.get(j, ZERO) * scale) for j in range(variables)]
            sign = -1 if line.sense == ">=" else 1
            row += [sign * scale if i == s else 0 for s in slacks]
            row += [int(i == j) for j in range(len(lines))]
            self.rows.append([*row, int(line.bound * scale)])
            self.scales.append(scale)
        self.basis = [self.width + i for i in range(len(lines))]

    def solve(self, cost: Sequence[Fraction], columns: int) -> tuple[Fraction, list[Fraction]]:
        """Least cost with entering variables among the first columns, and a value of each line."""
        scale = lcm(*(c.denominator for c in cost))
        whole = [int(c * scale) for c in cost]
        head = [c * self.denominator for c in [*whole, 0]]
        for row, j in zip(self.rows, self.basis, strict=True):
            if whole[j]:
                head = [h - whole[j] * x for h, x in zip(head, row, strict=True)]
        while (entering := next((j for j in range(columns) if head[j] < 0), None)) is not None:
            ratios = [
                (Fraction(row[-1], row[entering]), self.basis[i], i)
                for i, row in enumerate(self.rows)
                if row[entering] > 0
            ]
            head = self._pivot(min(ratios)[2], entering, head)
        one = self.denominator * scale
        ends = zip(whole[self.width :], head[self.width : -1], self.scales, strict=True)
        duals = [Fraction(c * self.denominator - h, one) * s for c, h, s in ends]
        return Fraction(-head[-1], one), duals

    def leave_artificial(self) -> None:
        """Take artificial variables, all of them 0, out of the basis, so that they stay so."""
        for i in range(len(self.rows)):
            j = next((j for j in range(self.width) if self.rows[i][j]), None)
            if self.basis[i] >= self.width and j is not None:
                self._pivot(i, j, [0] * len(self.rows[i]))

    def values(self) -> dict[int, Fraction]:
        """Variables that are in the basis."""
        one = self.denominator
        return {j: Fraction(row[-1], one) for j, row in zip(self.basis, self.rows, strict=True)}

    def _pivot(self, at: int, entering: int, head: list[int]) -> list[int]:
        by, own = self.denominator, self.rows[at]
        if own[entering] < 0:
            own = [-x for x in own]
        pivot = own[entering]

        def less(row: list[int]) -> list[int]:
            times = row[entering]
            return [(x * pivot - times * y) // by for x, y in zip(row, own, strict=True)]

        self.rows = [own if i == at else less(row) for i, row in enumerate(self.rows)]
        self.basis[at], self.denominator = entering, pivot
        return less(head)


def _signs(lines: Sequence[Line], duals: Sequence[Fraction]) -> bool:
    forbidden = {"<=": 1, ">=": -1, "=": 0}
    return all(forbidden[line.sense] * y <= 0 for line, y in zip(lines, duals, strict=True))


def _combined(j: int, lines: Sequence[Line], duals: Sequence[Fraction]) -> Fraction:
    parts = (y * line.terms.get(j, ZERO) for line, y in zip(lines, duals, strict=True))
    return sum(parts, ZERO)


def _worth(lines: Sequence[Line], duals: Sequence[Fraction]) -> Fraction:
    return sum((y * line.bound for line, y in zip(lines, duals, strict=True)), ZERO)


def _check_kept(lines: Sequence[Line], values: dict[int, Fraction]) -> None:
    """The solution is at least 0 and keeps every line."""
    assert all(value >= 0 for value in values.values())
    for line in lines:
        left = sum((c * values.get(j, ZERO) for j, c in line.terms.items()), ZERO) - line.bound
        assert left == 0 or (line.sense == "<=" and left < 0) or (line.sense == ">=" and left > 0)


def _check_least(
    cost: Sequence[Fraction], lines: Sequence[Line], worth: Fraction, duals: Sequence[Fraction]
) -> None:
    """No solution is cheaper: the lines, each times its dual value, say so."""
    assert _signs(lines, duals)
    assert all(_combined(j, lines, duals) <= c for j, c in enumerate(cost))
    assert _worth(lines, duals) == worth


def _check_impossible(variables: int, lines: Sequence[Line], duals: Sequence[Fraction]) -> None:
    """The lines, each times its dual value, ask something at most 0 to be above 0."""
    assert _signs(lines, duals)
    assert all(_combined(j, lines, duals) <= 0 for j in range(variables))
    assert _worth(lines, duals) > 0
