"""The budget of a server: what is printed fits as it is read, and no smaller share would do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planner.catalog.items import Gpu
from planner.scenario.inputs import Inputs
from planner.scenario.workloads import InferenceWorkload
from planner.sizing.budget import Fit
from planner.sizing.candidate import Candidate
from planner.sizing.server_remedies import flag_changes
from planner.sizing.setting import Setting
from planner.sizing.trying import candidate_of, most_sessions
from planner.sizing.vllm_server import Account, Server, account, server_of
from tests.sizing.asked import CARDS, asked, questions

VLLM = ("bf16", "fp8", "awq-int4")


def served(
    question: dict[str, Any], card: str, cards: int
) -> tuple[Setting, Inputs, InferenceWorkload, Gpu, Candidate]:
    setting, inputs, workload = asked(**question)
    gpu = inputs.gpus()[card]
    assume(workload.precision[0] in VLLM)
    found = candidate_of(setting, inputs, workload, gpu, workload.precision[0], cards)
    assume(isinstance(found, Candidate) and found.fits(1))
    assert isinstance(found, Candidate)
    return setting, inputs, workload, gpu, found


@settings(max_examples=60, deadline=None)
@given(questions(), st.sampled_from(CARDS), st.sampled_from([1, 2, 4]))
def test_the_command_holds_the_sessions_that_it_was_made_for(
    question: dict[str, Any], card: str, cards: int
) -> None:
    setting, inputs, workload, gpu, found = served(question, card, cards)
    sessions = min(most_sessions(found), found.replica.chunk_tokens)
    server = server_of(found, workload, sessions)
    done = account(setting, inputs, workload, gpu, server)
    assert isinstance(done, Account)
    assert done.fit is not Fit.NO
    assert done.pool_bytes >= sessions * found.replica.session_bytes
    assert done.concurrency >= sessions
    less = replace(server, utilisation=round(server.utilisation - 0.001, 3))
    tight = account(setting, inputs, workload, gpu, less)
    assert isinstance(tight, Account)
    assert tight.pool_bytes < sessions * found.replica.session_bytes


@settings(max_examples=40, deadline=None)
@given(questions(), st.sampled_from(CARDS), st.sampled_from([1, 2]))
def test_the_account_gives_away_what_is_asked_for_and_no_more(
    question: dict[str, Any], card: str, cards: int
) -> None:
    setting, inputs, workload, gpu, found = served(question, card, cards)
    done = account(setting, inputs, workload, gpu, server_of(found, workload, 1))
    assert isinstance(done, Account)
    assert sum(size for _, size in done.taken) + done.pool_bytes == done.requested_bytes
    assert done.requested_bytes + done.outside_bytes <= done.total_bytes <= done.card_bytes
    tokens = done.pool_tokens / done.server.max_model_len
    assert tokens <= done.concurrency * 1.02


def _account(**changes: Any) -> Account:
    setting, inputs, workload = asked("llama-3.1-8b")
    server = Server("bf16", "bf16", 1, 8192, 32, 2048, 0.9)
    gpu = inputs.gpus()["rtx-a6000"]
    done = account(setting, inputs, workload, gpu, replace(server, **changes))
    assert isinstance(done, Account)
    return done


def test_flags_move_the_cache_as_vllm_does() -> None:
    plain = _account()
    assert _account(utilisation=0.95).pool_bytes > plain.pool_bytes
    assert _account(max_num_seqs=512).pool_bytes < plain.pool_bytes
    assert _account(max_num_batched_tokens=16384).pool_bytes < plain.pool_bytes
    assert _account(kv_cache="fp8").concurrency > 1.9 * plain.concurrency
    assert _account(max_model_len=4096).concurrency > 1.9 * plain.concurrency
    assert _account(max_model_len=4096).pool_tokens == plain.pool_tokens
    eager = _account(graphs=False)
    graphs = dict(plain.taken)["graphs"]
    assert eager.pool_bytes == plain.pool_bytes + graphs
    outside = _account(graphs_inside=False)
    assert outside.outside_bytes == plain.outside_bytes + graphs
    assert _account(cache_bytes=1 << 30).pool_bytes == 1 << 30


def test_a_share_that_is_not_free_does_not_start() -> None:
    assert (_account(utilisation=1.0).wrong or "").startswith("vLLM asks for")
    assert "one request" in (_account(utilisation=0.42, max_model_len=131072).wrong or "")
    assert "nothing is left" in (_account(utilisation=0.2).wrong or "")


def test_two_servers_that_share_a_card_fit_beside_each_other() -> None:
    setting, inputs, workload = asked("llama-3.1-8b", precision=("fp8",), concurrency=4)
    gpu = inputs.gpus()["rtx-a6000"]
    found = candidate_of(setting, inputs, workload, gpu, "fp8", 1)
    assert isinstance(found, Candidate)
    done = account(setting, inputs, workload, gpu, server_of(found, workload, 4))
    assert isinstance(done, Account)
    assert 2 * (done.requested_bytes + done.outside_bytes) <= done.total_bytes


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["llama-3.1-8b", "llama-3.3-70b", "qwen3-30b-a3b"]),
    st.sampled_from(["bf16", "fp8"]),
    st.sampled_from([8192, 40_000]),
    st.sampled_from([16, 1024]),
    st.sampled_from([0.3, 0.9, 0.99]),
    st.sampled_from(CARDS),
)
def test_every_change_of_flags_makes_it_fit(
    model: str, precision: Any, context: int, sequences: int, share: float, card: str
) -> None:
    setting, inputs, workload = asked(model)
    gpu = inputs.gpus()[card]
    server = Server(precision, "bf16", 1, context, sequences, 2048, share)
    done = account(setting, inputs, workload, gpu, server)
    assume(isinstance(done, Account) and done.fit is Fit.NO)
    changes = flag_changes(setting, inputs, workload, gpu, server)
    assert [c.distance for c in changes] == sorted(c.distance for c in changes)
    for change in changes:
        again = account(setting, inputs, workload, gpu, change.server)
        assert isinstance(again, Account)
        assert again == change.account
        assert again.fit is not Fit.NO
        assert change.server != server
