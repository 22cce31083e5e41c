"""The plainest enumeration there is, for scenarios of a few units: it checks the brute force.

Month by month every sale, every purchase of up to ``most`` units, every filling of every owned
host, and every load of every card is tried; nothing is merged, dropped or ordered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import chain, product

from planner.catalog.items import exact
from planner.scenario.inputs import Inputs
from planner.sizing.option import Option, Sizing
from planner.units import HOURS_PER_MONTH, Month, discount_factors

Lot = tuple[str, int, int]
"""An item, the month it was bought (or -1, -2, ... for existing lots), and a count."""
Machine = tuple[str, tuple[str, ...]]
IMPOSSIBLE = Fraction(10**30)


class PlainEnumeration:
    """The cheapest plan of a scenario with one site and steps of one month."""

    def __init__(self, inputs: Inputs, sizing: Sizing, most: int) -> None:
        self.scenario, self.sizing, self.most = inputs.scenario, sizing, most
        self.gpus, self.hosts, self.prices = inputs.gpus(), inputs.hosts(), inputs.prices()
        (self.site,) = inputs.scenario.sites
        self.start = Month.parse(self.scenario.start)
        self.factors = discount_factors(self.scenario.discount_rate, self.scenario.months)
        self._price = lru_cache(maxsize=None)(self._price)  # type: ignore[method-assign]
        self._value = lru_cache(maxsize=None)(self._value)  # type: ignore[method-assign]
        self.from_month = lru_cache(maxsize=None)(self._from_month)
        self.least_serving = lru_cache(maxsize=None)(self._least_serving)
        self.electricity = lru_cache(maxsize=None)(self._electricity)

    def cheapest(self) -> Fraction | None:
        """Discounted cents, or None where no plan exists."""
        lots = enumerate(self.scenario.existing, start=1)
        best = self.from_month(0, tuple((x.gpu or x.host or "", -i, x.count) for i, x in lots))
        return None if best >= IMPOSSIBLE else best

    def _from_month(self, month: int, held: tuple[Lot, ...]) -> Fraction:
        if month == self.scenario.months:
            worth = sum(n * self._value(item, v, month) for item, v, n in held)
            return -self.factors[month] * worth * self.scenario.horizon_value
        return min(
            (
                self._month(month, held, kept, bought)
                for kept in product(*(range(n + 1) for _, _, n in held))
                for bought in self._purchases(month)
            ),
            default=IMPOSSIBLE,
        )

    def _month(
        self, month: int, held: tuple[Lot, ...], kept: tuple[int, ...], bought: tuple[Lot, ...]
    ) -> Fraction:
        left = [(i, v, k) for (i, v, _), k in zip(held, kept, strict=True) if k]
        now = tuple(sorted([*left, *bought]))
        owned: Counter[str] = Counter()
        for item, _, n in now:
            owned[item] += n
        electricity = self.electricity(month, tuple(sorted(owned.items())))
        if electricity >= IMPOSSIBLE:
            return IMPOSSIBLE
        later = self.from_month(month + 1, now)
        if later >= IMPOSSIBLE:
            return IMPOSSIBLE
        sold = sum(
            (n - k) * self._value(i, v, month) for (i, v, n), k in zip(held, kept, strict=True)
        )
        paid = sum(n * self._price(i, month) for i, _, n in bought)
        here = paid - sold * self.scenario.resale + self._support(now) + electricity
        return self.factors[month] * here + later

    def _purchases(self, month: int) -> Iterator[tuple[Lot, ...]]:
        loose = [g.id for g in self.gpus.values() if g.form_factor == "pcie"]
        sold = [i for i in (*loose, *self.hosts) if self.prices.price(i, self.start + month)]
        for counts in product(range(self.most + 1), repeat=len(sold)):
            yield tuple((i, month, n) for i, n in zip(sold, counts, strict=True) if n)

    def _price(self, item: str, month: int) -> int:
        price = self.prices.price(item, self.start + max(0, month))
        return price.cents if price else 0

    def _value(self, item: str, vintage: int, month: int) -> int:
        if vintage < 0:
            lot = self.scenario.existing[-vintage - 1]
            return self.prices.existing_value(lot, self.start + month)
        return self.prices.value(item, self._price(item, vintage), month - vintage)

    def _support(self, held: tuple[Lot, ...]) -> Fraction:
        return sum(
            (
                n * self.hosts[i].support_per_year * self._price(i, v) / 12
                for i, v, n in held
                if i in self.hosts
            ),
            Fraction(0),
        )

    def _electricity(self, month: int, owned: tuple[tuple[str, int], ...]) -> Fraction:
        """Least electricity with which owned units carry the month's demand."""
        site = self.site
        tariff = exact(site.electricity_per_kwh) * 100 * HOURS_PER_MONTH / 1000
        best = IMPOSSIBLE
        for machines in self._uses(Counter(dict(owned))):
            hosts = [self.hosts[h] for h, _ in machines]
            cards = [self.gpus[c] for _, cards in machines for c in cards]
            full = sum(h.base_load_w for h in hosts) + sum(c.tdp_w for c in cards)
            crowded = site.hosts_max is not None and len(hosts) > site.hosts_max
            if crowded or full * exact(site.pue) > exact(site.facility_power_kw) * 1000:
                continue
            idle = sum(h.base_idle_w for h in hosts) + sum(c.idle_w for c in cards)
            serving = self.least_serving(month, tuple(cards for _, cards in machines))
            if serving is not None:
                best = min(best, (idle + serving) * exact(site.pue) * tariff)
        return best

    def _uses(self, owned: Counter[str]) -> Iterator[list[Machine]]:
        """Every set of owned hosts that run, with every filling of owned cards."""
        hosts = [h for h in self.hosts for _ in range(owned[h])]
        for filled in product(*([(), *self._fillings(h)] for h in hosts)):
            machines = [(h, cards) for h, cards in zip(hosts, filled, strict=True) if cards]
            used = Counter(c for h, cards in machines if not self.hosts[h].built_in for c in cards)
            if used <= owned:
                yield machines

    def _fillings(self, name: str) -> list[tuple[str, ...]]:
        host = self.hosts[name]
        if host.built_in:
            gpu, count = host.built_in
            return [(gpu,) * count] if gpu in self.gpus else []
        kinds = [g for g in self.gpus if self._may_use(g)]
        sets = product(range(host.max_gpus + 1), repeat=len(kinds))
        found = (
            tuple(chain.from_iterable((g,) * n for g, n in zip(kinds, counts, strict=True)))
            for counts in sets
        )
        return [cards for cards in found if cards and self._fits(name, cards)]

    def _may_use(self, gpu: str) -> bool:
        return self.site.kind == "office" or self.gpus[gpu].data_centre_use

    def _fits(self, name: str, cards: tuple[str, ...]) -> bool:
        host, kinds = self.hosts[name], [self.gpus[c] for c in cards]
        supply = host.psu_w
        full = host.base_load_w + sum(g.tdp_w for g in kinds)
        peak = host.base_load_w + sum(g.tdp_w * g.transient_factor for g in kinds)
        widths = sorted(g.slot_width or 99 for g in kinds)
        return (
            len(kinds) <= host.max_gpus
            and sum(g.cooling == "open" for g in kinds) <= host.max_open_cards
            and all(g.cooling in host.cooling and g.tdp_w <= host.max_card_w for g in kinds)
            and full <= supply * host.psu_planning_fraction
            and peak <= supply * host.psu_transient_fraction
            and any(
                len(layout) >= len(widths)
                and all(
                    card <= slot
                    for card, slot in zip(widths, sorted(layout)[-len(widths) :], strict=True)
                )
                for layout in host.slot_layouts
            )
        )

    def _least_serving(self, month: int, machines: tuple[tuple[str, ...], ...]) -> Fraction | None:
        """Least watts of the mean load over all replicas that the machines' cards can hold."""
        found = [
            self._serving(month, [o for load in loads for o in load])
            for loads in product(*(self._loads(cards) for cards in machines))
        ]
        return min((watts for watts in found if watts is not None), default=None)

    def _loads(self, cards: tuple[str, ...]) -> list[tuple[Option, ...]]:
        """Every way to put replicas on the cards of one host."""
        if not cards:
            return [()]
        first, rest = cards[0], cards[1:]
        found = [(*on, *others) for on in self._on_card(first) for others in self._loads(rest)]
        for o in self.sizing.options:
            if not o.part and o.gpu == first and cards.count(first) >= o.gpus:
                left = list(cards)
                for _ in range(o.gpus):
                    left.remove(first)
                found += [(o, *others) for others in self._loads(tuple(left))]
        return list(dict.fromkeys(found))

    def _on_card(self, gpu: str) -> Iterator[tuple[Option, ...]]:
        parts = [o for o in self.sizing.options if o.part and o.gpu == gpu]
        by_workload = [[None, *(o for o in parts if o.workload == w)] for w in self.sizing.quanta]
        for choice in product(*by_workload):
            held = tuple(o for o in choice if o is not None)
            room = self.sizing.usable_bytes[gpu, any(o.ecc for o in held)]
            if (
                sum(o.memory_bytes for o in held) <= room
                and sum(o.share_ppm for o in held) <= self.sizing.max_share_ppm
                and all(
                    a.period_us is None or a is b or a.step_us + b.step_us <= a.period_us
                    for a in held
                    for b in held
                )
            ):
                yield held

    def _serving(self, month: int, running: list[Option]) -> Fraction | None:
        """Watts of the mean load, or None where the demand is not carried."""
        watts = Fraction(0)
        for workload, quantum in self.sizing.quanta.items():
            mine = [o for o in running if o.workload == workload]
            if sum(o.capacity for o in mine) < quantum.demand[month]:
                return None
            left = quantum.load[month]
            for o in sorted(mine, key=lambda o: Fraction(o.power_mw, o.capacity)):
                served = min(left, Fraction(o.capacity))
                watts += Fraction(o.power_mw, 1000 * o.capacity) * served
                left -= served
        return watts
