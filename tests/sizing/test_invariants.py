"""Laws that the formulation relies on, on random workloads and cards."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import groupby, pairwise

from hypothesis import assume, given, settings

from planner.sizing.option import Option, Sizing
from planner.sizing.setting import MILLION
from tests.sizing.strategies import card_sets, isolations, robustness, workloads
from tests.sizing.support import Data, sized

CASES = {"workload": workloads, "cards": card_sets, "isolation": isolations, "robust": robustness}


def run(workload: Data, cards: tuple[str, ...], isolation: str, robust: str) -> Sizing:
    given_isolation = workload.get("isolation", isolation)
    return sized({**workload, "isolation": given_isolation}, cards=cards, robust=robust)


def families(sizing: Sizing) -> list[list[Option]]:
    """Options on parts of a card by (workload, card, precision), by rising level."""
    parts = sorted((o for o in sizing.options if o.part), key=lambda o: (_family(o), o.level))
    return [list(found) for _, found in groupby(parts, key=_family)]


def _family(option: Option) -> tuple[str, str, str]:
    return (option.workload, option.gpu, option.precision)


@settings(max_examples=120, deadline=None)
@given(**CASES)
def test_a_higher_level_never_carries_less_nor_takes_less(
    workload: Data, cards: tuple[str, ...], isolation: str, robust: str
) -> None:
    for family in families(run(workload, cards, isolation, robust)):
        for below, above in pairwise(family):
            assert below.level < above.level
            for field in ("capacity", "memory_bytes", "share_ppm", "step_us"):
                assert getattr(below, field) <= getattr(above, field)
            assert above.power_mw * below.capacity <= below.power_mw * above.capacity


@settings(max_examples=120, deadline=None)
@given(**CASES)
def test_every_option_fits_its_card_and_its_quantities_are_whole_numbers(
    workload: Data, cards: tuple[str, ...], isolation: str, robust: str
) -> None:
    sizing = run(workload, cards, isolation, robust)
    for o in sizing.options:
        numbers = (o.level, o.capacity, o.memory_bytes, o.share_ppm, o.step_us, o.power_mw)
        assert all(type(n) is int for n in numbers)
        assert o.capacity > 0
        assert o.power_mw >= 0
        assert o.memory_bytes <= sizing.usable_bytes[o.gpu, o.ecc]
        assert 0 < o.share_ppm <= (MILLION if o.pooled else sizing.max_share_ppm)
        assert o.gpus == 1 or not o.part
        assert (o.link == "none") == (o.gpus == 1)
        assert o.speed[0] <= 1.0 <= o.speed[1]
        if o.period_us is not None:
            assert o.step_us <= o.period_us


@settings(max_examples=120, deadline=None)
@given(**CASES)
def test_every_way_to_run_a_workload_is_an_option_or_refused_once(
    workload: Data, cards: tuple[str, ...], isolation: str, robust: str
) -> None:
    sizing = run(workload, cards, isolation, robust)
    names = Counter(o.name for o in sizing.options)
    refused = Counter((r.workload, r.gpu, r.precision, r.gpus, r.slice) for r in sizing.refusals)
    assert max(names.values(), default=1) == 1
    assert max(refused.values(), default=1) == 1
    assert {o.gpu for o in sizing.options} | {r.gpu for r in sizing.refusals} == set(cards)
    ways = {(o.workload, o.gpu, o.precision, o.gpus, o.slice) for o in sizing.options}
    assert not ways & refused.keys()
    for refusal in sizing.refusals:
        assert refusal.text
        assert refusal.shortfall > 1.0


@settings(max_examples=60, deadline=None)
@given(workload=workloads, cards=card_sets, isolation=isolations)
def test_the_low_end_of_the_range_never_promises_more(
    workload: Data, cards: tuple[str, ...], isolation: str
) -> None:
    def most(robust: str) -> dict[tuple[object, ...], Fraction]:
        found: dict[tuple[object, ...], Fraction] = {}
        for o in run(workload, cards, isolation, robust).options:
            key = (o.gpu, o.precision, o.gpus, o.slice)
            found[key] = max(found.get(key, Fraction(0)), Fraction(min(o.capacity, 10_000)))
            found.update({(*key, i): rate for i, rate in enumerate(o.rates) if rate})
        return found

    low, middle = most("low"), most("middle")
    assert low.keys() <= middle.keys()
    assert all(low[key] <= middle[key] for key in low)


@settings(max_examples=30, deadline=None)
@given(workload=workloads, cards=card_sets)
def test_isolation_decides_between_parts_and_whole_cards(
    workload: Data, cards: tuple[str, ...]
) -> None:
    assume("isolation" not in workload)
    for isolation in ("exclusive", "mig"):
        whole = run(workload, cards, isolation, "middle").options
        assert not any(o.part for o in whole)
        ways = Counter((o.gpu, o.precision, o.gpus, o.slice) for o in whole)
        assert max(ways.values(), default=1) == 1
        assert isolation == "mig" or not any(o.slice for o in whole)
    shared = run(workload, cards, "shared", "middle").options
    stated = workload.get("need", {}).get("cards")
    for o in shared:
        assert o.part == (o.gpus == 1 and not (stated or o.pooled or o.rates))
        assert o.slice is None


@settings(max_examples=60, deadline=None)
@given(workload=workloads, cards=card_sets)
def test_an_instance_carries_no_more_than_its_card(workload: Data, cards: tuple[str, ...]) -> None:
    assume(workload.get("isolation", "mig") == "mig")
    sizing = run(workload, cards, "mig", "middle")
    most = max(1, *sizing.quanta[workload["name"]].demand)
    whole = {(o.gpu, o.precision): o for o in sizing.options if o.whole and o.gpus == 1}
    for o in sizing.options:
        if o.slice is not None:
            assert (o.gpus, o.part, o.pooled, o.rates) == (1, False, False, ())
            assert min(o.capacity, most) <= whole[o.gpu, o.precision].capacity
    assert sizing.layouts.keys() == {o.gpu for o in sizing.options if o.slice}
