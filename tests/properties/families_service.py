"""What replicas, instances and groups carry, as columns of whole numbers, and what it costs.

Every machine has a row of service: lower is better, and rows of machines are added. It has

- for a workload whose load is counted in one number: minus what is served at each price of energy
  or below, capped at what is ever of use;
- for one that survives losses: minus the number of replicas, or of machines, that carry a value or
  more, for each value that occurs. These numbers say which sets there are, and a set that has no
  fewer for any value loses no more; d / value + q of them are enough, whatever else there is;
- for one with request classes: minus the replicas of each option at each place, up to the number
  that all its requests could keep busy;
- for pools: minus the groups of each pool, up to the number that all its jobs could keep busy.

More replicas are never worse, since spares cost nothing beside the machines that hold them. How the
load is routed is settled once a set is whole, by a linear program in exact fractions; losses are
tried one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from math import ceil

import numpy as np
import numpy.typing as npt

from planner.sizing.option import Option
from tests.properties.families_ground import FamiliesGround, Place
from tests.properties.families_lp import Line, least_cost

Rows = npt.NDArray[np.int64]
Row = npt.NDArray[np.int64]
Pool = tuple[str, str, int, str]
"""Groups of one kind: (place, card, cards of a group, link)."""
ZERO = Fraction(0)


@dataclass(frozen=True)
class Load:
    """What a step asks of every workload: the largest demand of its months, their mean load."""

    demand: Mapping[str, int]
    load: Mapping[str, Fraction]
    classes: Mapping[str, tuple[Fraction, ...]]


class Service:
    """The columns of service at a step, and the cheapest way to serve with a set of machines."""

    def __init__(self, ground: FamiliesGround, load: Load) -> None:
        self.ground, self.load = ground, load
        self.wanted = [w for w, d in load.demand.items() if d]
        self.runs = {
            (place.name, o): place
            for o in ground.sizing.options
            if o.workload in self.wanted
            for place in ground.places
            if ground.runs(place, o)
        }
        self.columns: dict[object, int] = {}
        self.caps: list[int] = []
        self._prices: dict[str, list[Fraction]] = {}
        for workload in self.wanted:
            self._add_columns(workload)
        self._add_pools()
        self._known: dict[object, Fraction | None] = {}

    def _survival(self, workload: str) -> tuple[str, int] | None:
        """What may be lost, and how many of it."""
        survive = self.ground.workloads[workload].survive
        if survive is None:
            return None
        asked = {n: getattr(survive, n) for n in ("replicas", "cards", "hosts")}
        return next((name, count) for name, count in asked.items() if count)

    def _of(self, workload: str) -> list[tuple[Place, Option]]:
        return [(p, o) for (_, o), p in self.runs.items() if o.workload == workload]

    def price(self, place: Place, option: Option) -> Fraction:
        """Cents for one quantum of mean load through a month."""
        return Fraction(option.power_mw, 1000 * option.capacity) * place.cents_per_w

    def _add(self, key: object, cap: int) -> None:
        self.columns[key] = len(self.caps)
        self.caps.append(cap)

    def _add_columns(self, workload: str) -> None:
        demand, options = self.load.demand[workload], self._of(workload)
        if self.load.classes[workload]:
            for place, o in options:
                self._add((place.name, o), ceil(sum(self._busy(o), ZERO)))
            return
        if any(o.pooled for _, o in options):
            return
        prices = sorted({self.price(p, o) for p, o in options})
        self._prices[workload] = prices
        survival = self._survival(workload)
        for k in range(len(prices)):
            last = k == len(prices) - 1 and survival is None
            self._add((workload, "price", k), demand if last else ceil(self.load.load[workload]))
        if survival is not None and survival[0] == "hosts":
            self._add((workload, "machine"), demand)
        elif survival is not None:
            self._add_counts(workload, {min(demand, o.capacity) for _, o in options})

    def _add_counts(self, workload: str, values: set[int]) -> None:
        survival = self._survival(workload)
        assert survival is not None
        for value in sorted(values - {0}):
            enough = -(-self.load.demand[workload] // value) + survival[1]
            self._add((workload, "count", value), enough)

    def _busy(self, option: Option) -> Iterator[Fraction]:
        """Replicas that the requests of each class keep busy."""
        demands = self.load.classes[option.workload]
        return (d / r for d, r in zip(demands, option.rates, strict=True) if r)

    def _add_pools(self) -> None:
        most: dict[Pool, dict[str, Fraction]] = {}
        for place, o in self.runs:
            if o.pooled:
                jobs = most.setdefault((place, o.gpu, o.gpus, o.link), {})
                busy = Fraction(self.load.demand[o.workload], o.capacity)
                jobs[o.workload] = max(busy, jobs.get(o.workload, ZERO))
        for pool, jobs in most.items():
            self._add(pool, ceil(sum(jobs.values(), ZERO)))

    def none(self) -> Row:
        """The row of a machine without work."""
        return np.zeros(len(self.caps), dtype=np.int64)

    def replica(self, place: Place, option: Option) -> Row:
        """The row of one replica, or of one group of a pool."""
        row = self.none()
        workload = option.workload
        if option.pooled:
            row[self.columns[place.name, option.gpu, option.gpus, option.link]] = -1
        elif self.load.classes[workload]:
            row[self.columns[place.name, option]] = -1
        else:
            prices = self._prices[workload]
            for k in range(prices.index(self.price(place, option)), len(prices)):
                row[self.columns[workload, "price", k]] = -option.capacity
            for key, column in self.columns.items():
                if key == (workload, "machine"):
                    row[column] = -option.capacity
                elif isinstance(key, tuple) and key[:2] == (workload, "count"):
                    row[column] = -int(min(option.capacity, self.load.demand[workload]) >= key[2])
        return row

    def capped(self, rows: Rows) -> Rows:
        """Rows whose last columns are service, without what is of no use."""
        tail = rows[:, rows.shape[1] - len(self.caps) :]
        np.maximum(tail, -np.array(self.caps, dtype=np.int64), out=tail)
        return rows

    def spread(self, rows: Rows) -> Rows:
        """Rows of whole machines: what each carries is counted by its value from here on.

        The columns change with it: call it once, with the rows of all machines.
        """
        for workload in self.wanted:
            column = self.columns.pop((workload, "machine"), None)
            if column is None:
                continue
            at = rows.shape[1] - len(self.caps) + column
            carried = -rows[:, at]
            rows = np.delete(rows, at, axis=1)
            del self.caps[column]
            self.columns = {k: c - (c > column) for k, c in self.columns.items()}
            values = {int(v) for v in carried}
            self._add_counts(workload, values)
            counts = [-(carried >= value).astype(np.int64) for value in sorted(values - {0})]
            rows = np.column_stack([rows, *counts])
        return self.capped(rows)

    def cents(self, row: Row) -> Fraction | None:
        """Least electricity of serving for a month with a set of machines, if it carries all."""
        parts = [self._of_workload(w, row) for w in self.wanted]
        parts.append(self._once(self._of_pools, row, [k for k in self.columns if _is_pool(k)]))
        known = [part for part in parts if part is not None]
        return sum(known, ZERO) if len(known) == len(parts) else None

    @cached_property
    def least_cents(self) -> Fraction:
        """What serving costs if the cheapest replicas of all do everything."""
        found = ZERO
        for workload in self.wanted:
            share, classes = self.load.load[workload], self.load.classes[workload]
            options = self._of(workload)
            if not classes:
                found += share * min((self.price(p, o) for p, o in options), default=ZERO)
            for k, demand in enumerate(classes):
                each = (demand / o.rates[k] * self.price(p, o) for p, o in options if o.rates[k])
                found += share * min(each, default=ZERO)
        return found

    def _of_workload(self, workload: str, row: Row) -> Fraction | None:
        if self.load.classes[workload]:
            mine = [k for k in self.columns if _is_option(k, workload)]
            return self._once(lambda counts: self._routed(workload, counts), row, mine)
        if workload not in self._prices:
            return ZERO
        if not self._carries(workload, row):
            return None
        cents, done = ZERO, ZERO
        for k, price in enumerate(self._prices[workload]):
            served = int(-row[self.columns[workload, "price", k]])
            now = min(self.load.load[workload], Fraction(served))
            cents += price * (now - done)
            done = now
        return cents

    def _once(self, least: object, row: Row, keys: Sequence[object]) -> Fraction | None:
        counts = {k: int(-row[self.columns[k]]) for k in keys}
        known = tuple(counts.items())
        if known not in self._known:
            assert callable(least)
            self._known[known] = least(counts)
        return self._known[known]

    def _carries(self, workload: str, row: Row) -> bool:
        """Whether the demand is carried, after every loss that must be survived."""
        demand, survival = self.load.demand[workload], self._survival(workload)
        if survival is None:
            prices = self._prices[workload]
            last = self.columns.get((workload, "price", len(prices) - 1))
            return last is not None and int(-row[last]) >= demand
        counts = {
            k[2]: int(-row[c])
            for k, c in self.columns.items()
            if isinstance(k, tuple) and k[:2] == (workload, "count")
        }
        values = sorted(counts, reverse=True)
        above = [0, *(counts[v] for v in values)]
        units = [v for i, v in enumerate(values) for _ in range(above[i + 1] - above[i])]
        lost = min(survival[1], len(units))
        return all(sum(units) - sum(gone) >= demand for gone in combinations(units, lost))

    def _routed(self, workload: str, counts: Mapping[object, int]) -> Fraction | None:
        """Least cents of sending every class somewhere; replicas are busy all of their time at
        most."""
        demands = self.load.classes[workload]
        ways = [
            (key, k, demands[k] / key[1].rates[k])
            for key, n in counts.items()
            if n and isinstance(key, tuple)
            for k in range(len(demands))
            if demands[k] and key[1].rates[k]
        ]
        lines = [
            Line({i: Fraction(1) for i, way in enumerate(ways) if way[1] == k}, "=", Fraction(1))
            for k, demand in enumerate(demands)
            if demand
        ]
        lines += [
            Line({i: way[2] for i, way in enumerate(ways) if way[0] == key}, "<=", Fraction(n))
            for key, n in counts.items()
            if n
        ]
        share = self.load.load[workload]
        cost = [share * busy * self.price(self.runs[key], key[1]) for key, _, busy in ways]
        return least_cost(cost, lines)

    def _too_few(self, pooled: Sequence[tuple[Place, Option]], groups: int) -> bool:
        """Whether even the fastest group of each job would leave work: spares the program."""
        busy = ZERO
        for workload in self.wanted:
            if any(o.pooled for _, o in self._of(workload)):
                fastest = max((o.capacity for _, o in pooled if o.workload == workload), default=0)
                if not fastest:
                    return True
                busy += Fraction(self.load.demand[workload], fastest)
        return busy > groups

    def _of_pools(self, counts: Mapping[object, int]) -> Fraction | None:
        """Least cents of the turns that jobs take on the groups of pools."""
        pooled = [
            (p, o)
            for (_, o), p in self.runs.items()
            if o.pooled and counts[p.name, o.gpu, o.gpus, o.link]
        ]
        if self._too_few(pooled, sum(counts.values())):
            return None
        n, lines = len(pooled), []
        for pool, groups in counts.items():
            here = [i for i, (p, o) in enumerate(pooled) if (p.name, o.gpu, o.gpus, o.link) == pool]
            lines.append(Line(dict.fromkeys(here, Fraction(1)), "<=", Fraction(groups)))
        for workload in self.wanted:
            if not any(o.pooled for _, o in self._of(workload)):
                continue
            mine = [i for i, (_, o) in enumerate(pooled) if o.workload == workload]
            carried = {i: Fraction(pooled[i][1].capacity) for i in mine}
            lines.append(Line(carried, ">=", Fraction(self.load.demand[workload])))
            most = Fraction(getattr(self.ground.workloads[workload], "groups_at_a_time", 1))
            lines.append(Line(dict.fromkeys(mine, Fraction(1)), "<=", most))
            served = dict.fromkeys((n + i for i in mine), Fraction(1))
            lines.append(Line(served, "=", self.load.load[workload]))
        for i, (_, o) in enumerate(pooled):
            lines.append(Line({n + i: Fraction(1), i: Fraction(-o.capacity)}, "<=", ZERO))
        return least_cost([ZERO] * n + [self.price(p, o) for p, o in pooled], lines)


def _is_pool(key: object) -> bool:
    return isinstance(key, tuple) and len(key) == 4


def _is_option(key: object, workload: str) -> bool:
    return isinstance(key, tuple) and isinstance(key[1], Option) and key[1].workload == workload
