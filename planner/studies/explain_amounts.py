"""How much of a change is enough: by the elastic re-solve, and by halving the interval."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from planner.formulation.problem import Problem
from planner.solve.any_fleet import AnyFleet, Verdict
from planner.solve.elastic import Elastic, stretch
from planner.studies.explain_limits import Limit, Loosened
from planner.studies.explain_trials import Trials
from planner.yaml_source import Value

_MOST_ALONE = 8
_ROUNDING = 1e-9

Ask = Callable[[Loosened], AnyFleet]


class Amounts:
    """Finds the nearest values that are enough; each of them was tried for all months.

    Args:
        trials: answers whether some changes are enough.
    """

    def __init__(self, trials: Trials) -> None:
        self._trials = trials

    def least(self, limit: Limit, others: Loosened) -> dict[Limit, Value] | Verdict:
        """The value of a limit nearest to its own that is enough, or why there is none.

        The month that has no fleet now is asked first, because it answers soonest; the value
        that is enough for it is then tried for all months.

        Args:
            limit: the limit.
            others: values of other limits that are loosened as well.
        """
        verdict = self._trials.at_month({**others, limit: limit.loosest}).verdict
        if verdict.speaks_against:
            return verdict
        for ask in (self._trials.at_month, self._trials.of):
            verdict = ask({**others, limit: limit.loosest}).verdict
            if verdict is not Verdict.YES:
                if ask == self._trials.of:
                    return verdict
                continue
            value = self._nearest(limit, others, ask)
            if self._trials.works({**others, limit: value}):
                return {limit: value}
        return Verdict.UNKNOWN

    def fewest(self, limits: Sequence[Limit]) -> dict[Limit, Value] | None:
        """The fewest limits to stretch, with values that are enough; None if there are none."""
        for tight, loose in self._problems(limits, {}):
            values = _values(self._stretched(tight, loose, limits))
            if values and self._trials.works(values):
                return values
            if values:
                widest = self.settled(list(values))
                if widest is not None:
                    return widest
        return None

    def settled(self, limits: Sequence[Limit]) -> dict[Limit, Value] | None:
        """Near values of several limits that are enough together; None if that is not sure."""
        values: dict[Limit, Value] = {limit: limit.loosest for limit in limits}
        values = self._together(values)
        for limit in limits:
            if values[limit] == limit.loosest and (len(limit.values) > 1 or limit.narrowed):
                others = {x: value for x, value in values.items() if x is not limit}
                found = self.least(limit, others)
                if isinstance(found, Verdict):
                    return None
                values |= found
        return values if self._trials.works(values) else None

    def _together(self, values: dict[Limit, Value]) -> dict[Limit, Value]:
        """The same with less of those that rows carry, all at a time, where that is enough."""
        rows = [limit for limit in values if limit.rows]
        firm = {limit: value for limit, value in values.items() if not limit.rows}
        for tight, loose in self._problems(rows, firm) if len(rows) > 1 else ():
            less = {**values, **_values(self._stretched(tight, loose, rows))}
            if self._trials.works(less):
                return less
        return values

    def _nearest(self, limit: Limit, others: Loosened, ask: Ask) -> Value:
        """The nearest value for which the answer is yes; it is for the loosest."""
        if limit.narrowed is not None:
            return self._narrowed(limit, others, ask)
        lowest, highest = 0, len(limit.values) - 1
        for guess in self._guesses(limit, others) if highest else ():
            if self._is_enough(limit, guess, others, ask):
                return limit.values[guess]
            lowest = max(lowest, min(guess + 1, highest))
        while lowest < highest and not self._trials.over:
            middle = (lowest + highest) // 2
            if self._is_enough(limit, middle, others, ask):
                highest = middle
            else:
                lowest = middle + 1
        return limit.values[highest]

    def _is_enough(self, limit: Limit, rung: int, others: Loosened, ask: Ask) -> bool:
        return ask({**others, limit: limit.values[rung]}).verdict is Verdict.YES

    def _guesses(self, limit: Limit, others: Loosened) -> Iterator[int]:
        """What the elastic re-solve says is needed, for one month alone and for all."""
        for tight, loose in self._problems([limit], others) if limit.rows else ():
            shares = self._stretched(tight, loose, [limit])
            if limit in shares:
                yield _rung(limit, shares[limit])

    def _problems(
        self, limits: Sequence[Limit], others: Loosened
    ) -> Iterator[tuple[Problem, Problem]]:
        """The problem without and with some limits loosened, of one month alone and of all."""
        if limits:
            wide = {**others, **{limit: limit.loosest for limit in limits}}
            tight, loose = self._trials.problems(others), self._trials.problems(wide)
            if len(tight) == len(loose):
                yield from zip(tight, loose, strict=True)

    def _stretched(
        self, tight: Problem, loose: Problem, limits: Sequence[Limit]
    ) -> Mapping[Limit, float]:
        """Shares of the way to the loosest value, of the limits that must be stretched."""
        if self._trials.over:
            return {}
        elastic = {_elastic(limit): limit for limit in limits}
        backend, request = self._trials.backend, self._trials.request
        found = stretch(tight, loose, list(elastic), backend, request)
        return {elastic[x]: share for x, share in (found.shares or {}).items()}

    def _narrowed(self, limit: Limit, others: Loosened, ask: Ask) -> Value:
        """Of a list, no more than what a fleet uses, and of that only what is needed."""
        assert limit.narrowed is not None
        solution = ask({**others, limit: limit.loosest}).solution
        if solution is None:
            return limit.loosest
        *alone, together = limit.narrowed(solution) or [limit.loosest]
        for value in (*alone[:_MOST_ALONE], together):
            if ask({**others, limit: value}).verdict is Verdict.YES:
                return self._without_spare(limit, value, others, ask)
        return limit.loosest

    def _without_spare(self, limit: Limit, value: Value, others: Loosened, ask: Ask) -> Value:
        for nearer in _nearer(limit.before, value):
            if ask({**others, limit: nearer}).verdict is Verdict.YES:
                return self._without_spare(limit, nearer, others, ask)
        return value


def _elastic(limit: Limit) -> Elastic:
    assert limit.rows is not None
    rule, key = limit.rows
    return Elastic(rule, key, limit.weight(limit.loosest))


def _values(shares: Mapping[Limit, float]) -> dict[Limit, Value]:
    return {limit: limit.values[_rung(limit, share)] for limit, share in shares.items() if share}


def _rung(limit: Limit, share: float) -> int:
    """The first value that goes no less than a share of the way."""
    first, last = limit.before, limit.loosest
    assert isinstance(first, int | float)
    assert isinstance(last, int | float)
    wanted = share * abs(last - first) * (1 - _ROUNDING)
    ways = (abs(v - first) for v in limit.values if isinstance(v, int | float))
    return next((i for i, way in enumerate(ways) if way >= wanted), len(limit.values) - 1)


def _nearer(before: Value, value: Value) -> Iterator[Value]:
    """Lists with one addition or one removal less than a value has."""
    if not isinstance(value, list) or not isinstance(before, list):
        return
    added = [entry for entry in value if entry not in before]
    for one in added if len(added) > 1 else ():
        yield [entry for entry in value if entry != one]
    removed = [entry for entry in before if entry not in value]
    for one in removed if len(removed) > 1 else ():
        yield [entry for entry in before if entry in value or entry == one]
