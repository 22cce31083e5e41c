"""Pricing finds the most valuable set of replicas on a card: as brute force does."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.formulation.patterns import CardPattern, CardRoom, Families, families_of
from planner.sizing.option import Option
from planner.solve.pricing import Choices, Floats, best_pattern, choices_of
from planner.units import GIB
from tests.formulation.by_hand import ROOM, Kind, option


@st.composite
def family(draw: st.DrawFn, workload: str) -> list[Option]:
    """The levels of a workload in one or two precisions."""
    ecc = draw(st.booleans())
    found = []
    for precision in draw(st.sampled_from([("bf16",), ("bf16", "fp8")])):
        weights, each = draw(st.integers(1, 25)), draw(st.integers(0, 8))
        share, step = draw(st.sampled_from([0.05, 0.1, 0.3, 0.45])), draw(st.integers(0, 60))
        period = draw(st.none() | st.integers(1, 120))
        for level in range(1, draw(st.integers(1, 4)) + 1):
            kind = Kind(
                capacity=level * draw(st.integers(1, 3)), level=level, precision=precision,
                gib=weights + level * each, share=min(1.0, level * share), step_ms=step,
                period_ms=period, ecc=ecc,
            )  # fmt: skip
            found.append(option(workload, kind=kind))
    return found


@st.composite
def problems(draw: st.DrawFn) -> tuple[CardRoom, Families, list[Choices], list[Floats]]:
    """A card, the options of up to four workloads, and a value of each option."""
    plain = draw(st.integers(20, 60)) * GIB
    room = CardRoom("card", plain, draw(st.sampled_from([plain, plain * 7 // 8])), 900_000)
    options = [o for w in "abcd"[: draw(st.integers(1, 4))] for o in draw(family(w))]
    families = families_of(options, "card")
    choices = choices_of(families)
    values = []
    for choice in choices:
        value = choice.capacity * 0.0
        for i in range(1, len(value)):
            value[i] = draw(st.sampled_from([0.0, 0.5, 1.0, 1.5, 3.0, 1e-6, 700.0]))
        values.append(value)
    return room, families, choices, values


def brute_force(room: CardRoom, choices: list[Choices], values: list[Floats]) -> float:
    """The most valuable set of all that fit."""
    best = 0.0
    for picks in product(*(range(len(c.options)) for c in choices)):
        chosen = [c.options[k] for c, k in zip(choices, picks, strict=True)]
        if room.holds([o for o in chosen if o is not None]):
            best = max(best, sum(float(v[k]) for v, k in zip(values, picks, strict=True)))
    return best


def worth_of(pattern: CardPattern, choices: list[Choices], values: list[Floats]) -> float:
    return sum(
        float(value[choice.options.index(held)])
        for choice, value in zip(choices, values, strict=True)
        for held in pattern.replicas
        if held.workload == choice.workload
    )


MANY = settings(max_examples=150, deadline=None, derandomize=True)


@MANY
@given(problems())
def test_no_set_that_fits_is_worth_more_than_the_one_that_is_found(
    problem: tuple[CardRoom, Families, list[Choices], list[Floats]],
) -> None:
    room, _, choices, values = problem
    best = brute_force(room, choices, values)
    worth, pattern = best_pattern(room, choices, values, 0.0)
    assert worth == pytest.approx(best, rel=1e-9)
    if best > 0:
        assert pattern is not None
        assert room.holds(pattern.replicas)
        assert worth_of(pattern, choices, values) == pytest.approx(worth, rel=1e-9)
    else:
        assert pattern is None


@MANY
@given(problems(), st.sampled_from([0.25, 0.9, 0.999, 1.0, 1.5]))
def test_a_threshold_hides_only_what_is_not_worth_more(
    problem: tuple[CardRoom, Families, list[Choices], list[Floats]], share: float
) -> None:
    room, _, choices, values = problem
    best = brute_force(room, choices, values)
    worth, pattern = best_pattern(room, choices, values, share * best)
    if pattern is None:
        assert worth == share * best
        assert best <= share * best * (1 + 1e-9)
    else:
        assert worth == pytest.approx(best, rel=1e-9)


def test_error_correction_costs_memory_only_where_a_replica_needs_it() -> None:
    safe = option("safe", kind=Kind(gib=10.0, ecc=True))
    wide = option("wide", kind=Kind(gib=38.0))
    small = option("small", kind=Kind(gib=26.0))
    assert not ROOM.holds([option("wide", kind=Kind(gib=38.0, ecc=True))])
    choices = choices_of(families_of([safe, small, wide], "card"))
    values = [c.capacity * {"safe": 2.0, "small": 2.0, "wide": 3.0}[c.workload] for c in choices]
    worth, pattern = best_pattern(ROOM, choices, values, 0.0)
    assert (worth, pattern and {o.workload for o in pattern.replicas}) == (4.0, {"safe", "small"})
    values = [c.capacity * {"safe": 2.0, "small": 2.0, "wide": 5.0}[c.workload] for c in choices]
    worth, pattern = best_pattern(ROOM, choices, values, 0.0)
    assert (worth, pattern and pattern.replicas) == (5.0, (wide,))


def test_a_replica_that_cannot_wait_shares_no_card_with_a_slow_one() -> None:
    hasty = option("hasty", kind=Kind(step_ms=20, period_ms=50))
    slow, quick = (option(w, kind=Kind(step_ms=s)) for w, s in (("slow", 31), ("quick", 30)))
    for other, together in ((slow, 1), (quick, 2)):
        choices = choices_of(families_of([hasty, other], "card"))
        _, pattern = best_pattern(ROOM, choices, [c.capacity * 1.0 for c in choices], 0.0)
        assert pattern is not None
        assert len(pattern.replicas) == together


def test_a_replica_with_a_step_longer_than_its_period_is_alone_on_its_card() -> None:
    late = option("late", kind=Kind(step_ms=20, period_ms=19))
    for other in (option("instant", kind=Kind(step_ms=0)), option("quick", kind=Kind(step_ms=1))):
        choices = choices_of(families_of([late, other], "card"))
        values = [c.capacity * (2.0 if c.workload == "late" else 1.0) for c in choices]
        worth, pattern = best_pattern(ROOM, choices, values, 0.0)
        assert (worth, pattern and pattern.replicas) == (2.0, (late,))
