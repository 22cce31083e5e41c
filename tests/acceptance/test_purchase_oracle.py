"""Three years and two cards: every plan is tried here, and the engine's costs the same to the cent.

Demand is 5, 9 and 17 units. Card `p` holds 4 at 5,000 each year; card `q` holds 9 at 11,000, then
10,000, then 9,000. No interest, no electricity, and the hosts are there. Where resale counts, a
card brings 50, 30 and 10 % of what was paid for it at the age of 1, 2 and 3 years, at the end too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

import pytest

from planner.catalog.items import Resale
from planner.errors import InfeasibleError
from planner.plan.schema import Plan
from planner.scenario.inputs import Inputs
from planner.solve.mathopt import GSCIP
from planner.solve.settings import Listener, Settings
from planner.studies.explain import explaining
from planner.studies.optimum import find_plan
from tests.fixtures.catalogues import Entry, plain_card, plain_host
from tests.fixtures.engine import findings_of, plan_of
from tests.fixtures.handmade import chat, market, measured, month, scenario

DEMAND = (5, 9, 17)
HOLDS = {"p": 4, "q": 9}
PRICES = {"p": (5_000, 5_000, 5_000), "q": (11_000, 10_000, 9_000)}
PERCENT_LEFT = {1: 50, 2: 30, 3: 10}
"""What a card brings at an age in years, % of the price that was paid."""
MOST_HELD = {"p": 6, "q": 3}
"""More than one card above what carries the peak alone is never of use."""
CAP = 10_500
TOWER = plain_host("tower", slot_layouts=((2,),), max_gpus=1)
"""It takes one card, so that no two of them serve a replica together."""

Held = tuple[tuple[str, int, int], ...]
"""Cards held: kind, year of the purchase from 0, and how many."""
Bought = tuple[tuple[str, int, int], ...]
"""Purchases: kind, year, and how many."""


@dataclass(frozen=True)
class Best:
    """The cost of the cheapest plans, and what each of them buys."""

    cost: int
    paths: frozenset[Bought]


# Every plan, one year after the other


@cache
def best(resale: bool, cap: int | None, year: int = 0, held: Held = ()) -> Best | None:
    """The cheapest way to go on from a year, by trying every sale and every purchase in it."""
    if year == len(DEMAND):
        return Best(-sum(worth(lot, year) for lot in held) if resale else 0, frozenset([()]))
    found: list[Best] = []
    for kept, bought in product(keepings(held, resale), purchases(year)):
        now = kept + bought
        received = sum(worth(lot, year) for lot in minus(held, kept)) if resale else 0
        cash = sum(PRICES[kind][year] * n for kind, _, n in bought) - received
        if not carries(now, year) or (cap is not None and cash > cap):
            continue
        later = best(resale, cap, year + 1, now)
        if later is not None:
            paths = frozenset(bought + path for path in later.paths)
            found.append(Best(cash + later.cost, paths))
    if not found:
        return None
    least = min(b.cost for b in found)
    return Best(least, frozenset().union(*(b.paths for b in found if b.cost == least)))


def worth(lot: tuple[str, int, int], year: int) -> int:
    kind, bought, count = lot
    return count * PRICES[kind][bought] * PERCENT_LEFT[year - bought] // 100


def keepings(held: Held, resale: bool) -> Iterator[Held]:
    """Every part of what is held that may be kept."""
    if not resale:
        yield held
        return
    for counts in product(*(range(n + 1) for _, _, n in held)):
        yield tuple((k, y, n) for (k, y, _), n in zip(held, counts, strict=True) if n)


def minus(held: Held, kept: Held) -> Held:
    left = {(k, y): n for k, y, n in kept}
    return tuple((k, y, n - left.get((k, y), 0)) for k, y, n in held)


def purchases(year: int) -> Iterator[Bought]:
    for counts in product(*(range(most + 1) for most in MOST_HELD.values())):
        yield tuple((k, year, n) for k, n in zip(MOST_HELD, counts, strict=True) if n)


def carries(held: Held, year: int) -> bool:
    """Whether the cards carry the demand of a year, and are not more than can be of use."""
    count = {kind: sum(n for k, _, n in held if k == kind) for kind in HOLDS}
    enough = sum(HOLDS[kind] * n for kind, n in count.items()) >= DEMAND[year]
    return enough and all(n <= MOST_HELD[kind] for kind, n in count.items())


# The same by the engine


@pytest.fixture(autouse=True)
def _half_a_third_a_tenth(monkeypatch: pytest.MonkeyPatch) -> None:
    """No price book can say 50, 30 and 10 %, so the resale of this test does."""

    def resale_value(curve: Resale, paid_cents: int, age_months: int) -> int:
        return paid_cents * PERCENT_LEFT.get(age_months // 12, 0) // 100

    monkeypatch.setattr("planner.scenario.pricing.resale_value", resale_value)


def years(resale: bool, cap: int | None) -> Inputs:
    """The scenario, in steps of a year."""
    windows = [{"until": month(12 * year + 11), "capital": cap} for year in range(3)]
    limits: Entry = {} if cap is None else {"budget": {"windows": windows}}
    later = [{"item": "q", "price": PRICES["q"][year], "from": month(12 * year)} for year in (1, 2)]
    talk = chat("talk", [], measured=[measured(kind, float(n)) for kind, n in HOLDS.items()])
    talk["demand"] = [{"from": month(12 * year), "concurrency": n} for year, n in enumerate(DEMAND)]
    cards = [(plain_card(kind), float(prices[0])) for kind, prices in PRICES.items()]
    return scenario(
        market(cards, [(TOWER, 1000.0)]),
        [talk | {"isolation": "exclusive"}],
        months=36,
        step_months=12,
        discount_rate=0.0,
        resale=resale,
        horizon_value=resale,
        quotes=later,
        existing=[{"host": "tower", "count": 10, "bought": month(-1), "worth": 0.0}],
        site={"electricity_per_kwh": 0.0},
        **limits,
    )


def bought(plan: Plan) -> Bought:
    """What a plan buys, in the order of the years."""
    found = [
        (unit.item, plan.nodes.index(unit.node), unit.count)
        for unit in plan.acquisitions
        if unit.mode == "purchase"
    ]
    total = {(k, y): sum(n for a, b, n in found if (a, b) == (k, y)) for k, y, _ in found}
    return tuple((k, y, n) for (k, y), n in sorted(total.items(), key=lambda e: (e[0][1], e[0][0])))


@pytest.mark.parametrize("cap", [None, CAP], ids=["free", "capped"])
@pytest.mark.parametrize("resale", [False, True], ids=["kept", "sold"])
def test_the_cheapest_of_all_plans_costs_what_the_engine_says(
    resale: bool, cap: int | None
) -> None:
    plan, tried = plan_of(years(resale, cap)), best(resale, cap)
    assert tried is not None
    assert findings_of(plan) == []
    assert plan.status == "proven"
    assert plan.objective.npv == plan.objective.total_undiscounted == 100 * tried.cost
    assert bought(plan) in tried.paths


def test_the_costs_are_those_that_were_worked_out_by_hand() -> None:
    """Kept: a q for 11,000 and one for 9,000, or two p for 10,000 and a q for 10,000.

    Sold: the two q bring 1,100 and 4,500 at the end; two p bring 1,000, the q beside them 3,000.
    """
    costs = {(r, c): best(r, c) for r in (False, True) for c in (None, CAP)}
    assert {key: found.cost for key, found in costs.items() if found} == {
        (False, None): 20_000,
        (False, CAP): 20_000,
        (True, None): 14_400,
        (True, CAP): 16_000,
    }


def test_a_cap_that_bars_the_large_card_in_the_first_year_changes_the_path_and_not_the_cost() -> (
    None
):
    free, capped = best(False, None), best(False, CAP)
    assert free is not None
    assert capped is not None
    assert capped.cost == free.cost
    large_first = (("q", 0, 1), ("q", 2, 1))
    small_first = (("p", 0, 2), ("q", 1, 1))
    assert free.paths == {large_first, small_first}
    assert capped.paths == {small_first}
    plan = plan_of(years(False, CAP))
    assert bought(plan) == small_first
    assert plan.objective.npv == plan_of(years(False, None)).objective.npv


def test_a_cap_below_every_first_purchase_is_told_as_the_reason() -> None:
    assert best(False, 9_000) is None
    assert best(True, 9_000) is None
    inputs, settings, told = years(True, 9_000), Settings(gap=0.0, seconds=60.0), Listener()
    with pytest.raises(InfeasibleError) as caught:
        explaining(lambda: find_plan(inputs, GSCIP, settings, told), inputs, GSCIP, settings, told)
    first = f"raise budget.windows[{month(11)}].capital from 9,000 to 10,000"
    assert caught.value.repairs[0].text == first
    assert first in str(caught.value)
