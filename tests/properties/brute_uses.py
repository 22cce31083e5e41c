"""Every use of machines in one month, tried out; shares nothing with formulation/ and solve/.

A use says which machines run, with which cards in them, and which replicas stand on each card.
All of them are built up: every set of replicas on a card, every division of a host's cards into
groups and shared cards, every filling of a host, every multiset of machines. What is dropped on
the way is dropped for one reason only: something else needs no more of any item, power, place
and idle energy, and carries no less of any workload at any price of energy. Whatever could be
added to the dropped use can be added to the other one, so the cheapest plan is never lost.

A use is a row of whole numbers, lower is better: units needed of each item, watts and places of
each site, idle cost, and minus the load that can be served at each price of energy or below.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil, lcm

import numpy as np
import numpy.typing as npt

from planner.catalog.items import exact
from planner.scenario.schema import Site
from planner.sizing.option import Option
from tests.properties.brute_ground import Ground

Rows = npt.NDArray[np.int64]
CHUNK = 200_000
MOST_PAIRS = 300_000
"""Most pairs of a set of machines and one machine more that are tried."""


class TooLargeError(ValueError):
    """There are too many sets of machines to try them all."""


@dataclass(frozen=True)
class Use:
    """Units that a use needs, by kind of unit, and its electricity for a month in cents."""

    needs: tuple[int, ...]
    cents: Fraction


def pareto(rows: Rows) -> Rows:
    """Rows that no other row undercuts in every column."""
    if not len(rows):
        return rows
    rows = np.unique(rows, axis=0)
    rows = rows[np.argsort(rows.sum(axis=1), kind="stable")]
    ranks, left, kept = _ranks(rows), np.arange(len(rows)), []
    while len(left):
        kept.append(left[0])
        worse = (ranks[left] >= ranks[left[0]]).all(axis=1)
        left = left[~worse]
    return rows[kept]


def _ranks(rows: Rows) -> npt.NDArray[np.uint16]:
    """Place of every value in its column: the same order in fewer bytes."""
    columns = [np.unique(column, return_inverse=True)[1] for column in rows.T]
    ranks = np.stack(columns, axis=1)
    assert ranks.max() < 2**16
    return ranks.astype(np.uint16)


def undominated(rows: Rows, others: Rows) -> Rows:
    """Rows that no row of ``others`` matches or undercuts in every column."""
    for other in others:
        rows = rows[(rows < other).any(axis=1)]
    return rows


class Uses:
    """Every use worth considering in a month with given demand and mean load."""

    def __init__(
        self,
        ground: Ground,
        demand: dict[str, int],
        load: dict[str, Fraction],
        most: Sequence[int | None],
    ) -> None:
        self.ground = ground
        self.demand = {w: d for w, d in demand.items() if d}
        self.load, self.most = load, most
        self.prices = {w: self._prices(w) for w in self.demand}
        self.first: dict[str, int] = {}
        for w in self.prices:
            self.first[w] = sum(len(self.prices[v]) for v in self.first)
        self.width = sum(map(len, self.prices.values()))
        self.caps = np.array(
            [
                self.demand[w] if k == len(prices) - 1 else ceil(load[w])
                for w, prices in self.prices.items()
                for k in range(len(prices))
            ],
            dtype=np.int64,
        )

    def cheapest(self) -> list[Use]:
        """For every set of needs that is worth its electricity, the least electricity.

        Raises:
            TooLargeError: if there are too many sets of machines.
        """
        if not self.demand:
            return [Use((0,) * len(self.ground.units), Fraction(0))]
        if not all(self.prices.values()):
            return []
        found: dict[tuple[int, ...], Fraction] = {}
        n, width = len(self.ground.units), self.width
        for row in self._all():
            served = -row[len(row) - width :]
            if all(
                served[self.first[w] + len(self.prices[w]) - 1] >= d for w, d in self.demand.items()
            ):
                needs = tuple(int(x) for x in row[:n])
                idle = Fraction(int(row[len(row) - width - 1]), self.idle_scale)
                cents = idle + self._serving(served)
                found[needs] = min(cents, found.get(needs, cents))
        return [
            Use(needs, cents)
            for needs, cents in sorted(found.items(), key=lambda e: (sum(e[0]), e[0]))
            if not any(
                other != needs and less <= cents and all(map(int.__le__, other, needs))
                for other, less in found.items()
            )
        ]

    def _of(self, workload: str) -> list[Option]:
        return [o for o in self.ground.sizing.options if o.workload == workload]

    def _on_site(self, site: Site, option: Option) -> bool:
        gpus = self.ground.gpus
        return option.gpu in gpus and option in self.ground.options(site, option.gpu)

    def _price(self, site: Site, option: Option) -> Fraction:
        """Cents for one quantum of mean load through a month."""
        return Fraction(option.power_mw, 1000 * option.capacity) * self.ground.cents_per_w(site)

    def _prices(self, workload: str) -> list[Fraction]:
        return sorted(
            {
                self._price(s, o)
                for s in self.ground.sites
                for o in self._of(workload)
                if self._on_site(s, o)
            }
        )

    def _serving(self, served: npt.NDArray[np.int64]) -> Fraction:
        """Electricity of the mean load, the cheapest replicas first."""
        cents = Fraction(0)
        for w, prices in self.prices.items():
            done = Fraction(0)
            for k, price in enumerate(prices):
                now = min(self.load[w], Fraction(int(served[self.first[w] + k])))
                cents += price * (now - done)
                done = now
        return cents

    def _carried(self, site: Site, replicas: Sequence[Option]) -> npt.NDArray[np.int64]:
        """Minus the load that replicas serve at each price or below, for every workload."""
        row = np.zeros(self.width, dtype=np.int64)
        for o in replicas:
            first, prices = self.first[o.workload], self.prices[o.workload]
            start = prices.index(self._price(site, o))
            row[first + start : first + len(prices)] -= o.capacity
        return row

    def _capped(self, rows: Rows) -> Rows:
        tail = rows[:, rows.shape[1] - self.width :]
        np.maximum(tail, -self.caps, out=tail)
        return rows

    def _together(self, left: Rows, right: Rows) -> Rows:
        both = (left[:, None, :] + right[None, :, :]).reshape(-1, left.shape[1])
        return pareto(self._capped(both))

    def _on_one_card(self, site: Site, gpu: str) -> Rows:
        """Every set of replicas that may share one card."""
        by_workload: dict[str, list[Option]] = {}
        for o in self.ground.options(site, gpu):
            if o.part and o.workload in self.demand:
                by_workload.setdefault(o.workload, []).append(o)
        sets = [self._carried(site, held) for held in self._sets(gpu, list(by_workload.values()))]
        return pareto(self._capped(np.array(sets)))

    def _sets(self, gpu: str, left: list[list[Option]]) -> Iterator[tuple[Option, ...]]:
        """Sets with at most one replica of each workload, built one workload after the other."""
        if not left:
            yield ()
            return
        for held in self._sets(gpu, left[1:]):
            yield held
            for option in left[0]:
                if self._may_share(gpu, (option, *held)):
                    yield (option, *held)

    def _may_share(self, gpu: str, held: tuple[Option, ...]) -> bool:
        sizing = self.ground.sizing
        room = sizing.usable_bytes[gpu, any(o.ecc for o in held)]
        return (
            sum(o.memory_bytes for o in held) <= room
            and sum(o.share_ppm for o in held) <= sizing.max_share_ppm
            and not any(
                a is not b and a.period_us is not None and a.step_us + b.step_us > a.period_us
                for a in held
                for b in held
            )
        )

    def _on_cards(self, site: Site, gpu: str, count: int) -> list[Rows]:
        """What 0, 1, 2, ... equal cards of one host can carry, groups included."""
        one = self._on_one_card(site, gpu)
        groups = [
            o for o in self.ground.options(site, gpu) if not o.part and o.workload in self.demand
        ]
        tables = [np.zeros((1, self.width), dtype=np.int64)]
        for n in range(1, count + 1):
            parts = [self._together(tables[n - 1], one)]
            parts += [
                self._capped(tables[n - o.gpus] + self._carried(site, (o,)))
                for o in groups
                if o.gpus <= n
            ]
            tables.append(pareto(np.vstack(parts)))
        return tables

    @cached_property
    def idle_scale(self) -> int:
        """Makes every idle cost a whole number."""
        g = self.ground
        watts = [h.base_idle_w for h in g.hosts.values()] + [c.idle_w for c in g.gpus.values()]
        return lcm(*((w * g.cents_per_w(s)).denominator for s in g.sites for w in watts))

    @cached_property
    def power_scale(self) -> int:
        """Makes every power a whole number."""
        g = self.ground
        watts = [h.base_load_w for h in g.hosts.values()] + [c.tdp_w for c in g.gpus.values()]
        limits = [exact(s.facility_power_kw) for s in g.sites]
        loads = [w * exact(s.pue) for s in g.sites for w in watts]
        return lcm(*(x.denominator for x in [*limits, *loads]))

    def _machines(self) -> Rows:
        """Every machine: a host at a site with cards in it, and replicas on them."""
        found = []
        for number, site in enumerate(self.ground.sites):
            most = dict.fromkeys(self.ground.gpus, 0)
            fillings = {h: self.ground.fillings(h) for h in self.ground.hosts}
            for cards in (f for fs in fillings.values() for f in fs):
                for gpu, n in cards.items():
                    if gpu in most:
                        most[gpu] = max(most[gpu], n)
            tables = {g: self._on_cards(site, g, n) for g, n in most.items()}
            for name, filled in fillings.items():
                rows = [self._machine(number, name, cards, tables) for cards in filled]
                if rows:
                    found.append(pareto(np.vstack(rows)))
        return np.vstack(found) if found else np.zeros((0, self.columns), dtype=np.int64)

    @property
    def columns(self) -> int:
        return len(self.ground.units) + 2 * len(self.ground.sites) + 1 + self.width

    def _machine(
        self, number: int, name: str, cards: dict[str, int], tables: dict[str, list[Rows]]
    ) -> Rows:
        g, site = self.ground, self.ground.sites[number]
        if any(gpu not in g.gpus for gpu in cards):
            return np.zeros((0, self.columns), dtype=np.int64)
        host = g.hosts[name]
        head = np.zeros(self.columns - self.width, dtype=np.int64)
        head[g.place[site.name, name]] = 1
        for gpu, n in cards.items():
            if not host.built_in:
                head[g.place[site.name, gpu]] = n
        idle = host.base_idle_w + sum(g.gpus[c].idle_w * n for c, n in cards.items())
        full = host.base_load_w + sum(g.gpus[c].tdp_w * n for c, n in cards.items())
        head[len(g.units) + 2 * number] = int(full * exact(site.pue) * self.power_scale)
        head[len(g.units) + 2 * number + 1] = 1
        head[-1] = int(idle * g.cents_per_w(site) * self.idle_scale)
        carried = np.zeros((1, self.width), dtype=np.int64)
        for gpu, n in cards.items():
            carried = self._together(carried, tables[gpu][n])
        return np.hstack([np.tile(head, (len(carried), 1)), carried])

    def _limits(self) -> npt.NDArray[np.int64]:
        """What a use may need at most: units that can be had, watts and places of the sites."""
        endless = np.iinfo(np.int64).max
        limits = [endless if m is None else m for m in self.most]
        for site in self.ground.sites:
            limits.append(int(exact(site.facility_power_kw) * 1000 * self.power_scale))
            limits.append(endless if site.hosts_max is None else site.hosts_max)
        return np.array([*limits, endless], dtype=np.int64)

    def _all(self) -> Rows:
        """Every multiset of machines, adding one at a time until nothing new is of use."""
        limits = self._limits()
        machines = self._machines()
        machines = machines[(machines[:, : len(limits)] <= limits).all(axis=1)]
        machines = pareto(self._without_slack_power(machines, limits))
        found = np.zeros((1, self.columns), dtype=np.int64)
        fresh, pairs = found, 0
        while len(fresh) and len(machines):
            pairs += len(fresh) * len(machines)
            if pairs > MOST_PAIRS:
                raise TooLargeError(f"more than {MOST_PAIRS:,} sets of machines")
            step = max(1, CHUNK // len(machines))
            wider = [
                self._one_more(fresh[i : i + step], machines, limits, found)
                for i in range(0, len(fresh), step)
            ]
            fresh = undominated(pareto(np.vstack(wider)), found)
            found = pareto(np.vstack([found, fresh]))
        return found

    def _without_slack_power(self, machines: Rows, limits: npt.NDArray[np.int64]) -> Rows:
        """Machines without the watts of a site that has enough of them for all its places."""
        for number, site in enumerate(self.ground.sites):
            watts = len(self.ground.units) + 2 * number
            most = machines[:, watts].max(initial=0)
            if site.hosts_max is not None and site.hosts_max * most <= limits[watts]:
                machines[:, watts] = 0
        return machines

    def _one_more(
        self, fresh: Rows, machines: Rows, limits: npt.NDArray[np.int64], found: Rows
    ) -> Rows:
        both = (fresh[:, None, :] + machines[None, :, :]).reshape(-1, self.columns)
        both = both[(both[:, : len(limits)] <= limits).all(axis=1)]
        return pareto(undominated(np.unique(self._capped(both), axis=0), found))
