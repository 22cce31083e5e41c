"""Laws of other demands: at every factor the winner is that of the scenario with that demand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from planner.report.versus_conditions import loads_section
from planner.scenario.loading import load_scenario
from planner.studies.choices import settled
from planner.versus.head_to_head import HeadToHead, head_to_head
from planner.versus.loads import FACTORS, loads
from tests.versus.scenarios import CHAT, written

A, B = "rtx-a4000", "rtx-a6000"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> HeadToHead:
    return head_to_head(A, B, written(tmp_path_factory.mktemp("one")))


def test_every_factor_has_the_winner_of_that_demand(found: HeadToHead, tmp_path: Path) -> None:
    (winner,) = found.winners
    assert [load.factor for load in winner.loads] == list(FACTORS)
    for load in winner.loads:
        sessions = 12 * load.factor
        assert (load.peak, load.unit) == (sessions, "sessions")
        chat = {**CHAT, "demand": [{"from": "2026-10", "concurrency": sessions}]}
        inputs = load_scenario(written(tmp_path, workloads=[chat]))
        assert load.winner == settled(inputs, (A, B))[1].winner
    assert {load.winner for load in winner.loads} == {A, B}


def test_the_table_has_every_factor_even_where_nothing_changes(found: HeadToHead) -> None:
    (winner,) = found.winners
    alike = tuple(replace(load, winner="none") for load in winner.loads)
    section = loads_section(replace(found, winners=(replace(winner, loads=alike),)))
    assert [c.name for c in section.columns] == ["workload", "1/4", "1/2", "1", "2", "4"]
    assert section.rows == (("chat", *["neither can"] * 5),)


def test_nothing_is_tried_where_the_winner_is_not_known(tmp_path: Path) -> None:
    inputs = load_scenario(written(tmp_path))
    assert list(loads(inputs, inputs.scenario.workloads[0], (A, B), "unknown")) == []
