"""Laws that hold between the costs of two scenarios, on random scenarios that are solved exactly.

Costs are whole cents and each line of a plan's cash flow is rounded, so two costs are taken for
equal if they differ by no more than half a cent for each line of both plans. Where all money is
multiplied, the rounding of the first plan is multiplied likewise.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice

import pytest

from planner.plan.audit import audit
from planner.plan.schema import read_plan
from tests.fixtures.counts import CASES, blocks
from tests.properties import laws
from tests.properties.laws import FACTOR, Answer, Change, Source, answer, answer_as_drawn, draft_of

FEW = 4
KINDS = ("tiny", "families")
NEVER_DEARER: tuple[Change, ...] = (
    laws.with_a_cheaper_twin,
    laws.with_more_budget,
    laws.with_more_power,
    laws.with_more_places,
    laws.with_more_supply,
    laws.with_more_kinds,
    laws.with_shorter_lead_times,
    laws.with_another_unit,
)
"""More to choose from, looser limits, more of one's own."""
NEVER_CHEAPER: tuple[Change, ...] = (laws.without_a_card, laws.with_more_demand)
OF_FAMILIES_ONLY = {
    laws.with_more_budget,
    laws.with_more_supply,
    laws.with_more_kinds,
    laws.with_shorter_lead_times,
}
"""Changes of limits that only scenarios of families have."""
Both = tuple[Source, Answer, Answer]


def changed(change: Change, sources: Iterator[Source]) -> Iterator[Both]:
    """The answers before and after a change, for scenarios that can be changed so."""
    for source in sources:
        draft = draft_of(source)
        inputs = draft.inputs() if change(draft) else None
        if inputs is not None:
            yield source, answer_as_drawn(source), answer(inputs)


def few(change: Change) -> Iterator[Both]:
    """The first scenarios of each kind that can be changed so."""
    for kind in KINDS:
        if kind == "families" or change not in OF_FAMILIES_ONLY:
            yield from islice(changed(change, ((kind, seed) for seed in count())), FEW)


def many(change: Change, seeds: range) -> Iterator[Both]:
    """All scenarios of some seeds that can be changed so."""
    return changed(change, ((kind, seed) for kind in KINDS for seed in seeds))


def of_laws(changes: tuple[Change, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("change", changes, ids=lambda change: change.__name__)


EVERY_BLOCK = pytest.mark.parametrize("seeds", blocks(FEW, 10, CASES // 5), ids=str)


# More never costs more


def assert_never_dearer(cases: Iterator[Both]) -> None:
    for source, before, after in cases:
        assert after.cost <= before.cost + before.rounding + after.rounding, source


@of_laws(NEVER_DEARER)
def test_more_to_choose_from_and_looser_limits_never_raise_the_bill(change: Change) -> None:
    assert_never_dearer(few(change))


@pytest.mark.slow
@of_laws(NEVER_DEARER)
@EVERY_BLOCK
def test_more_to_choose_from_and_looser_limits_never_raise_more_bills(
    change: Change, seeds: range
) -> None:
    assert_never_dearer(many(change, seeds))


# Less to choose from and more to do never cost less


def assert_never_cheaper(cases: Iterator[Both]) -> None:
    for source, before, after in cases:
        assert after.cost >= before.cost - before.rounding - after.rounding, source


@of_laws(NEVER_CHEAPER)
def test_a_card_less_and_more_demand_never_lower_the_bill(change: Change) -> None:
    assert_never_cheaper(few(change))


@pytest.mark.slow
@of_laws(NEVER_CHEAPER)
@EVERY_BLOCK
def test_a_card_less_and_more_demand_never_lower_more_bills(change: Change, seeds: range) -> None:
    assert_never_cheaper(many(change, seeds))


# The same in other words costs the same


def assert_equal_but_for_rounding(cases: Iterator[Both], factor: int = 1) -> None:
    for source, before, after in cases:
        assert (before.plan is None) == (after.plan is None), source
        if before.plan is not None:
            rounding = factor * before.rounding + after.rounding
            assert abs(after.cost - factor * before.cost) <= rounding, source


def test_the_order_of_the_file_does_not_matter() -> None:
    assert_equal_but_for_rounding(few(laws.in_another_order))


@pytest.mark.slow
@EVERY_BLOCK
def test_the_order_of_more_files_does_not_matter(seeds: range) -> None:
    assert_equal_but_for_rounding(many(laws.in_another_order, seeds))


def test_three_times_the_money_is_three_times_the_cost() -> None:
    assert_equal_but_for_rounding(few(laws.in_smaller_coins), FACTOR)


@pytest.mark.slow
@EVERY_BLOCK
def test_three_times_the_money_is_three_times_more_costs(seeds: range) -> None:
    assert_equal_but_for_rounding(many(laws.in_smaller_coins, seeds), FACTOR)


# Leases


def assert_no_lease(sources: Iterator[Source]) -> None:
    for source in sources:
        draft = draft_of(source)
        laws.without_limits_on_purchases(draft)
        plain = draft.inputs()
        offered = draft.inputs() if laws.with_dear_leases(draft) else None
        if plain is None or offered is None:
            continue
        before, after = answer(plain), answer(offered)
        assert (before.plan is None) == (after.plan is None), source
        if after.plan is not None:
            assert {unit.mode for unit in after.plan.acquisitions} <= PAID, source
            assert abs(after.cost - before.cost) <= before.rounding + after.rounding, source


PAID = {"purchase", "existing", "rent"}


def test_a_lease_that_costs_more_than_the_item_is_never_taken_where_nothing_limits_purchases() -> (
    None
):
    assert_no_lease((kind, seed) for kind in KINDS for seed in range(FEW))


@pytest.mark.slow
@EVERY_BLOCK
def test_no_dear_lease_is_taken_in_more_scenarios(seeds: range) -> None:
    assert_no_lease((kind, seed) for kind in KINDS for seed in seeds)


# Plans as files


def assert_read_back(sources: Iterator[Source]) -> None:
    for source in sources:
        plan = answer_as_drawn(source).plan
        if plan is not None:
            again = read_plan(plan.to_json())
            assert again == plan, source
            assert again.to_json() == plan.to_json(), source
            assert audit(again) == [], source


def test_a_plan_that_is_read_back_equals_itself() -> None:
    assert_read_back((kind, seed) for kind in KINDS for seed in range(2 * FEW))


@pytest.mark.slow
@EVERY_BLOCK
def test_more_plans_that_are_read_back_equal_themselves(seeds: range) -> None:
    assert_read_back((kind, seed) for kind in KINDS for seed in seeds)


# The laws are put to the test


MOST_TRIED = 40


@pytest.mark.slow
@of_laws((*NEVER_DEARER, *NEVER_CHEAPER))
def test_each_change_makes_a_difference_to_some_scenario(change: Change) -> None:
    """Else its law would hold for want of cases."""
    kinds = ("families",) if change in OF_FAMILIES_ONLY else KINDS
    sources = ((kind, seed) for seed in count() for kind in kinds)
    within = islice(changed(change, sources), MOST_TRIED)
    assert any(
        before.cost != after.cost and abs(after.cost - before.cost) > before.rounding
        for _, before, after in within
    )
