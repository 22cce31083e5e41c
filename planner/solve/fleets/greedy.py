"""A first way to serve a node: card after card, each time the one that gives most for its money."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from math import ceil

import numpy as np

from planner.formulation.patterns import CardPattern, families_of
from planner.formulation.problem import PoolKind, Vintage, pool_of
from planner.formulation.setup import Setup
from planner.formulation.tree import Node
from planner.sizing.option import Option
from planner.solve.fleets.state import loads_of
from planner.solve.packing import Packing, packing_of
from planner.solve.pricing import Choices, Floats, best_pattern, choices_of

_MOST_CARDS = 10_000


class Greedy:
    """Fills cards one by one; a heuristic, so floats and rough prices are good enough.

    A card costs what it loses from its purchase at the node to the horizon, plus its share of
    the host that houses it for least, plus a price for its power; units that are owned come
    first, at what a sale would bring.

    Args:
        setup: the problem and the fillings of its hosts.
        cents_per_watt: price of full-load power; the dearer, the more frugal the fleet.
        over: whether the time is up.
    """

    def __init__(self, setup: Setup, cents_per_watt: float, over: Callable[[], bool]) -> None:
        self._problem = setup.problem
        self._over = over
        self._promising: dict[tuple[str, str], float] = {}
        self._fillings = setup.fillings
        self._cents_per_watt = cents_per_watt
        self._choices = {
            g: choices_of(families_of(self._problem.options, g)) for g in self._problem.gpus
        }
        self._rented = {s.name for s in self._problem.sites if s.rental}
        self._prices: dict[tuple[str, str, int], tuple[int, float, float]] = {}

    def serve(self, node: Node) -> Packing | None:
        """A packing for a node, or None if some load cannot be carried or the time is up."""
        problem = self._problem
        pooled = {o.workload for o in problem.pooled_options}
        needs = self._needs(node)
        left = {w: n for w, n in needs.items() if w not in pooled}
        replicas: Counter[tuple[str, Option]] = Counter()
        patterns: Counter[tuple[str, CardPattern]] = Counter()
        used: Counter[tuple[str, str]] = Counter()
        pools, turns = self._pool(node, {w: n for w, n in needs.items() if w in pooled})
        for (site, pool), groups in pools.items():
            used[site, pool.gpu] += groups * pool.gpus
        if len({o.workload for _, o in turns}) < len(needs.keys() & pooled):
            return None
        value = self._values(node, left)
        self._promising.clear()
        while any(n > 0 for n in left.values()) and sum(used.values()) < _MOST_CARDS:
            best = None if self._over() else self._best(node, left, used, value)
            if best is None:
                return None
            site, gpu, held = best
            mine = held.replicas if isinstance(held, CardPattern) else (held,)
            mine = tuple(
                o for o in mine if o.workload in left and problem.may_run(site, o.workload)
            )
            times = self._times(node, best, mine, left, used[site, gpu])
            for option in mine:
                replicas[site, option] += times
                left[option.workload] -= times * self._counts_for(node, option)
            if isinstance(held, CardPattern):
                patterns[site, held] += times
            used[site, gpu] += times * (1 if isinstance(held, CardPattern) else held.gpus)
        return packing_of(problem, node, replicas, patterns, pools, turns)

    def _needs(self, node: Node) -> dict[str, int]:
        """Loads, with as much again for every loss that is to be survived."""
        survival = self._problem.survival
        return {
            w: n * (1 + (survival[w].count if w in survival else 0))
            for w, n in loads_of(self._problem, node).items()
        }

    def _counts_for(self, node: Node, option: Option) -> int:
        """What a replica counts for: where losses are survived, for no more than the load.

        If the sum of min(c, d) is at least d + q d, then q lost replicas leave d.
        """
        if option.workload not in self._problem.survival:
            return option.capacity
        return min(option.capacity, self._problem.demand[option.workload, node.index])

    def _pool(
        self, node: Node, needs: Mapping[str, int]
    ) -> tuple[dict[tuple[str, PoolKind], int], dict[tuple[str, Option], float]]:
        """Each pooled job in turn where the groups that it adds cost least."""
        problem = self._problem
        turns: dict[tuple[str, Option], float] = {}
        taken: dict[tuple[str, PoolKind], float] = defaultdict(float)
        for workload, need in sorted(needs.items()):
            offers = []
            for option in problem.pooled_options:
                part = need / option.capacity
                if option.workload != workload or part > problem.turns_most[workload]:
                    continue
                for site in (s.name for s in problem.sites):
                    price = self.price(site, option.gpu, node, 0)
                    if price is None or not problem.runs(site, option):
                        continue
                    there = taken[site, pool_of(option)]
                    more = ceil(there + part - 1e-9) - ceil(there - 1e-9)
                    if more * option.gpus <= problem.most_units[site, option.gpu]:
                        offers.append((price * option.gpus * more, part, option.name, site, option))
            if offers:
                _, part, _, site, option = min(offers, key=lambda offer: offer[:4])
                turns[site, option] = part
                taken[site, pool_of(option)] += part
        return {key: n for key, part in taken.items() if (n := ceil(part - 1e-9))}, turns

    def _times(
        self,
        node: Node,
        best: tuple[str, str, CardPattern | Option],
        mine: Sequence[Option],
        left: Mapping[str, int],
        taken: int,
    ) -> int:
        """How often the best choice stays the best: while it carries in full, at one price."""
        site, gpu, held = best
        each = 1 if isinstance(held, CardPattern) else held.gpus
        owned, _, _ = self._prices[site, gpu, node.index]
        room = self._problem.most_units[site, gpu] - taken
        cards = min(room, owned - taken if taken < owned else room, _MOST_CARDS)
        full = min((left[o.workload] // self._counts_for(node, o) for o in mine), default=1)
        return max(1, min(full, cards // each))

    def _best(
        self,
        node: Node,
        left: Mapping[str, int],
        used: Mapping[tuple[str, str], int],
        value: Mapping[str, float],
    ) -> tuple[str, str, CardPattern | Option] | None:
        """The shared card or group that carries most value for its money.

        Cards that were good a moment ago come first, because a good one spares most of the work
        on the others.
        """
        best: tuple[float, str, str, CardPattern | Option] | None = None
        kinds = [
            (s.name, gpu)
            for s in self._problem.sites
            for gpu in self._choices
            if self._problem.stands(s.name, gpu)
        ]
        for site, gpu in sorted(kinds, key=lambda k: (-self._promising.get(k, 0.0), k)):
            taken = used.get((site, gpu), 0)
            room = self._problem.most_units[site, gpu] - taken
            price = self.price(site, gpu, node, taken)
            if price is None or room < 1:
                continue
            allowed = self._problem.may_run
            choices = [c for c in self._choices[gpu] if allowed(site, c.workload)]
            worths = [self._worth(c, left, value) for c in choices]
            enough = 0.0 if best is None else best[0] * price
            worth, pattern = best_pattern(self._problem.rooms[gpu], choices, worths, enough)
            if pattern is not None:
                best = (worth / price, site, gpu, pattern)
                self._promising[site, gpu] = best[0]
            for option in self._problem.whole_options:
                carried = min(option.capacity, left.get(option.workload, 0))
                runs = option.gpu == gpu and allowed(site, option.workload)
                if runs and option.gpus <= room and carried > 0:
                    rate = carried * value[option.workload] / (price * option.gpus)
                    if best is None or rate > best[0]:
                        best = (rate, site, gpu, option)
        return None if best is None else best[1:]

    @staticmethod
    def _worth(choices: Choices, left: Mapping[str, int], value: Mapping[str, float]) -> Floats:
        carried = np.minimum(choices.capacity, max(0, left.get(choices.workload, 0)))
        worth: Floats = carried * value.get(choices.workload, 0.0)
        return worth

    def _values(self, node: Node, left: Mapping[str, int]) -> dict[str, float]:
        """Value of a quantum of each load: what it costs where it is cheapest."""
        value: dict[str, float] = {}
        for option in self._problem.options:
            if option.workload not in left or option.pooled:
                continue
            for site in (s.name for s in self._problem.sites):
                if not self._problem.runs(site, option):
                    continue
                price = self.price(site, option.gpu, node, 0)
                if price is None:
                    continue
                room = self._problem.rooms[option.gpu]
                share = float(option.gpus)
                if option.part:
                    share = max(
                        option.memory_bytes / room.plain_bytes,
                        option.share_ppm / room.max_share_ppm,
                    )
                each = price * share / min(option.capacity, left[option.workload])
                value[option.workload] = min(each, value.get(option.workload, each))
        return value

    def price(self, site: str, gpu: str, node: Node, taken: int) -> float | None:
        """Cents that one more card of a kind loses until the horizon, with its share of a host."""
        key = (site, gpu, node.index)
        if key not in self._prices:
            self._prices[key] = self._read_prices(site, gpu, node)
        owned, used_price, new_price = self._prices[key]
        price = used_price if taken < owned else new_price
        return price if price < float("inf") else None

    def outlay(self, site: str, item: str, node: Node) -> float | None:
        """Price of a unit in service at a node; 0 for what is leased, rented or built in."""
        if item in self._problem.gpus and (
            item not in self._problem.loose_gpus or site in self._rented
        ):
            return 0.0
        offers = [v for v in self._lots(site, item) if self._problem.in_service(v, node)]
        return min((float(v.buy) for v in offers if v.count is None), default=None)

    def _read_prices(self, site: str, gpu: str, node: Node) -> tuple[int, float, float]:
        """Units that are owned, the price of one of them, and the price of a new one."""
        lots = [v for v in self._lots(site, gpu) if v.count is not None or v.least]
        owned = sum(v.count or v.least for v in lots)
        used = max((v.sell.get(node.index, 0) - self._left(v) for v in lots), default=0)
        loose = gpu in self._problem.loose_gpus and site not in self._rented
        new = self._loss(site, gpu, node) if loose else 0.0
        watts = float(self._problem.watts[gpu].load) * self._cents_per_watt
        extra = 1.0 + watts + self._share_of_host(site, gpu, node)
        return owned, extra + max(0.0, used), extra + new

    def _share_of_host(self, site: str, gpu: str, node: Node) -> float:
        """The least that a place for one card costs."""
        shares = [float("inf")]
        for filled in self._fillings:
            places = filled.most.get(gpu, 0)
            if places:
                power = float(self._problem.watts[filled.host.id].load) * self._cents_per_watt
                loss = self._loss(site, filled.host.id, node)
                if any(v.count or v.least for v in self._lots(site, filled.host.id)):
                    loss = 0.0
                shares.append((loss + power) / places)
        return min(shares)

    def _loss(self, site: str, item: str, node: Node) -> float:
        """What a unit in service at the node loses until the horizon; infinity if there is none.

        What is leased or rented is paid for the rest of the roadmap, in the cheapest way.
        """
        offers = [v for v in self._lots(site, item) if v.count is None]
        arriving = [v for v in offers if self._problem.in_service(v, node)]
        bought = [max(0.0, v.buy - self._left(v)) for v in arriving if v.mode == "purchase"]
        months = self._problem.tree.horizon - node.month
        paid = [float(v.per_month) * max(months, v.term or 0) for v in arriving if v.term]
        return min([*bought[-1:], *paid], default=float("inf"))

    def _lots(self, site: str, item: str) -> list[Vintage]:
        return [v for v in self._problem.vintages if (v.site, v.item) == (site, item)]

    @staticmethod
    def _left(vintage: Vintage) -> float:
        return float(max(vintage.closing.values(), default=0))
