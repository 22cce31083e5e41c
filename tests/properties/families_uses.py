"""Every use of machines at a step, tried out: machine by machine, place by place.

All machines are built up from what cards can carry: every set of replicas on a card, every layout
of MIG instances with or without a replica in each, every division of a machine's cards into groups
and single cards, every filling of a host. Then sets of machines are built up one machine at a time.

A row is dropped for one reason only: another needs no more of anything and carries no less. What
a machine still being filled needs is bridged places, bridges, cores and memory; what a set of
machines needs is units of each item, watts and places of each site, places in racks by the shape
of the machine, and electricity at rest. Service is counted as `families_service` says. Whatever
could be added to the dropped row can be added to the other one, so a cheapest plan survives, and
the build-up ends because service is capped at what is ever of use. One thing more is given up: to
add a machine to a set that carries everything already, if the machine's electricity at rest is no
less than what the cheapest replicas of all could save on serving. Then neither that larger set nor
any that holds it is cheaper in anything than the smaller one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import ceil, lcm

import numpy as np

from planner.catalog.items import exact
from planner.scenario.workloads import FixedWorkload
from planner.sizing.option import Layout, Option
from tests.properties.brute_uses import CHUNK, TooLargeError, Use, pareto, undominated
from tests.properties.families_ground import (
    TOO_MANY,
    FamiliesGround,
    Place,
    Shape,
    Shell,
    racks_needed,
)
from tests.properties.families_service import Load, Row, Rows, Service

MOST_PAIRS = 80_000
"""Most pairs of a set of machines and one machine more that are tried."""
ENDLESS = np.iinfo(np.int64).max


PAIRS, CORES, MEMORY, BRIDGES = range(4)
"""Columns of a machine that is being filled; from the last one on one for each kind of bridge, and
then its service."""


class FamiliesUses:
    """Every use worth considering at a step."""

    def __init__(self, ground: FamiliesGround, load: Load, most: Sequence[int | None]) -> None:
        self.ground, self.most = ground, most
        self.service = Service(ground, load)
        self.bridges = sorted({name for name, _ in ground.bridge_of.values()})
        self.shells = [s for place in ground.places for s in ground.shells(place)]
        self.shapes = sorted({s.shape for s in self.shells if s.shape is not None})
        self.head = BRIDGES + len(self.bridges)
        needs = [w.need for w in ground.workloads.values() if isinstance(w, FixedWorkload)]
        there = [x for s in self.shells for x in (s.cores, s.memory_gib)]
        asked = [exact(x or 0) for n in needs for x in (n.cpu_cores, n.host_memory_gib)]
        self.host_scale = lcm(*(x.denominator for x in [*there, *asked]))
        idle = [s.idle_w * s.place.cents_per_w for s in self.shells]
        self.idle_scale = lcm(*(x.denominator for x in idle))
        self.watts, self.limits = _watts(ground, self.shells)
        self._racks: dict[tuple[int, ...], dict[str, int] | None] = {}

    def cheapest(self) -> list[Use]:
        """For every set of needs that is worth its electricity, the least electricity.

        Raises:
            TooLargeError: if there are too many sets of machines.
        """
        if not self.service.wanted:
            return [Use((0,) * len(self.ground.units), Fraction(0))]
        found: dict[tuple[int, ...], Fraction] = {}
        for row in self._all():
            cents = self.service.cents(row[self._first_service :])
            if cents is not None:
                needs = self._needs(row)
                cents += Fraction(int(row[self._first_service - 1]), self.idle_scale)
                found[needs] = min(cents, found.get(needs, cents))
        return [
            Use(needs, cents)
            for needs, cents in sorted(found.items(), key=lambda e: (sum(e[0]), e[0]))
            if not any(
                other != needs and less <= cents and all(map(int.__le__, other, needs))
                for other, less in found.items()
            )
        ]

    def _needs(self, row: Row) -> tuple[int, ...]:
        """Units of every kind; racks beyond those that stand there included."""
        needs = [int(n) for n in row[: len(self.ground.units)]]
        racks = self._racks_of(row)
        assert racks is not None
        for site in self.ground.sites:
            if site.racks is not None:
                more = max(0, racks[site.name] - site.racks.count)
                needs[self.ground.place[site.name, site.racks.model]] = more
        return tuple(needs)

    # What one machine can carry

    def _row(self, place: Place, option: Option) -> Row:
        """What a replica, or a group of a pool, takes and carries."""
        head = np.zeros(self.head, dtype=np.int64)
        if self.ground.needs_bridge(option):
            bridge, each = self.ground.bridge_of[option.gpu]
            head[PAIRS] = 1
            head[BRIDGES + self.bridges.index(bridge)] = each
        workload = self.ground.workloads[option.workload]
        if isinstance(workload, FixedWorkload):
            need, times = workload.need, option.capacity * self.host_scale
            head[CORES] = int(exact(need.cpu_cores or 0) * times)
            head[MEMORY] = int(exact(need.host_memory_gib or 0) * times)
        return np.concatenate([head, self.service.replica(place, option)])

    def _nothing(self) -> Rows:
        none = self.service.none()
        return np.concatenate([np.zeros(self.head, dtype=np.int64), none]).reshape(1, -1)

    def _together(self, left: Rows, right: Rows) -> Rows:
        both = (left[:, None, :] + right[None, :, :]).reshape(-1, left.shape[1])
        return pareto(self.service.capped(both))

    def _options(self, place: Place, gpu: str) -> list[Option]:
        return [o for name, o in self.service.runs if (name, o.gpu) == (place.name, gpu)]

    def _on_one_card(self, place: Place, gpu: str) -> Rows:
        """Every set of replicas that may share a card, and every way to cut it."""
        by_workload: dict[str, list[Option]] = {}
        for o in self._options(place, gpu):
            if o.part:
                by_workload.setdefault(o.workload, []).append(o)
        sets = [
            sum((self._row(place, o) for o in held), self._nothing()[0])
            for held in self._sets(gpu, list(by_workload.values()))
        ]
        cut = [self._cut(place, gpu, x) for x in self.ground.sizing.layouts.get(gpu, ())]
        return pareto(self.service.capped(np.vstack([np.array(sets), *cut])))

    def _cut(self, place: Place, gpu: str, layout: Layout) -> Rows:
        """A card that is cut: at most one replica in every instance."""
        rows = self._nothing()
        for profile, count in layout:
            inside = [self._row(place, o) for o in self._options(place, gpu) if o.slice == profile]
            one = np.vstack([self._nothing(), *inside])
            for _ in range(count):
                rows = self._together(rows, one)
        return rows

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
                for a, b in product(held, held)
            )
        )

    def _on_cards(self, place: Place, gpu: str, count: int) -> list[Rows]:
        """What 0, 1, 2, ... equal cards of one machine can carry, groups included."""
        one = self._on_one_card(place, gpu)
        groups = [
            o
            for o in self._options(place, gpu)
            if (o.whole or o.pooled)
            and not (self.ground.needs_bridge(o) and gpu not in self.ground.bridge_of)
        ]
        tables = [self._nothing()]
        for n in range(1, count + 1):
            parts = [
                self._together(tables[n - o.gpus], self._row(place, o)[None])
                for o in groups
                if o.gpus <= n
            ]
            tables.append(pareto(np.vstack([self._together(tables[n - 1], one), *parts])))
        return tables

    def _machines(self) -> Rows:
        """Every machine with its work; service is counted as for sets of machines from here on."""
        found = []
        for place in self.ground.places:
            shells = [s for s in self.shells if s.place is place]
            most: dict[str, int] = {}
            for gpu, n in (entry for s in shells for entry in s.cards.items()):
                most[gpu] = max(n, most.get(gpu, 0))
            tables = {gpu: self._on_cards(place, gpu, n) for gpu, n in most.items()}
            found += [self._machine(shell, tables) for shell in shells]
        if not found:
            return np.zeros((0, self._first_service + len(self.service.caps)), dtype=np.int64)
        return pareto(self.service.spread(np.vstack(found)))

    @property
    def _first_service(self) -> int:
        """Columns of a set of machines before its service."""
        return len(self.ground.units) + 2 * len(self.ground.sites) + len(self.shapes) + 1

    def _machine(self, shell: Shell, tables: dict[str, list[Rows]]) -> Rows:
        """All that can run on a machine, with what the machine needs."""
        rows = self._nothing()
        for gpu, n in shell.cards.items():
            rows = self._together(rows, tables[gpu][n])
        room = [shell.cores * self.host_scale, shell.memory_gib * self.host_scale]
        limits = np.array([shell.pairs, *(int(r) for r in room)])
        rows = rows[(rows[:, :BRIDGES] <= limits).all(axis=1)]
        heads = np.zeros((len(rows), self._first_service), dtype=np.int64)
        place, units = shell.place, self.ground.place
        for item, n in shell.units.items():
            heads[:, units[place.name, item]] = n
        if place.site is not None:
            for i, bridge in enumerate(self.bridges):
                heads[:, units[place.name, bridge]] = rows[:, BRIDGES + i]
            at = len(self.ground.units) + 2 * self.ground.sites.index(place.site)
            heads[:, at] = self.watts[place.name, shell.full_w]
            heads[:, at + 1] = 1
        if shell.shape is not None:
            shape = self.shapes.index(shell.shape) - len(self.shapes)
            heads[:, self._first_service - 1 + shape] = 1
        heads[:, self._first_service - 1] = int(shell.idle_w * place.cents_per_w * self.idle_scale)
        return np.hstack([heads, rows[:, self.head :]])

    # Sets of machines

    def _all(self) -> Rows:
        """Every multiset of machines, adding one at a time until nothing new is of use."""
        limits = self._all_limits()
        machines = self._without_slack_power(self._machines(), limits)
        machines = pareto(machines[(machines[:, : len(limits)] <= limits).all(axis=1)])
        found = np.zeros((1, machines.shape[1]), dtype=np.int64)
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

    def _all_limits(self) -> Row:
        """What a use may need at most: units that can be had, watts and places of the sites."""
        limits = [ENDLESS if m is None else m for m in self.most]
        for site in self.ground.sites:
            limits.append(self.limits[site.name])
            limits.append(ENDLESS if site.hosts_max is None else site.hosts_max)
        return np.array(limits, dtype=np.int64)

    def _without_slack_power(self, machines: Rows, limits: Row) -> Rows:
        """Machines without the watts of a site that has enough of them for all its places."""
        for number, site in enumerate(self.ground.sites):
            watts = len(self.ground.units) + 2 * number
            most = machines[:, watts].max(initial=0)
            if site.hosts_max is not None and site.hosts_max * most <= limits[watts]:
                machines[:, watts] = 0
        return machines

    def _one_more(self, fresh: Rows, machines: Rows, limits: Row, found: Rows) -> Rows:
        both = (fresh[:, None, :] + machines[None, :, :]).reshape(-1, machines.shape[1])
        most = np.repeat(np.array([self._most_idle(row) for row in fresh]), len(machines))
        kept = (both[:, : len(limits)] <= limits).all(axis=1)
        both = both[kept & (both[:, self._first_service - 1] < most)]
        both = undominated(np.unique(self.service.capped(both), axis=0), found)
        if self.shapes:
            both = both[np.array([self._racks_of(row) is not None for row in both], dtype=bool)]
        return pareto(both)

    def _most_idle(self, row: Row) -> int:
        """A larger set of machines is of use only if it draws less at rest than this."""
        cents = self.service.cents(row[self._first_service :])
        if cents is None:
            return ENDLESS
        saved = (cents - self.service.least_cents) * self.idle_scale
        return int(row[self._first_service - 1]) + ceil(saved)

    def _racks_of(self, row: Row) -> dict[str, int] | None:
        """Racks that a set of machines needs at each site, or None if there are not so many."""
        end = self._first_service - 1
        counts = tuple(int(n) for n in row[end - len(self.shapes) : end])
        if counts not in self._racks:
            standing = [s for s, n in zip(self.shapes, counts, strict=True) for _ in range(n)]
            racks = {s.name: self._racks_at(s.name, standing) for s in self.ground.sites}
            self._racks[counts] = None if TOO_MANY in racks.values() else racks
        return self._racks[counts]

    def _racks_at(self, name: str, standing: Sequence[Shape]) -> int:
        site = next(s for s in self.ground.sites if s.name == name)
        if site.racks is None:
            return 0
        rack = self.ground.inputs.catalog.rack(site.racks.model)
        return racks_needed(site.racks, rack, [s for s in standing if s[0] == name])


def _watts(
    ground: FamiliesGround, shells: Sequence[Shell]
) -> tuple[dict[tuple[str, Fraction], int], dict[str, int]]:
    """Facility power of every machine and of every site, in whole steps of a common size."""
    drawn = {
        (s.place.name, s.full_w): s.full_w * exact(s.place.site.pue)
        for s in shells
        if s.place.site is not None
    }
    given = {s.name: exact(s.facility_power_kw) * 1000 for s in ground.sites}
    scale = lcm(*(x.denominator for x in [*drawn.values(), *given.values()]))
    watts = {machine: int(x * scale) for machine, x in drawn.items()}
    return watts, {name: int(x * scale) for name, x in given.items()}
