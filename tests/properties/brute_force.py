"""Every plan of a tiny scenario; shares nothing with formulation/ and solve/.

A plan says for every step which machines run with what on them (a use), and for every unit when
it comes and when it goes (a spell). Given the sequence of uses, the kinds of units are paid for
independently of each other; given how many units of a kind each step needs, so is each spell.

Why no plan is missed:

- Uses (`brute_uses`): all multisets of machines are built up from one machine at a time. One is
  dropped only for another that needs no more of any item, power, place and idle energy and
  carries no less at any price of energy. What may be added to the first may be added to the
  second, at the same cost, so a cheapest plan survives every drop. The build-up ends, because
  loads are capped at the demand: beyond it a machine more is never of use.
- Ownership (`brute_ownership`): every unit that was there is tried with every month of leaving.
  Of the purchases of any plan, one must cover the first step that still lacks a unit; each one
  that can is tried, and the rest is the same question again. A purchase that covers no lack costs
  at least nothing, which is checked for each (`FreeMoneyError`), so a plan is no dearer without.
- Sequences (here): depth first over every use of every step. A beginning is given up only when
  its hardware so far, without any need later, plus the least electricity of the rest, is no less
  than the cost of a whole plan: needs only grow, and with them the cost of owning.

All arithmetic is exact. `plain_enumeration` leaves all of this out, for still smaller scenarios,
and must agree to the last digit. A scenario with more sets of machines than can be tried is
refused, never cut short (`TooLargeError`).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import chain
from math import lcm

from planner.scenario.inputs import Inputs
from planner.sizing.option import Sizing
from planner.sizing.sizing import size
from tests.properties.brute_ground import Ground
from tests.properties.brute_ownership import NEVER, Market, Ownership
from tests.properties.brute_uses import Use, Uses


def cheapest_plan(inputs: Inputs, sizing: Sizing | None = None) -> Fraction | None:
    """Discounted cents of the cheapest plan, or None where there is no plan.

    Raises:
        FreeMoneyError: if a purchase and a sale earn money by themselves.
        TooLargeError: if there is too much to try.
    """
    ground = Ground(inputs, size(inputs) if sizing is None else sizing)
    market = Market(inputs)
    uses = _uses(ground, market)
    if not all(uses):
        return None
    return _Sequences(ground, market, uses).cheapest()


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _for_sale(ground: Ground, item: str) -> bool:
    return item in ground.hosts or ground.gpus[item].form_factor == "pcie"


def _uses(ground: Ground, market: Market) -> list[list[Use]]:
    """Uses of each step: the largest demand of its months, the mean of their mean loads."""
    most = _most(ground, market)
    known: dict[object, list[Use]] = {}
    found = []
    for step in range(len(market.steps)):
        months = market.months(step)
        quanta = ground.sizing.quanta
        demand = {w: max(q.demand[m] for m in months) for w, q in quanta.items()}
        load = {w: _mean([q.load[m] for m in months]) for w, q in quanta.items()}
        key = (*demand.values(), *load.values())
        if key not in known:
            known[key] = Uses(ground, demand, load, most).cheapest()
        found.append(known[key])
    return found


def _most(ground: Ground, market: Market) -> list[int | None]:
    """Units of each kind that can be had: what exists where none can be bought, else no limit."""
    found: list[int | None] = []
    for site, item in ground.units:
        sold = _for_sale(ground, item) and market.bought(item)
        there = sum(lot.count for lot in market.lots(site, item))
        found.append(None if sold else there)
    return found


class _Sequences:
    """Every sequence of uses, one for each step."""

    def __init__(self, ground: Ground, market: Market, uses: list[list[Use]]) -> None:
        weights = [sum(market.factors[m] for m in market.months(s)) for s in range(len(uses))]
        energy = [[u.cents * w for u in step] for step, w in zip(uses, weights, strict=True)]
        bought = [
            market.bought(item) if _for_sale(ground, item) else [] for _, item in ground.units
        ]
        there = [market.there(*unit) for unit in ground.units]
        spells = chain(*bought, *chain(*there))
        costs = {*(s.cents for s in spells), *chain(*energy)}
        self.scale = lcm(*(cost.denominator for cost in costs))
        self.owned = [Ownership(b, t, self.scale) for b, t in zip(bought, there, strict=True)]
        self.uses = [
            [(u.needs, int(e * self.scale)) for u, e in zip(step, costs, strict=True)]
            for step, costs in zip(uses, energy, strict=True)
        ]
        least = [min(cost for _, cost in step) for step in self.uses]
        self.rest = [sum(least[s + 1 :]) for s in range(len(uses))]
        self.best = NEVER

    def cheapest(self) -> Fraction | None:
        self._extend((), 0)
        return None if self.best >= NEVER else Fraction(self.best, self.scale)

    def _extend(self, chosen: tuple[tuple[int, ...], ...], paid: int) -> None:
        """Try every use at the next step, the one that costs least so far first."""
        step = len(chosen)
        if step == len(self.uses):
            self.best = min(self.best, paid + self._hardware(chosen))
            return
        costs = [
            (paid + cost + self._hardware((*chosen, needs)), needs, paid + cost)
            for needs, cost in self.uses[step]
        ]
        for total, needs, spent in sorted(costs):
            if total + self.rest[step] < self.best:
                self._extend((*chosen, needs), spent)

    def _hardware(self, chosen: tuple[tuple[int, ...], ...]) -> int:
        """Least cost of owning what the chosen uses need, and nothing after them."""
        after = (0,) * (len(self.uses) - len(chosen))
        return sum(
            owned.least((*(needs[i] for needs in chosen), *after))
            for i, owned in enumerate(self.owned)
        )
