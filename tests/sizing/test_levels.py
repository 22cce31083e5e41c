"""Levels: every small one, thinned large ones, and the largest always."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from planner.sizing.levels import even_power, largest, session_levels, share_levels


@given(most=st.integers(0, 20_000))
def test_session_levels_are_dense_up_to_32_then_at_most_a_sixteenth_apart(most: int) -> None:
    levels = session_levels(most)
    assert levels[:32] == tuple(range(1, min(most, 32) + 1))
    assert levels[-1:] == ((most,) if most else ())
    for below, above in pairwise(levels[31:]):
        assert below < above <= below * 17 / 16


def test_a_thousand_sessions_need_fewer_than_a_hundred_levels() -> None:
    assert len(session_levels(1000)) < 100


@given(edge=st.integers(0, 3000), most=st.integers(0, 3000))
def test_the_largest_fitting_level_is_found(edge: int, most: int) -> None:
    assert largest(lambda level: level <= edge, most) == min(edge, most)


@given(share=st.integers(50_000, 1_000_000), enough=st.integers(1, 120))
def test_shares_end_at_the_first_that_carries_all_or_at_the_last_that_may_be_promised(
    share: int, enough: int
) -> None:
    levels = share_levels(share, lambda percent: percent >= enough)
    assert all(b - a <= 5 for a, b in pairwise(levels))
    assert levels == tuple(sorted(set(levels)))
    assert all(level < enough for level in levels[:-1])
    assert levels[-1] >= enough or levels[-1] == share // 10_000
    assert levels[-1] * 10_000 <= share


@given(
    slope=st.floats(1.0, 1e5),
    fixed=st.floats(0.0, 1e7),
    capacities=st.lists(st.integers(1, 10_000), min_size=1, max_size=40, unique=True).map(sorted),
)
def test_power_per_unit_never_rises_with_the_level_and_is_rounded_up(
    slope: float, fixed: float, capacities: list[int]
) -> None:
    raw = [(c, fixed + slope * c) for c in capacities]
    power = even_power(raw)
    for (capacity, milliwatts), found in zip(raw, power, strict=True):
        assert milliwatts <= found <= milliwatts + capacity + 1
    pairs = list(zip(capacities, power, strict=True))
    for (c1, p1), (c2, p2) in pairwise(pairs):
        assert p2 * c1 <= p1 * c2
