"""Every plan of a tiny scenario with any family of rules; shares nothing with the solver.

Covered: several sites and providers, bridged pairs, MIG, racks, losses that are survived, request
classes, pools, needs for cores and memory, leases, rentals, lead times, supply, fiscal windows and
limits on the kinds of cards, besides what `brute_force` knows.

A plan says for every step which machines run with what on them (a use), and for every unit when it
comes and when it goes (a spell). Uses of different steps are independent of each other; they meet
in what is held. Why no plan is missed:

- Uses: see `families_uses`. A use that needs no more of any unit and no more electricity takes the
  place of another one whatever is held.
- Holdings (`Holdings`): given what every step needs, one way to hold each kind of unit is chosen
  (`families_ownership`), in all combinations, and what all kinds share is checked: capital in every
  fiscal window at every step, supply, rented machines, kinds of cards. A combination is given up
  only when the cheapest ways of the kinds that are left would make it no cheaper than the best one
  found, or when these ways cannot bring enough cash, or when supply or kinds are used up already.
- Sequences (`_Sequences`): depth first over every use of every step. A beginning is given up only
  when the cheapest holdings for it alone, without any need later, and the least electricity of the
  rest are no cheaper than a whole plan. Whoever can hold what is needed to the end can hold what
  the beginning needs at no more cost: what serves only later is left out.

One kind of purchase is left out there: a unit that is never used, bought in one fiscal window and
sold in a later one, is dear cash for the later window. So in scenarios of several windows the
search is done twice. The second time capital above that of a later window is not refused but
charged, at the lowest price at which any unit brings cash into that window. Where this makes no
plan cheaper, no such unit is of use; where it does, the scenario is refused (`TooLargeError`),
never answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain, compress
from math import lcm

from planner.scenario.inputs import Inputs
from planner.sizing.option import Sizing
from planner.sizing.sizing import size
from tests.properties.brute_ownership import NEVER
from tests.properties.brute_uses import TooLargeError, Use
from tests.properties.families_ground import FamiliesGround
from tests.properties.families_ownership import Limits, Spell, Stock, Trade, Way
from tests.properties.families_service import Load
from tests.properties.families_uses import FamiliesUses

MOST_TRIES = 400_000
"""Most combinations of ways that are tried."""
Needs = tuple[tuple[int, ...], ...]
"""Units that are needed: for each step, of each kind."""


def cheapest(inputs: Inputs, sizing: Sizing | None = None) -> Fraction | None:
    """Discounted cents of the cheapest plan, or None where there is no plan.

    Raises:
        FreeMoneyError: if a purchase and a sale earn money by themselves.
        TooLargeError: if there is too much to try.
    """
    ground = FamiliesGround(inputs, size(inputs) if sizing is None else sizing)
    trade = Trade(ground)
    limits = Limits.of(trade, ground)
    spells = [list(_spells(ground, trade, *unit)) for unit in ground.units]
    lots = [
        [trade.kept(lot) for lot in ground.lots(*unit) for _ in range(lot.count)]
        for unit in ground.units
    ]
    uses = uses_of(ground, trade, _most(ground, limits, spells, lots))
    if not all(uses):
        return None
    weights = [sum(trade.factors[m] for m in trade.months(s)) for s in range(len(uses))]
    energy = [[u.cents * w for u in step] for step, w in zip(uses, weights, strict=True)]
    costs = {s.cents for s in chain(*spells, *chain(*lots))} | set(chain(*energy))
    scale = lcm(*(cost.denominator for cost in costs))
    stocks = [
        Stock(*unit, s, there, limits, ground, scale)
        for unit, s, there in zip(ground.units, spells, lots, strict=True)
    ]
    used = [there or any(u.needs[i] for step in uses for u in step) for i, there in enumerate(lots)]
    prices = _prices_of_cash(stocks, limits)
    stocks = list(compress(stocks, used))
    whole = [
        [
            (tuple(compress(use.needs, used)), int(cost * scale))
            for use, cost in zip(step, paid, strict=True)
        ]
        for step, paid in zip(uses, energy, strict=True)
    ]
    best = _Sequences(whole, Holdings(stocks, limits)).cheapest()
    if any(price is not None for price in prices):
        charged = _Sequences(whole, Holdings(stocks, limits, prices), best).cheapest()
        if charged < best:
            raise TooLargeError("a unit that is never used may pay as a store of cash")
    return None if best >= NEVER else Fraction(best, scale)


def _spells(ground: FamiliesGround, trade: Trade, site: str, item: str) -> Iterator[Spell]:
    """Every way to get one more unit."""
    if item in ground.rentals:
        yield from trade.rented(ground.rentals[item])
    else:
        yield from trade.bought(item)
        yield from trade.leased(item)


def _most(
    ground: FamiliesGround,
    limits: Limits,
    spells: Sequence[Sequence[Spell]],
    lots: Sequence[Sequence[object]],
) -> list[int | None]:
    """Units of each kind that a use may need: what exists where none can be had, else no limit."""
    found: list[int | None] = []
    for unit, orders, there in zip(ground.units, spells, lots, strict=True):
        most = limits.racks.get(unit, limits.machines.get(unit[1]))
        found.append(most if orders else len(there))
    return found


def uses_of(ground: FamiliesGround, trade: Trade, most: Sequence[int | None]) -> list[list[Use]]:
    """Uses of each step: the largest demand of its months, the mean of their mean loads."""
    known: dict[object, list[Use]] = {}
    found = []
    for step in range(len(trade.steps)):
        load = load_of(ground, trade.months(step))
        key = (*load.demand.values(), *load.load.values(), *load.classes.values())
        if key not in known:
            known[key] = FamiliesUses(ground, load, most).cheapest()
        found.append(known[key])
    return found


def load_of(ground: FamiliesGround, months: range) -> Load:
    """What some months ask for."""
    quanta = ground.sizing.quanta
    return Load(
        demand={w: max(q.demand[m] for m in months) for w, q in quanta.items()},
        load={
            w: sum((q.load[m] for m in months), Fraction(0)) / len(months)
            for w, q in quanta.items()
        },
        classes={
            w: tuple(max(c.demand[m] for m in months) for c in q.classes) for w, q in quanta.items()
        },
    )


def _prices_of_cash(stocks: Sequence[Stock], limits: Limits) -> list[tuple[Fraction, int] | None]:
    """For each step of a later fiscal window: the least cost of a cent that a unit which is never
    used brings into that window, and the least cost of such a unit."""
    found: list[tuple[Fraction, int] | None] = []
    for window in limits.windows:
        ways = [
            (stock.way(spell).cents, -min(spell.cash.values()))
            for stock in stocks
            for spell in stock.spells
            if window is not None and window[1] and spell.bought and len(spell.cash) == 2
            and limits.windows[spell.leaves] == window
            and spell.ordered is not None and spell.ordered < window[1]
        ]  # fmt: skip
        each = (Fraction(cost, brings) for cost, brings in ways)
        found.append((min(each), min(cost for cost, _ in ways)) if ways else None)
    return found


class Holdings:
    """The cheapest way to hold what is needed of all kinds together."""

    def __init__(
        self,
        stocks: Sequence[Stock],
        limits: Limits,
        prices: Sequence[tuple[Fraction, int] | None] = (),
    ) -> None:
        self.stocks, self.limits = stocks, limits
        self.steps = range(len(limits.windows))
        self.prices = prices or [None for _ in self.steps]
        self.tries = 0

    def least(self, needs: Needs, below: int) -> int:
        """Least cost of holding what is needed, or something no less than ``below``."""
        ways = list(map(Stock.ways, self.stocks, zip(*needs, strict=True)))
        if not all(ways):
            return NEVER
        total = sum([w[0].cents for w in ways])
        if total >= below or self.limits.none or not ways:
            return total
        held = sorted(zip(self.stocks, ways, strict=True), key=lambda e: -len(e[1]))
        rest = [(0, (0,) * len(self.steps))]
        for _, found in reversed(held):
            cost, cash = rest[0]
            least = tuple(min(w.capital[s] for w in found) + cash[s] for s in self.steps)
            rest.insert(0, (cost + found[0].cents, least))
        return self._choose(held, rest, [], self.stocks[0].none, below)

    def _choose(
        self,
        held: list[tuple[Stock, list[Way]]],
        rest: list[tuple[int, tuple[int, ...]]],
        chosen: list[Way],
        so_far: Way,
        below: int,
    ) -> int:
        """Try every way of the next kind."""
        self.tries += 1
        if self.tries > MOST_TRIES:
            raise TooLargeError(f"more than {MOST_TRIES:,} combinations of holdings")
        number = len(chosen)
        if number == len(held):
            return so_far.cents + self._charge(so_far)
        cost, cash = rest[number + 1]
        for way in held[number][1]:
            both = so_far + way
            if both.cents + cost >= below:
                break
            tried = [*chosen, way]
            if self._within(held, tried) and self._affordable(both, cash):
                below = min(below, self._choose(held, rest, tried, both, below))
        return below

    def _affordable(self, way: Way, cash: tuple[int, ...]) -> bool:
        """Whether every window's capital is kept if the kinds that are left bring most cash."""
        return all(
            window is None or self.prices[s] is not None or way.capital[s] + cash[s] <= window[0]
            for s, window in enumerate(self.limits.windows)
        )

    def _within(self, held: list[tuple[Stock, list[Way]]], chosen: list[Way]) -> bool:
        """Whether supply, rented machines and kinds are kept so far."""
        counted: dict[str, tuple[int, ...]] = {}
        kinds: dict[str, int] = {}
        for (stock, _), way in zip(held, chosen, strict=False):
            before = counted.get(stock.item, stock.none.counted)
            counted[stock.item] = tuple(map(int.__add__, before, way.counted))
            if stock.model is not None:
                kinds[stock.model] = kinds.get(stock.model, 0) | way.held
        limits = self.limits.supply | self.limits.machines
        most = self.limits.kinds
        return all(max(counted[i]) <= n for i, n in limits.items() if i in counted) and (
            most is None or all(sum(k >> s & 1 for k in kinds.values()) <= most for s in self.steps)
        )

    def _charge(self, way: Way) -> int:
        """What cash for later windows costs at least; nothing if all limits are kept."""
        charges: dict[tuple[int, int], int] = {}
        for s, window in enumerate(self.limits.windows):
            price = self.prices[s]
            if window is not None and price is not None and way.capital[s] > window[0]:
                dear = int(price[0] * (way.capital[s] - window[0]))
                charges[window] = max(charges.get(window, 0), dear, price[1])
        return sum(charges.values())


class _Sequences:
    """Every sequence of uses, one for each step."""

    def __init__(
        self,
        uses: list[list[tuple[tuple[int, ...], int]]],
        holdings: Holdings,
        best: int = NEVER,
    ) -> None:
        self.uses, self.holdings, self.best = uses, holdings, best
        least = [min(cost for _, cost in step) for step in uses]
        self.rest = [sum(least[s + 1 :]) for s in range(len(uses))]
        self.none = (0,) * len(uses[0][0][0])

    def cheapest(self) -> int:
        """Least cost in whole numbers, or no less than what was the best before."""
        self._extend((), 0)
        return self.best

    def _extend(self, chosen: Needs, paid: int) -> None:
        """Try every use at the next step, the one that costs least so far first."""
        step = len(chosen)
        if step == len(self.uses):
            self.best = min(self.best, paid + self._held(chosen, self.best - paid))
            return
        costs = []
        for needs, cost in self.uses[step]:
            spent = paid + cost
            held = self._held((*chosen, needs), self.best - spent - self.rest[step])
            costs.append((spent + held, needs, spent))
        for total, needs, spent in sorted(costs):
            if total + self.rest[step] < self.best:
                self._extend((*chosen, needs), spent)

    def _held(self, chosen: Needs, below: int) -> int:
        """Least cost of holding what the chosen uses need, and nothing after them."""
        after = (self.none,) * (len(self.uses) - len(chosen))
        return self.holdings.least((*chosen, *after), below)
