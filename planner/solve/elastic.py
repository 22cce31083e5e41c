"""The elastic re-solve: how far must named rows be stretched until there is a fleet?

The model is built from the problem with every limit loose, so that its variables have room; the
rows of the limits get the right-hand sides of the tight problem back, each with a share of the
way from tight to loose that may be taken at a price. First the fewest limits are stretched, then
these as little as can be. Limits that stand in anything but right-hand sides cannot be stretched
this way, and show as limits that do not help.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from planner.formulation.expression import Expression, Number, Variable
from planner.formulation.model import build_model
from planner.formulation.problem import Problem
from planner.formulation.rule import Row
from planner.solve.backend import Backend, Program, Request, Status

_NEAR = 1e-4


@dataclass(frozen=True, slots=True)
class Elastic:
    """A limit whose rows may be stretched.

    Attributes:
        rule: name of the rule.
        key: first part of the key of its rows; None for all rows of the rule.
        price: price of the whole way from tight to loose, to weigh limits against each other.
    """

    rule: str
    key: str | None
    price: float

    def has(self, row: Row) -> bool:
        """Whether a row is one of its rows."""
        return row.rule.name == self.rule and (self.key is None or row.key[0] == self.key)


Shares = Mapping[Elastic, float]
"""Of each limit that is stretched: the share of the way from tight to loose."""


@dataclass(frozen=True, slots=True)
class Stretched:
    """What the elastic re-solve found.

    Attributes:
        shares: the least that was found, or None.
        hopeless: whether it is proven that stretching does not help.
        exact: whether it is proven that less is not enough.
    """

    shares: Shares | None
    hopeless: bool = False
    exact: bool = False


def stretch(
    tight: Problem, loose: Problem, limits: Sequence[Elastic], backend: Backend, request: Request
) -> Stretched:
    """The fewest limits to stretch, and the least stretch of these.

    Args:
        tight: the problem with all limits as they are, everything listed.
        loose: the same with these limits loosened; only right-hand sides may differ.
        limits: what may be stretched.
        backend: solver.
        request: limits of each of the two solves.
    """
    elastic = _ElasticModel(tight, loose, limits)
    chosen: Sequence[Elastic] = limits
    if len(limits) > 1:
        fewest = elastic.solve(backend, replace(request, absolute_gap=0.5), elastic.count)
        if fewest.shares is None:
            return fewest
        chosen = [limit for limit in limits if fewest.shares[limit] > 0]
    least = elastic.solve(backend, replace(request, absolute_gap=_NEAR), elastic.price(chosen))
    if least.shares is None:
        return least
    return Stretched({limit: least.shares[limit] for limit in chosen}, exact=least.exact)


class _ElasticModel:
    """The rows of the loose model with stretchable right-hand sides."""

    def __init__(self, tight: Problem, loose: Problem, limits: Sequence[Elastic]) -> None:
        model = build_model(loose)
        before = {row.name: row for row in build_model(tight).rows}
        self._limits = limits
        self._used = {limit: Variable("used", _key(limit), 1) for limit in limits}
        self._share = {
            limit: Variable("stretched", _key(limit), 1, integer=False) for limit in limits
        }
        self._variables = (*model.variables, *self._used.values(), *self._share.values())
        self._rows = [self._elastic(row, before.get(row.name)) for row in model.rows]
        self._rows += [
            Row(self._rows[0].rule, ("stretched", *_key(x)), self._share[x] - used, at_most=0)
            for x, used in self._used.items()
        ]

    @property
    def count(self) -> Expression:
        """The number of limits that are stretched."""
        return Expression(dict.fromkeys(self._used.values(), 1))

    def price(self, chosen: Sequence[Elastic]) -> Expression:
        """What the stretch of some limits costs; all others stay as they are."""
        dearest = max(limit.price for limit in chosen)
        for limit, used in self._used.items():
            used.upper = 1 if limit in chosen else 0
        return Expression({self._share[x]: x.price / dearest for x in chosen})

    def solve(self, backend: Backend, request: Request, cost: Expression) -> Stretched:
        """The shares of a solution of least cost, as far as it was found."""
        answer = backend.solve(Program(self._variables, self._rows, cost), request)
        if answer.values is None:
            return Stretched(None, answer.status is Status.INFEASIBLE)
        found = {
            limit: answer.values[self._share[limit]] if answer.values[used] > 0.5 else 0.0
            for limit, used in self._used.items()
        }
        return Stretched(found, exact=answer.status is Status.OPTIMAL)

    def _elastic(self, row: Row, before: Row | None) -> Row:
        limit = next((x for x in self._limits if x.has(row)), None)
        if limit is None or before is None or row.at_most is None or before.at_most is None:
            return row
        way: Number = row.at_most - before.at_most
        stretched = Expression({**row.expression.terms, self._share[limit]: -way})
        return replace(row, expression=stretched, at_most=before.at_most)


def _key(limit: Elastic) -> tuple[str, ...]:
    return (limit.rule, limit.key or "")
