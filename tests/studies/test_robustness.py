"""Does the first purchase survive what is not known for sure?"""

from __future__ import annotations

from dataclasses import replace

from planner.catalog.schema import ResaleEntry
from planner.formulation.setup import set_up, with_first_purchase
from planner.plan.schema import Plan
from planner.scenario.inputs import Inputs
from planner.sizing.sizing import size
from planner.solve.mathopt import GSCIP
from planner.solve.settings import Listener, Settings
from planner.studies.optimum import find_plan
from planner.studies.uncertain import moved, uncertain_inputs
from tests.fixtures.catalogues import plain_card, plain_host
from tests.fixtures.handmade import fixed, market, scenario


def with_range(entry: ResaleEntry, value: float, low: float, high: float) -> ResaleEntry:
    kept = entry.yearly_retention.model_copy(update={"value": value, "low": low, "high": high})
    return entry.model_copy(update={"yearly_retention": kept})


def growing(retention: tuple[float, float, float] = (0.7, 0.6, 0.8)) -> Inputs:
    """One card at first and two in the end; what a card keeps is known as a range only."""
    made = market([(plain_card("a"), 5000.0)], [(plain_host("h"), 2000.0)], curve=(0.5, 0.9))
    book = made.price_books["2026-09"]
    resale = tuple(with_range(e, *retention) if e.items == "gpus" else e for e in book.resale)
    books = {"2026-09": book.model_copy(update={"resale": resale})}
    needs = [fixed("n", [1, 1, 0, 2], cards=1)]
    return scenario(replace(made, price_books=books), needs, months=12)


def stressed(inputs: Inputs) -> Plan:
    return find_plan(inputs, GSCIP, Settings(gap=0.0), Listener(), stress=True)


def test_a_purchase_without_an_alternative_survives_every_range() -> None:
    plan = stressed(growing())
    assert [s.id for s in plan.sensitivity] == ["resale.gpus"]
    (one,) = plan.sensitivity
    assert (one.regret_low, one.regret_high, one.survives) == (0, 0, True)
    assert one.range == "60% to 80%"


def test_a_range_that_changes_how_months_merge_is_looked_at_too() -> None:
    """Where value rises with age months do not merge, and at the low end of this range they do."""
    plan = stressed(growing((1.02, 0.9, 1.1)))
    (one,) = plan.sensitivity
    assert one.regret_low is not None
    assert one.regret_high is not None


def test_both_ends_of_a_range_are_those_of_the_price_book() -> None:
    inputs = growing((1.02, 0.9, 1.1))
    plan = find_plan(inputs, GSCIP, Settings(), Listener())
    (one,) = uncertain_inputs(plan, inputs, size(inputs))
    for factor, end in ((one.low, 0.9), (one.high, 1.1)):
        book = moved(inputs, one, factor).inputs.catalog.price_books["2026-09"]
        kept = next(e.yearly_retention.value for e in book.resale if e.items == "gpus")
        assert abs(kept - end) < 1e-12


def test_a_settled_purchase_is_held_and_more_may_be_bought() -> None:
    inputs = growing()
    setup = set_up(inputs, size(inputs))
    settled = with_first_purchase(setup, {("lab", "a"): 3})
    for before, after in zip(setup.problem.vintages, settled.problem.vintages, strict=True):
        bought_first = after.node == 0 and after.item == "a"
        assert after.least == (3 if bought_first else 0)
        assert after.most >= max(before.most, after.least)
