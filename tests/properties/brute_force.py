"""Every plan of a tiny scenario, tried one after the other; shares nothing with formulation/ and solve/.

A month is solved by trying every use of the hosts and cards that are owned; the months are
joined by trying every purchase and every sale (dynamic programming over what is owned, which
loses nothing).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import combinations_with_replacement, product

from planner.catalog.items import Gpu, Host, exact
from planner.scenario.inputs import Inputs
from planner.sizing.option import Option
from planner.sizing.sizing import size
from planner.units import HOURS_PER_MONTH, Month, discount_factors

INFINITE = Fraction(10**15)


class BruteForce:
    """The cheapest plan of a scenario with one site, by enumeration."""

    def __init__(self, inputs: Inputs, most: int) -> None:
        self.inputs, self.scenario, self.most = inputs, inputs.scenario, most
        self.sizing = size(inputs)
        self.gpus: dict[str, Gpu] = inputs.gpus()
        self.hosts: dict[str, Host] = inputs.hosts()
        self.site = inputs.scenario.sites[0]
        self.prices = inputs.prices()
        self.start = Month.parse(self.scenario.start)
        self.factors = discount_factors(self.scenario.discount_rate, self.scenario.months)
        self.items = [*self.gpus, *self.hosts]
        self.month_cost = lru_cache(maxsize=None)(self._month_cost)
        self.card_loads = lru_cache(maxsize=None)(self._card_loads)

    def cheapest(self) -> Fraction:
        """Discounted cents of the cheapest plan, or INFINITE."""
        lots = tuple((lot.gpu or lot.host, -i - 1, lot.count) for i, lot in enumerate(self.scenario.existing))
        return lru_cache(maxsize=None)(self._from)(0, lots)

    def _from(self, month: int, held: tuple[tuple[str, int, int], ...]) -> Fraction:
        if month == self.scenario.months:
            if not self.scenario.horizon_value:
                return Fraction(0)
            return -self.factors[month] * sum(n * self._value(i, v, month) for i, v, n in held)
        best = INFINITE
        for kept in product(*(range(n + 1) for _, _, n in held)):
            sold = Fraction(0)
            left = []
            for (item, vintage, n), k in zip(held, kept, strict=True):
                sold += (n - k) * self._value(item, vintage, month) if self.scenario.resale else 0
                if k:
                    left.append((item, vintage, k))
            owned = Counter()
            for item, _, n in left:
                owned[item] += n
            for bought in self._purchases(month, owned):
                now = owned + bought
                run = self.month_cost(month, tuple(sorted(now.items())))
                if run >= INFINITE:
                    continue
                after = tuple(sorted([*left, *((i, month, n) for i, n in bought.items())]))
                paid = sum(n * self.prices.price(i, self.start + month).cents for i, n in bought.items())
                support = self._support(after)
                total = self.factors[month] * (paid - sold + support + run) + self._next(month + 1, after)
                best = min(best, total)
        return best

    def _next(self, month: int, held: tuple[tuple[str, int, int], ...]) -> Fraction:
        if not hasattr(self, "_memo"):
            self._memo: dict[object, Fraction] = {}
        key = (month, held)
        if key not in self._memo:
            self._memo[key] = self._from(month, held)
        return self._memo[key]

    def _purchases(self, month: int, owned: Counter[str]) -> Iterator[Counter[str]]:
        def most(item: str) -> int:
            gpu = self.gpus.get(item)
            loose = gpu is None or gpu.form_factor == "pcie"
            for_sale = loose and self.prices.price(item, self.start + month) is not None
            return max(0, self.most - owned[item]) if for_sale else 0

        for counts in product(*(range(most(i) + 1) for i in self.items)):
            yield Counter({i: n for i, n in zip(self.items, counts, strict=True) if n})

    def _value(self, item: str, vintage: int, month: int) -> int:
        if vintage < 0:
            return self.prices.existing_value(self.scenario.existing[-vintage - 1], self.start + month)
        paid = self.prices.price(item, self.start + vintage).cents
        return self.prices.value(item, paid, month - vintage)

    def _support(self, held: tuple[tuple[str, int, int], ...]) -> Fraction:
        cents = Fraction(0)
        for item, vintage, n in held:
            if item in self.hosts:
                price = self.prices.price(item, self.start + max(0, vintage))
                cents += n * self.hosts[item].support_per_year * (price.cents if price else 0) / 12
        return cents

    def _month_cost(self, month: int, owned: tuple[tuple[str, int], ...]) -> Fraction:
        """Cheapest electricity of a month that carries the demand, or INFINITE."""
        counts = Counter(dict(owned))
        per_w = exact(self.site.pue) * exact(self.site.electricity_per_kwh) * 100 * HOURS_PER_MONTH / 1000
        best = INFINITE
        for machines in self._uses(counts):
            load = sum(self.hosts[h].base_load_w + sum(self.gpus[g].tdp_w for g in cards) for h, cards in machines)
            if load * exact(self.site.pue) > exact(self.site.facility_power_kw) * 1000:
                continue
            idle = sum(self.hosts[h].base_idle_w + sum(self.gpus[g].idle_w for g in cards) for h, cards in machines)
            serving = self._serve(month, tuple(sorted(cards for _, cards in machines)))
            best = min(best, idle * per_w + serving * per_w / 1000)
        return best

    def _uses(self, owned: Counter[str]) -> Iterator[list[tuple[str, tuple[str, ...]]]]:
        """Every way to put some of the owned cards into some of the owned hosts."""
        machines = [h for h in self.hosts for _ in range(owned[h])]
        for fillings in product(*(self._fillings(h) for h in machines)):
            used = Counter(
                g for h, f in zip(machines, fillings, strict=True) for g in f or () if not self.hosts[h].built_in
            )
            if all(used[g] <= owned[g] for g in used):
                yield [(h, f) for h, f in zip(machines, fillings, strict=True) if f]

    def _fillings(self, name: str) -> list[tuple[str, ...] | None]:
        host = self.hosts[name]
        if host.built_in:
            return [None, (host.built_in[0],) * host.built_in[1]]
        found: list[tuple[str, ...] | None] = [None]
        for n in range(1, host.max_gpus + 1):
            found += [c for c in combinations_with_replacement(sorted(self.gpus), n) if self._fits(host, c)]
        return found

    def _fits(self, host: Host, cards: tuple[str, ...]) -> bool:
        kinds = [self.gpus[c] for c in cards]
        if any(g.form_factor != "pcie" or g.cooling not in host.cooling or g.tdp_w > host.max_card_w for g in kinds):
            return False
        if sum(g.cooling == "open" for g in kinds) > host.max_open_cards:
            return False
        if host.base_load_w + sum(g.tdp_w for g in kinds) > host.psu_w * host.psu_planning_fraction:
            return False
        peaks = sum(g.tdp_w * g.transient_factor for g in kinds)
        if host.base_load_w + peaks > host.psu_w * host.psu_transient_fraction:
            return False
        return any(self._slots(list(layout), sorted((g.slot_width for g in kinds), reverse=True)) for layout in host.slot_layouts)

    def _slots(self, free: list[int], widths: list[int]) -> bool:
        if not widths:
            return True
        return any(
            self._slots(free[:i] + free[i + 1 :], widths[1:]) for i, f in enumerate(free) if f >= widths[0]
        )

    def _serve(self, month: int, machines: tuple[tuple[str, ...], ...]) -> Fraction:
        """Least milliwatts with which the cards carry the demand and serve the mean load."""
        best = INFINITE
        loads = [self.card_loads(cards) for cards in machines]
        for choice in product(*loads):
            running = [o for held in choice for o in held]
            best = min(best, self._milliwatts(month, running))
        return best

    def _milliwatts(self, month: int, running: list[Option]) -> Fraction:
        total = Fraction(0)
        for workload, quantum in self.sizing.quanta.items():
            mine = sorted((o for o in running if o.workload == workload), key=lambda o: Fraction(o.power_mw, o.capacity))
            if sum(o.capacity for o in mine) < quantum.demand[month]:
                return INFINITE
            left = quantum.load[month]
            for o in mine:
                served = min(left, o.capacity)
                total += Fraction(o.power_mw, o.capacity) * served
                left -= served
        return total

    def _card_loads(self, cards: tuple[str, ...]) -> list[tuple[Option, ...]]:
        """Every set of replicas that the cards of one host can run."""
        if not cards:
            return [()]
        found: set[tuple[Option, ...]] = set()
        first, rest = cards[0], cards[1:]
        for parts in self._one_card(first):
            found.update((*parts, *others) for others in self.card_loads(rest))
        for o in self.sizing.options:
            if not o.part and o.gpu == first and cards.count(first) >= o.gpus:
                left = list(cards)
                for _ in range(o.gpus):
                    left.remove(first)
                found.update((o, *others) for others in self.card_loads(tuple(left)))
        return sorted(found, key=lambda c: [o.name for o in c])

    def _one_card(self, gpu: str) -> list[tuple[Option, ...]]:
        """Every set of replicas that share one card; only the largest level that fits matters last."""
        by_workload = [[None, *(o for o in self.sizing.options if o.part and o.gpu == gpu and o.workload == w)] for w in self.sizing.quanta]
        found = []
        for choice in product(*by_workload):
            held = tuple(o for o in choice if o is not None)
            room = self.sizing.usable_bytes[gpu, any(o.ecc for o in held)]
            if sum(o.memory_bytes for o in held) > room or sum(o.share_ppm for o in held) > self.sizing.max_share_ppm:
                continue
            if any(
                a is not b and a.period_us is not None and a.step_us + b.step_us > a.period_us for a in held for b in held
            ):
                continue
            found.append(held)
        return found
