"""How far a card reaches: the longest context that is told fits, and a block more does not."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.sizing.candidate import Candidate
from planner.sizing.trying import (
    at_context,
    block_tokens,
    candidate_of,
    longest_context,
    most_sessions,
)
from tests.sizing.asked import CARDS, asked, questions


@settings(max_examples=60, deadline=None)
@given(questions(), st.sampled_from(CARDS), st.sampled_from([1, 2, 8]), st.sampled_from([1, 4]))
def test_the_longest_context_fits_and_a_block_more_does_not(
    question: dict[str, Any], card: str, cards: int, sessions: int
) -> None:
    setting, inputs, workload = asked(**question)
    gpu, precision = inputs.gpus()[card], workload.precision[0]
    transformer = inputs.model(workload).transformer
    assert transformer is not None
    told = longest_context(setting, inputs, workload, gpu, precision, cards, sessions)

    def fits(tokens: int) -> bool:
        tried = at_context(workload, tokens)
        found = candidate_of(setting, inputs, tried, gpu, precision, cards)
        return isinstance(found, Candidate) and found.fits(sessions)

    assert told <= transformer.max_context_tokens
    assert told == 0 or fits(told)
    alone = candidate_of(setting, inputs, at_context(workload, 1), gpu, precision, cards)
    if told < transformer.max_context_tokens and isinstance(alone, Candidate):
        assert not fits(told + block_tokens(alone.replica))


@settings(max_examples=40, deadline=None)
@given(questions(), st.sampled_from(CARDS), st.sampled_from([1, 4]))
def test_the_most_sessions_fit_and_one_more_does_not(
    question: dict[str, Any], card: str, cards: int
) -> None:
    setting, inputs, workload = asked(**question)
    gpu, precision = inputs.gpus()[card], workload.precision[0]
    found = candidate_of(setting, inputs, workload, gpu, precision, cards)
    if isinstance(found, Candidate):
        most = most_sessions(found)
        assert most == 0 or found.fits(most)
        assert not found.fits(most + 1)


def test_another_context_keeps_the_mean_request_as_far_as_it_goes_in() -> None:
    _, _, workload = asked("llama-3.1-8b", context_tokens=8192)
    longer, shorter = at_context(workload, 65536), at_context(workload, 1024)
    assert (longer.input_tokens, longer.output_tokens) == (4096, 819)
    assert shorter.input_tokens is not None
    assert shorter.output_tokens is not None
    assert shorter.input_tokens + shorter.output_tokens <= 1024
    assert round(shorter.input_tokens / shorter.output_tokens) == 5
