"""Figures that a buyer would write."""

from __future__ import annotations

from itertools import pairwise

import pytest

from planner.studies.explain_figures import lowered, raised, shown


@pytest.mark.parametrize("before", [0.0, 0.3, 3.0, 8.0, 45_000.0, 7])
def test_figures_rise_to_the_top_in_steps_of_two_percent(before: float) -> None:
    figures = raised(before, 20 * before + 10, whole=False)
    assert list(figures) == sorted(set(figures))
    assert figures[0] > before
    assert figures[-1] >= 20 * before + 10
    assert all(b / a < 1.021 for a, b in pairwise(figures))


@pytest.mark.parametrize("before", [0.5, 20.0, 8192.0])
def test_figures_fall_to_the_bottom(before: float) -> None:
    figures = lowered(before, before / 20, whole=False)
    assert list(figures) == sorted(set(figures), reverse=True)
    assert figures[0] < before
    assert figures[-1] == pytest.approx(before / 20)


def test_whole_numbers_stay_whole() -> None:
    assert raised(0, 3, whole=True) == (1, 2, 3)
    assert lowered(4, 1, whole=True) == (3, 2, 1)
    assert all(isinstance(n, int) for n in lowered(8192, 256, whole=True))


def test_no_figure_is_larger_than_the_file_format_takes() -> None:
    assert raised(99_950, 10**7, whole=True)[-1] == 100_000
    assert raised(100_000, 10**7, whole=True) == ()
    assert raised(9e14, 9e18, whole=False)[-1] == 1e15


def test_what_is_at_its_end_has_no_figures() -> None:
    assert raised(5.0, 5.0, whole=False) == ()
    assert lowered(1, 1, whole=True) == ()


def test_a_bottom_of_nothing_is_reached() -> None:
    assert lowered(0.2, 0, whole=False)[-1] == 0


def test_figures_are_shown_as_people_write_them() -> None:
    assert [shown(x) for x in (45_500.0, 3.45, 2, None, True)] == [
        "45,500", "3.45", "2", "none", "True"
    ]  # fmt: skip
