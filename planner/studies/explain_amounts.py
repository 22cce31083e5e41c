"""How much of a change is enough: by the elastic re-solve, and by halving the interval."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.formulation.problem import Problem
from planner.solve.any_fleet import AnyFleet, Used, Verdict, columns
from planner.solve.elastic import Elastic, stretch
from planner.studies.explain_limits import Limit, Loosened
from planner.studies.explain_trials import Trials
from planner.yaml_source import Value

_MOST_ALONE = 8
_ROUNDING = 1e-9
_FEW = 5
_FIRST_STEP = 2
_FASTER = 3
_MOST_COLUMNS = 12_000

Ask = Callable[[Loosened], AnyFleet]


class Amounts:
    """Finds the nearest values that are enough; each of them was tried for all months.

    Args:
        trials: answers whether some changes are enough.
    """

    def __init__(self, trials: Trials) -> None:
        self._trials = trials

    def least(self, limit: Limit, others: Loosened) -> dict[Limit, Value] | Verdict:
        """The value of a limit nearest to its own that is enough, or why none is known.

        The month that has no fleet now is asked first, because it answers soonest; the value
        that is enough for it is then tried for all months, and larger ones where it is not.

        Args:
            limit: the limit.
            others: values of other limits that are loosened as well.
        """
        month = self._trials.at_month({**others, limit: limit.loosest}).verdict
        if month.speaks_against:
            return month
        if limit.narrowed is not None:
            return self._listed(limit, others, month)
        rung = self._first(limit, others) if month is Verdict.YES else 0
        return self._from(rung, limit, others)

    def by_rows(self, limit: Limit) -> dict[Limit, Value] | None:
        """A value of a limit that is enough, by the elastic re-solve alone."""
        for tight, loose in self._problems([limit], {})[-1:]:
            found = self._stretched(tight, loose, [limit])
            rung = _rung(limit, found.shares.get(limit, 0.0))
            ask = self._trials.of
            if not found.shares or not self._is_enough(limit, rung, {}, ask):
                return None
            while rung and not found.exact and self._is_enough(limit, rung // 2, {}, ask):
                rung //= 2
            return {limit: limit.values[rung]}
        return None

    def fewest(self, limits: Sequence[Limit]) -> dict[Limit, Value] | None:
        """The fewest limits to stretch, with values that are enough; None if there are none."""
        for tight, loose in self._problems(limits, {})[-1:]:
            values = _values(self._stretched(tight, loose, limits).shares)
            if values and self._trials.works(values):
                return values
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
            less = {**values, **_values(self._stretched(tight, loose, rows).shares)}
            if self._trials.works(less):
                return less
        return values

    def _first(self, limit: Limit, others: Loosened) -> int:
        """The first value that is enough for the month alone; the loosest is."""
        lowest, highest = 0, len(limit.values) - 1
        guess = self._guess(limit, others, 0) if highest else None
        if guess is not None:
            if self._is_enough(limit, guess, others, self._trials.at_month):
                return guess
            lowest = min(guess + 1, highest)
        return self._halved(limit, others, lowest, highest, self._trials.at_month)

    def _from(self, rung: int, limit: Limit, others: Loosened) -> dict[Limit, Value] | Verdict:
        """The nearest value from one on that is enough for all months, or why none is known."""
        last = len(limit.values) - 1
        if self._verdict(limit, rung, others) is Verdict.YES:
            return {limit: limit.values[rung]}
        loosest = self._verdict(limit, last, others)
        if loosest is not Verdict.YES:
            return loosest
        lowest = min(rung + 1, last)
        guess = self._guess(limit, others, -1) if lowest < last else None
        rung, step = last if guess is None else max(lowest, guess), _FIRST_STEP
        while self._verdict(limit, rung, others) is not Verdict.YES and not self._trials.over:
            lowest, rung, step = rung + 1, min(last, rung + step), _FASTER * step
        if self._verdict(limit, rung, others) is not Verdict.YES:
            return Verdict.UNKNOWN
        rung = self._halved(limit, others, lowest, rung, self._trials.of)
        if rung == last > _FEW and self._trials.over:
            return Verdict.UNKNOWN
        return {limit: limit.values[rung]}

    def _halved(self, limit: Limit, others: Loosened, lowest: int, highest: int, ask: Ask) -> int:
        """The first rung that is enough; the highest is."""
        while lowest < highest and not self._trials.over:
            middle = (lowest + highest) // 2
            if self._is_enough(limit, middle, others, ask):
                highest = middle
            else:
                lowest = middle + 1
        return highest

    def _verdict(self, limit: Limit, rung: int, others: Loosened) -> Verdict:
        """Whether a value is enough for all months, as it is or may be for the one alone."""
        values = {**others, limit: limit.values[rung]}
        return self._trials.of(values, month_is_met=True).verdict

    def _is_enough(self, limit: Limit, rung: int, others: Loosened, ask: Ask) -> bool:
        return ask({**others, limit: limit.values[rung]}).verdict is Verdict.YES

    def _guess(self, limit: Limit, others: Loosened, which: int) -> int | None:
        """What the elastic re-solve says is needed, for one month alone (0) or for all (-1)."""
        pairs = self._problems([limit], others) if limit.rows else []
        for tight, loose in pairs[which:][:1]:
            shares = self._stretched(tight, loose, [limit]).shares
            if limit in shares:
                return _rung(limit, shares[limit])
        return None

    def _problems(self, limits: Sequence[Limit], others: Loosened) -> list[tuple[Problem, Problem]]:
        """The problem without and with some limits loosened, of one month alone and of all."""
        if not limits:
            return []
        wide = {**others, **{limit: limit.loosest for limit in limits}}
        tight, loose = self._trials.problems(others), self._trials.problems(wide)
        both = list(zip(tight, loose, strict=True)) if len(tight) == len(loose) else []
        return [(before, after) for before, after in both if columns(after) <= _MOST_COLUMNS]

    def _stretched(self, tight: Problem, loose: Problem, limits: Sequence[Limit]) -> _Stretch:
        """Shares of the way to the loosest value, of the limits that must be stretched."""
        if self._trials.over:
            return _Stretch({}, exact=False)
        elastic = {_elastic(limit): limit for limit in limits}
        backend, request = self._trials.backend, self._trials.request
        found = stretch(tight, loose, list(elastic), backend, request)
        shares = {elastic[x]: share for x, share in (found.shares or {}).items() if share}
        return _Stretch(shares, found.exact)

    def _listed(
        self, limit: Limit, others: Loosened, month: Verdict
    ) -> dict[Limit, Value] | Verdict:
        """The same for a list, which gets no more than what a fleet uses and needs."""
        for ask in (self._trials.at_month, self._trials.of) if month is Verdict.YES else ():
            found = ask({**others, limit: limit.loosest})
            if found.verdict is Verdict.YES and found.used is not None:
                value = self._narrowed(limit, others, found.used, ask)
                if self._trials.works({**others, limit: value}):
                    return {limit: value}
        found = self._trials.of({**others, limit: limit.loosest})
        if found.verdict is not Verdict.YES or found.used is None:
            return found.verdict
        return {limit: self._narrowed(limit, others, found.used, self._trials.of)}

    def _narrowed(self, limit: Limit, others: Loosened, fleet: Used, ask: Ask) -> Value:
        """Of a list, no more than what a fleet uses, and of that only what is needed."""
        assert limit.narrowed is not None
        *alone, together = limit.narrowed(fleet) or [limit.loosest]
        for value in (*alone[:_MOST_ALONE], together):
            if ask({**others, limit: value}).verdict is Verdict.YES:
                return self._without_spare(limit, value, others, ask)
        return limit.loosest

    def _without_spare(self, limit: Limit, value: Value, others: Loosened, ask: Ask) -> Value:
        for nearer in _nearer(limit.before, value):
            if ask({**others, limit: nearer}).verdict is Verdict.YES:
                return self._without_spare(limit, nearer, others, ask)
        return value


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Shares of the way to the loosest values, and whether less is surely not enough."""

    shares: Mapping[Limit, float]
    exact: bool


def _elastic(limit: Limit) -> Elastic:
    assert limit.rows is not None
    rule, key = limit.rows
    return Elastic(rule, key, limit.weight(limit.loosest))


def _values(shares: Mapping[Limit, float]) -> dict[Limit, Value]:
    return {limit: limit.values[_rung(limit, share)] for limit, share in shares.items()}


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
