"""Every way to hold one kind of unit over time: bought, leased, rented, or there at the start.

A unit is ordered at the start of a step, can be used from a later one on, and leaves at the start
of a step or stays to the end: that is a spell. Every unit that was there is tried with every step
of leaving. As long as a step lacks a unit, every spell that can be used there is tried.

A way is a set of spells that covers the needs. What matters of it beside its cost: capital paid so
far in the fiscal window of each step, units ordered where supply is short, machines held where the
offer is short, and the kinds of cards that are held. A way is dropped only for another that is no
larger in any of these.

Why no other purchase is of use: one that covers no lack costs at least nothing (that is checked:
`FreeMoneyError`), takes from the supply and from the kinds, and brings no cash but what it cost
before, unless it is bought in one fiscal window and sold in a later one; see `families_force`. A
lease or a rental that covers no lack only costs. Leaving a step without what it lacks is no plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from planner.scenario.schema import Existing, Rental
from planner.units import HOURS_PER_MONTH, Month, cents, discount_factors
from tests.properties.brute_ownership import FreeMoneyError
from tests.properties.brute_uses import pareto
from tests.properties.families_ground import FamiliesGround

Needs = tuple[int, ...]
"""Units that must be in service, for each step."""


@dataclass(frozen=True)
class Spell:
    """One unit, from its order to its leaving.

    Attributes:
        ordered: step of the order; None for a unit that was there.
        leaves: first step at which it is no longer held.
        uses: steps in which it can be used, from the first to the one before the second.
        cents: discounted cost of all of it, receipts taken off.
        cash: capital that is paid (or received, below 0), by step.
        bought: whether it was bought, so that its sale is cash.
    """

    ordered: int | None
    leaves: int
    uses: tuple[int, int]
    cents: Fraction
    cash: dict[int, int]
    bought: bool = False


class Trade:
    """What units cost and bring at each step."""

    def __init__(self, ground: FamiliesGround) -> None:
        scenario = ground.scenario
        self.ground, self.scenario = ground, scenario
        self.prices = ground.inputs.prices()
        self.start = Month.parse(scenario.start)
        self.horizon = scenario.months
        self.factors = discount_factors(scenario.discount_rate, scenario.months)
        self.steps = list(range(0, scenario.months, scenario.step_months))
        self.ends = [*self.steps, scenario.months]

    def months(self, step: int) -> range:
        """Months of a step."""
        return range(self.ends[step], self.ends[step + 1])

    def lead(self, item: str) -> int:
        """Months from the order to the service."""
        return next((e.months for e in self.scenario.lead_times if e.item == item), 0)

    def _steps_within(self, first: int, end: int) -> tuple[int, int]:
        """Steps of which all months lie in a span: from the first to the one before the second."""
        inside = [
            s for s in range(len(self.steps)) if self.ends[s] >= first and self.ends[s + 1] <= end
        ]
        return (inside[0], inside[-1] + 1) if inside else (0, 0)

    def bought(self, item: str) -> Iterator[Spell]:
        """Every purchase with every sale that may follow it."""
        for ordered, month in enumerate(self.steps):
            price = self.prices.price(item, self.start + month)
            arrives = month + self.lead(item)
            for leaves in range(ordered + 1, len(self.ends)) if price and self._sold(item) else ():
                gone = self.ends[leaves]
                if gone < arrives and gone < self.horizon:
                    continue
                assert price is not None
                value = self.prices.value(item, price.cents, gone - month)
                limited = self.scenario.budget is not None and self.scenario.budget.windows
                assert value <= price.cents or not limited, "no sale pays for another purchase"
                cost = self.factors[month] * price.cents - self._receipt(value, leaves)
                cost += self._support(item, price.cents, arrives, gone)
                if cost < 0:
                    raise FreeMoneyError(f"{item} bought at {month}, sold at {gone}")
                cash = {ordered: price.cents} | self._sale(value, leaves)
                uses = self._steps_within(arrives, gone)
                yield Spell(ordered, leaves, uses, cost, cash, bought=True)

    def leased(self, item: str) -> Iterator[Spell]:
        """Every lease of an item, at every step."""
        for offer in self.scenario.leases:
            if offer.item == item:
                yield from self._paid(self.lead(item), offer.term_months, cents(offer.per_month))

    def rented(self, offer: Rental) -> Iterator[Spell]:
        """Every rental of a machine, at every step."""
        each = cents(Fraction(str(offer.per_hour)) * HOURS_PER_MONTH * offer.gpus)
        yield from self._paid(0, offer.term_months, each)

    def _paid(self, lead: int, term: int, per_month: int) -> Iterator[Spell]:
        paid = term
        while paid < self.scenario.step_months:
            paid += term
        for ordered, month in enumerate(self.steps):
            first = month + lead
            months = range(first, first + paid)
            cost = per_month * sum(self.factors[min(m, self.horizon)] for m in months)
            uses = self._steps_within(first, first + paid)
            held = [s for s in range(ordered, len(self.steps)) if self.ends[s] < first + paid]
            yield Spell(ordered, held[-1] + 1, uses, Fraction(cost), {})

    def kept(self, lot: Existing) -> list[Spell]:
        """Every sale of a unit that was there before, on the first day or later."""
        item = lot.gpu or lot.host or lot.bridge or ""
        price = self.prices.price(item, self.start)
        found = []
        for leaves, month in enumerate(self.ends):
            value = self.prices.existing_value(lot, self.start + month)
            cost = self._support(item, price.cents if price else 0, 0, month)
            cost -= self._receipt(value, leaves)
            cash = self._sale(value, leaves)
            found.append(Spell(None, leaves, (0, leaves), cost, cash))
        return found

    def _sold(self, item: str) -> bool:
        gpus = self.ground.gpus
        return item not in gpus or gpus[item].form_factor == "pcie"

    def _support(self, item: str, price: int, first: int, end: int) -> Fraction:
        host = self.ground.hosts.get(item)
        if host is None:
            return Fraction(0)
        return host.support_per_year * price / 12 * sum(self.factors[first:end])

    def _receipt(self, value: int, leaves: int) -> Fraction:
        last = leaves == len(self.steps)
        counts = self.scenario.horizon_value if last else self.scenario.resale
        return self.factors[self.ends[leaves]] * value if counts else Fraction(0)

    def _sale(self, value: int, leaves: int) -> dict[int, int]:
        """Cash of a sale; the value at the horizon is none."""
        on_the_way = leaves < len(self.steps) and self.scenario.resale
        return {leaves: -value} if on_the_way and value else {}


@dataclass(frozen=True)
class Limits:
    """What all kinds of units share.

    Attributes:
        windows: for each step the capital that may be paid up to it since the first step of its
            window, which is given too; None where there is no limit.
        supply: units of an item that can be ordered in a step.
        machines: rented machines that can be held at a time.
        racks: racks that can be held at a time beside those that stand there, by (site, item).
        kinds: kinds of cards that may be held at a time; None for no limit.
    """

    windows: tuple[tuple[int, int] | None, ...]
    supply: dict[str, int]
    machines: dict[str, int]
    racks: dict[tuple[str, str], int]
    kinds: int | None

    @classmethod
    def of(cls, trade: Trade, ground: FamiliesGround) -> Limits:
        scenario = ground.scenario
        windows: list[tuple[int, int] | None] = []
        ends = [
            (Month.parse(w.until) - trade.start, cents(w.capital))
            for w in (scenario.budget.windows if scenario.budget else ())
        ]
        for month in trade.steps:
            window = next((i for i, (until, _) in enumerate(ends) if month <= until), None)
            if window is None:
                windows.append(None)
            else:
                since = ends[window - 1][0] + 1 if window else 0
                first = next(s for s, m in enumerate(trade.steps) if m >= since)
                windows.append((ends[window][1], first))
        return cls(
            windows=tuple(windows),
            supply={s.item: s.per_month * scenario.step_months for s in scenario.supply},
            machines={n: r.machines_max for n, r in ground.rentals.items() if r.machines_max},
            racks={(s.name, s.racks.model): s.racks.buy for s in ground.sites if s.racks},
            kinds=scenario.fleet.max_gpu_models,
        )

    @property
    def none(self) -> bool:
        """Whether nothing is shared."""
        short = self.supply or self.machines or self.kinds is not None
        return not short and all(w is None for w in self.windows)


@dataclass(frozen=True)
class Way:
    """A set of spells of one kind of unit.

    Attributes:
        cents: cost, in whole numbers of a common scale.
        capital: paid so far in the window of each step; 0 where there is no limit.
        counted: units ordered in each step where supply is short, or held where machines or racks
            are.
        held: one bit for each step in which a unit is held, if its cards count as a kind.
    """

    cents: int
    capital: tuple[int, ...]
    counted: tuple[int, ...]
    held: int

    def __add__(self, other: Way) -> Way:
        return Way(
            self.cents + other.cents,
            tuple(map(int.__add__, self.capital, other.capital)),
            tuple(map(int.__add__, self.counted, other.counted)),
            self.held | other.held,
        )


class Stock:
    """Ways to hold one kind of unit, by what is needed of it."""

    def __init__(
        self, site: str, item: str, spells: Sequence[Spell], lots: Sequence[Sequence[Spell]],
        limits: Limits, ground: FamiliesGround, scale: int,
    ) -> None:  # fmt: skip
        self.site, self.item = site, item
        self.model = ground.model_of(item) if limits.kinds is not None else None
        self.limits, self.scale, self.spells = limits, scale, spells
        self.none = Way(0, (0,) * len(limits.windows), (0,) * len(limits.windows), 0)
        self._spells = [(spell, self.way(spell)) for spell in spells]
        self._lots = [[(spell, self.way(spell)) for spell in unit] for unit in lots]
        self._known: dict[tuple[int, Needs], list[Way]] = {}

    def way(self, spell: Spell) -> Way:
        """A spell as a way of its own."""
        steps, limits = range(len(self.limits.windows)), self.limits
        cost = spell.cents * self.scale
        assert cost.denominator == 1
        capital = [0 for _ in steps]
        for at, paid in spell.cash.items():
            for s in steps[at:]:
                window = limits.windows[s]
                capital[s] += paid if window is not None and window[1] <= at else 0
        held = range(spell.ordered or 0, spell.leaves)
        counted = [0 for _ in steps]
        if self.item in limits.machines or (self.site, self.item) in limits.racks:
            counted = [int(s in held) for s in steps]
        elif self.item in limits.supply:
            counted = [int(s == spell.ordered) for s in steps]
        bits = sum(1 << s for s in held) if self.model is not None else 0
        return Way(cost.numerator, tuple(capital), tuple(counted), bits)

    def ways(self, needs: Needs) -> list[Way]:
        """Ways to have so many units in service in each step, the cheapest one first."""
        found = self._known.get((0, needs))
        return self._ways(0, needs) if found is None else found

    def _ways(self, settled: int, needs: Needs) -> list[Way]:
        """The same when the first of the units that were there are settled."""
        key = (settled, needs)
        if key not in self._known:
            if settled < len(self._lots):
                found = [
                    way + rest
                    for spell, way in self._lots[settled]
                    for rest in self._ways(settled + 1, _without(needs, spell))
                ]
            elif not any(needs):
                found = [self.none]
            else:
                lacking = next(s for s, n in enumerate(needs) if n)
                found = [
                    way + rest
                    for spell, way in self._spells
                    if spell.uses[0] <= lacking < spell.uses[1]
                    for rest in self._ways(settled, _without(needs, spell))
                ]
            most = self.limits.racks.get((self.site, self.item))
            found = [way for way in found if most is None or max(way.counted) <= most]
            self._known[key] = _undominated(found)
        return self._known[key]


def _undominated(ways: list[Way]) -> list[Way]:
    """Ways than which no other is lower in cost and no larger in all else, by cost."""
    ways = sorted(set(ways), key=lambda w: w.cents)
    if len(ways) < 2:
        return ways
    ranks = {cost: i for i, cost in enumerate(sorted({w.cents for w in ways}))}
    steps = range(len(ways[0].capital))
    rows = {
        (ranks[w.cents], *w.capital, *w.counted, *(w.held >> s & 1 for s in steps)): w for w in ways
    }
    kept = pareto(np.array(list(rows), dtype=np.int64))
    return sorted((rows[tuple(int(x) for x in row)] for row in kept), key=lambda w: w.cents)


def _without(needs: Needs, spell: Spell) -> Needs:
    """What is still needed when one more unit can be used."""
    first, end = spell.uses
    return tuple(n - 1 if n and first <= s < end else n for s, n in enumerate(needs))
