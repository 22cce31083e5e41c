"""Every way to own one kind of unit over time, tried out; months are never merged.

A unit is owned from the start of one step to the start of a later one, or to the end. Every unit
that was there leaves at some step: each is tried. Then, as long as something is needed, the first
step that lacks a unit must be covered by a purchase that reaches over it: each is tried. A
purchase that covers nothing never pays, because no pair of a purchase and a sale earns money
(that is checked, not assumed).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from planner.scenario.inputs import Inputs
from planner.scenario.schema import Existing
from planner.units import Month, discount_factors

Needs = tuple[int, ...]
"""Units that must be owned, for each step."""
NEVER = 10**1000
"""A cost that stands for: it cannot be done."""


class FreeMoneyError(ValueError):
    """Buying and selling earns money by itself, so there is no cheapest plan."""


@dataclass(frozen=True)
class Spell:
    """One unit owned from the start of step ``first`` until the start of step ``end``."""

    first: int
    end: int
    cents: Fraction


class Market:
    """What units cost and bring at each step."""

    def __init__(self, inputs: Inputs) -> None:
        scenario = inputs.scenario
        self.inputs, self.scenario = inputs, scenario
        self.prices = inputs.prices()
        self.hosts = inputs.hosts()
        self.start = Month.parse(scenario.start)
        self.factors = discount_factors(scenario.discount_rate, scenario.months)
        self.steps = list(range(0, scenario.months, scenario.step_months))
        self.ends = [*self.steps, scenario.months]

    def months(self, step: int) -> range:
        """Months of a step."""
        return range(self.ends[step], self.ends[step + 1])

    def bought(self, item: str) -> list[Spell]:
        """Every purchase with every sale that may follow it."""
        found = []
        for first, month in enumerate(self.steps):
            price = self.prices.price(item, self.start + month)
            if price is None:
                continue
            for end in range(first + 1, len(self.ends)):
                age = self.ends[end] - month
                cost = self.factors[month] * price.cents
                cost += self._support(item, price.cents, first, end)
                cost -= self._receipt(self.prices.value(item, price.cents, age), end)
                if cost < 0:
                    raise FreeMoneyError(f"{item} bought at {month}, sold at {self.ends[end]}")
                found.append(Spell(first, end, cost))
        return found

    def there(self, site: str, item: str) -> list[list[Spell]]:
        """For each unit that exists at the start, every way to part with it."""
        return [self.kept(lot) for lot in self.lots(site, item) for _ in range(lot.count)]

    def kept(self, lot: Existing) -> list[Spell]:
        """Every sale of a unit that was there before, on the first day or later."""
        item = lot.gpu or lot.host or ""
        price = self.prices.price(item, self.start)
        found = []
        for end, month in enumerate(self.ends):
            value = self.prices.existing_value(lot, self.start + month)
            support = self._support(item, price.cents if price else 0, 0, end)
            found.append(Spell(0, end, support - self._receipt(value, end)))
        return found

    def lots(self, site: str, item: str) -> list[Existing]:
        """Lots of a kind of unit that exist at the start."""
        home = self.scenario.sites[0].name
        return [
            lot
            for lot in self.scenario.existing
            if (lot.gpu or lot.host) == item and (lot.site or home) == site
        ]

    def _support(self, item: str, price: int, first: int, end: int) -> Fraction:
        if item not in self.hosts:
            return Fraction(0)
        months = self.factors[self.ends[first] : self.ends[end]]
        return self.hosts[item].support_per_year * price / 12 * sum(months)

    def _receipt(self, value: int, end: int) -> Fraction:
        last = end == len(self.steps)
        counts = self.scenario.horizon_value if last else self.scenario.resale
        return self.factors[self.ends[end]] * value if counts else Fraction(0)


class Ownership:
    """Least cost of owning enough of one kind of unit at every step; costs in whole numbers."""

    def __init__(
        self, bought: Sequence[Spell], lots: Sequence[Sequence[Spell]], scale: int
    ) -> None:
        self._bought = [_whole(spell, scale) for spell in bought]
        self._lots = [[_whole(spell, scale) for spell in unit] for unit in lots]
        self._known: dict[tuple[int, Needs], int] = {}

    def least(self, needs: Needs) -> int:
        """Least cost of owning at least so many units in each step, or ``NEVER``."""
        return self._least(0, needs)

    def _least(self, sold: int, needs: Needs) -> int:
        """The same when the first ``sold`` of the units that were there are dealt with."""
        key = (sold, needs)
        if key not in self._known:
            if sold < len(self._lots):
                choices = [(cost, _without(needs, s)) for s, cost in self._lots[sold]]
                found = (cost + self._least(sold + 1, rest) for cost, rest in choices)
            elif not any(needs):
                found = iter((0,))
            else:
                step = next(i for i, n in enumerate(needs) if n)
                found = (
                    cost + self._least(sold, _without(needs, s))
                    for s, cost in self._bought
                    if s.first <= step < s.end
                )
            self._known[key] = min(found, default=NEVER)
        return self._known[key]


def _whole(spell: Spell, scale: int) -> tuple[Spell, int]:
    cost = spell.cents * scale
    assert cost.denominator == 1
    return spell, cost.numerator


def _without(needs: Needs, spell: Spell) -> Needs:
    """What is still needed when one more unit is owned."""
    return tuple(
        n - 1 if n and spell.first <= step < spell.end else n for step, n in enumerate(needs)
    )
