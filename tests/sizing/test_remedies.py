"""What would make a no a yes: every proposal is sized again here, and does."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planner.sizing.budget import Fit
from planner.sizing.candidate import Candidate
from planner.sizing.remedies import MOST, Way, fits, nearest, remedies
from planner.sizing.training_remedies import TrainingRemedy, runs, training_remedies
from planner.sizing.trying import candidate_of, most_sessions
from tests.sizing.asked import CARDS, asked, questions, tuning


@settings(max_examples=60, deadline=None)
@given(questions(), st.sampled_from(CARDS))
def test_every_proposal_fits_and_changes_what_it_says(question: dict[str, Any], card: str) -> None:
    setting, inputs, workload = asked(**question)
    gpu, sessions = inputs.gpus()[card], question["concurrency"]
    way = Way(workload, workload.precision[0], 1, sessions)
    assume(fits(setting, inputs, gpu, way) is None)
    found = remedies(setting, inputs, gpu, way)
    assert len(found) <= MOST
    assert [r.distance for r in found] == sorted(r.distance for r in found)
    for remedy in found:
        changed, after = remedy.changed, remedy.way
        served = fits(setting, inputs, gpu, after)
        assert served is not None
        assert served.replica.memory_bytes(after.sessions) == remedy.budget.taken_bytes
        assert remedy.budget.fit is not Fit.NO
        assert remedy.most == most_sessions(served) >= after.sessions
        w = after.workload
        assert 1 <= len(changed) <= 2
        assert ("cache" in changed) == (w.kv_cache != workload.kv_cache)
        assert ("precision" in changed) == (after.precision not in workload.precision)
        assert ("cards" in changed) == (after.cards > 1)
        assert ("sessions" in changed) == (after.sessions < sessions)
        assert ("context" in changed) == (w.context_tokens < workload.context_tokens)


def test_a_change_that_only_adds_to_another_is_left_out() -> None:
    setting, inputs, workload = asked("llama-3.3-70b", precision=("fp8",), concurrency=2)
    gpu = inputs.gpus()["rtx-4090"]
    found = remedies(setting, inputs, gpu, Way(workload, "fp8", 1, 2))
    sets = [set(r.changed) for r in found]
    assert sets
    assert not any(a <= b for i, a in enumerate(sets) for b in sets[i + 1 :])


def test_another_precision_that_is_accepted_is_no_change() -> None:
    setting, inputs, workload = asked("llama-3.3-70b")
    gpu = inputs.gpus()["rtx-4090"]
    found = remedies(setting, inputs, gpu, Way(workload, "bf16", 1, 1))
    assert found[0].changed == ("cards",)
    assert (found[0].way.precision, found[0].way.cards) == ("awq-int4", 4)


def test_where_nothing_helps_nothing_is_proposed() -> None:
    setting, inputs, workload = asked("llama-3.1-405b", precision=("bf16",))
    gpu = inputs.gpus()["rtx-a4000"]
    assert remedies(setting, inputs, gpu, Way(workload, "bf16", 1, 1)) == ()
    for cards in (1, 2, 4, 8):
        for precision in ("bf16", "fp8", "awq-int4", "nf4"):
            found = candidate_of(setting, inputs, workload, gpu, precision, cards)
            assert not isinstance(found, Candidate) or not found.fits(1)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["llama-3.1-8b", "llama-3.3-70b", "qwen3-30b-a3b"]),
    st.sampled_from(["full", "lora", "qlora"]),
    st.sampled_from([512, 4096, 16384]),
    st.sampled_from([1, 8]),
    st.sampled_from(["adamw", "adamw-8bit"]),
    st.sampled_from(CARDS),
)
def test_every_proposal_for_a_run_fits(
    model: str, method: str, sequence: int, batch: int, optimizer: str, card: str
) -> None:
    setting, inputs, workload = tuning(
        model, method=method, sequence_tokens=sequence, batch_sequences=batch, optimizer=optimizer
    )
    gpu = inputs.gpus()[card]
    assume(runs(setting, inputs, gpu, workload, 1) is None)
    for remedy in training_remedies(setting, inputs, gpu, workload, 1):
        done = runs(setting, inputs, gpu, remedy.workload, remedy.cards)
        assert done is not None
        assert done.memory_bytes == remedy.found.memory_bytes <= done.usable_bytes
        assert set(remedy.changed) == _changed(workload, remedy)


def _changed(before: Any, remedy: TrainingRemedy) -> set[str]:
    after = remedy.workload
    pairs = {
        "method": (before.method, after.method),
        "optimizer": (before.optimizer, after.optimizer),
        "recompute": (before.recompute, after.recompute),
        "batch": (before.batch_sequences, after.batch_sequences),
        "sequence": (before.sequence_tokens, after.sequence_tokens),
        "cards": (1, remedy.cards),
    }
    return {name for name, (was, now) in pairs.items() if was != now}


class _Change:
    def __init__(self, distance: float, *changed: str) -> None:
        self.changed, self.distance = changed, distance


def test_the_nearest_come_first_and_a_nearer_change_of_more_is_kept() -> None:
    far, near, both = _Change(3.0, "a"), _Change(1.0, "b", "c"), _Change(4.0, "a", "b")
    assert nearest([far, both, near]) == [near, far]
