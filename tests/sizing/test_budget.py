"""The memory of a card bar by bar: nothing is lost, and the verdict follows what is to spare."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.sizing.budget import Budget, Fit, budget_of, fit_of, serving_budget
from planner.sizing.candidate import Candidate
from planner.sizing.trying import candidate_of
from planner.units import MIB
from tests.sizing.asked import CARDS, asked, questions


@settings(max_examples=50, deadline=None)
@given(questions(), st.sampled_from(CARDS), st.sampled_from([1, 2]), st.integers(1, 40))
def test_the_bars_add_up_to_what_the_replica_takes_and_to_the_card(
    question: dict[str, Any], card: str, cards: int, sessions: int
) -> None:
    setting, inputs, workload = asked(**question)
    gpu = inputs.gpus()[card]
    found = candidate_of(setting, inputs, workload, gpu, workload.precision[0], cards)
    if not isinstance(found, Candidate):
        return
    budget = serving_budget(found, sessions)
    assert budget.taken_bytes == found.replica.memory_bytes(sessions)
    assert all(size >= 0 for _, size in budget.bars)
    assert (budget.fit is Fit.NO) == (found.replica.memory_bytes(sessions) > found.usable)
    if budget.fit is not Fit.NO:
        assert sum(size for _, size in budget.bars) == gpu.memory_mib * MIB


@pytest.mark.parametrize(
    ("spare", "fit"),
    [(-0.001, Fit.NO), (0.0, Fit.EDGE), (0.0999, Fit.EDGE), (0.1, Fit.OK), (0.8, Fit.OK)],
)
def test_a_tenth_to_spare_is_ok_and_less_is_an_edge(spare: float, fit: Fit) -> None:
    assert fit_of(spare) is fit
    assert Budget((("weights", round(10_000 * (1 - spare))),), 10_000, 11_000).fit is fit


def test_graphs_are_told_apart_where_an_engine_has_them() -> None:
    setting, inputs, workload = asked("llama-3.1-8b", precision=("bf16", "gguf-q8_0"))
    gpu = inputs.gpus()["rtx-a6000"]
    names = []
    for precision in workload.precision:
        found = candidate_of(setting, inputs, workload, gpu, precision, 1)
        assert isinstance(found, Candidate)
        names.append([name for name, _ in serving_budget(found, 1).taken])
    assert names[0] == ["weights", "cache", "activations", "graphs", "context"]
    assert names[1] == ["weights", "cache", "activations", "context"]


def test_pieces_of_other_work_keep_their_size() -> None:
    _, inputs, _ = asked("llama-3.1-8b")
    gpu = inputs.gpus()["rtx-a6000"]
    budget = budget_of((("weights", 5), ("activations", 7), ("engine", 11)), 40 * 2**30, gpu)
    assert budget.taken == (("weights", 5), ("activations", 7), ("context", 11))
