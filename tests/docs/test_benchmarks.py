"""The scripts in ``benchmarks`` report what they saw."""

from __future__ import annotations

from math import inf
from pathlib import Path

import pytest

from benchmarks.backends import Run, table
from benchmarks.gap_over_time import Recorder, gap_after, write_csv
from planner.solve.settings import Progress


def point(seconds: float, cost: float | None, bound: float, gap: float | None) -> Progress:
    return Progress(seconds=seconds, cost=cost, bound=bound, gap=gap, doing="searching")


POINTS = [
    point(1.0, None, -inf, None),
    point(2.0, 300.0, -inf, inf),
    point(10.0, 250.0, 200.0, 0.1),
    point(40.0, 250.0, 240.0, 0.02),
]


def test_only_changes_are_recorded() -> None:
    recorder = Recorder()
    for p in (*POINTS, point(50.0, 250.0, 240.0, 0.02)):
        recorder.hear(p)
    assert recorder.points == POINTS


@pytest.mark.parametrize(("seconds", "gap"), [(1.5, None), (30.0, 0.1), (600.0, 0.02)])
def test_the_gap_at_a_time_is_the_last_one_before_it(seconds: float, gap: float | None) -> None:
    assert gap_after(POINTS, seconds) == gap


def test_what_is_not_known_is_left_empty(tmp_path: Path) -> None:
    write_csv(POINTS, tmp_path / "gap.csv")
    rows = (tmp_path / "gap.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "seconds,cost,bound,gap,doing"
    assert rows[1:4] == [
        "1.000,,,,searching", "2.000,3.00,,,searching", "10.000,2.50,2.00,0.100000,searching",
    ]  # fmt: skip


def test_runs_are_told_as_ratios_to_the_first_with_a_plan() -> None:
    runs = [Run("a", 9.0, None, None, "no plan"), Run("b", 2.0, 100, 0.0), Run("c", 4.0, 110, 0.1)]
    lines = list(table(runs))
    assert lines[1].split() == ["a", "no", "plan"]
    assert lines[2].split() == ["b", "1.00", "1.0000", "0.0000%"]
    assert lines[3].split() == ["c", "2.00", "1.1000", "10.0000%"]
