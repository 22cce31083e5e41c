"""The memory of a card as a server of vLLM reckons it, from the flags of its command.

vLLM asks for ``gpu-memory-utilization`` x what CUDA offers, measures weights, activations and
libraries, estimates the CUDA graphs (since 0.21), and gives the rest to the cache (source:
``v1/worker/gpu_worker.py``, ``determine_available_memory``). The CUDA context of the process stands
outside, and so does every neighbour on the card: each server counts what it takes itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from typing import ClassVar

from planner.catalog.items import Gpu, exact
from planner.scenario.inputs import Inputs
from planner.scenario.values import KvPrecision, Precision
from planner.scenario.workloads import InferenceWorkload
from planner.sizing.budget import GRAPHS, Fit, card_bytes, fit_of, serving_budget
from planner.sizing.candidate import Candidate
from planner.sizing.engines import EngineConstants, Vllm, read_constants
from planner.sizing.option import Refusal
from planner.sizing.setting import Setting
from planner.sizing.trying import at_context, block_tokens, candidate_of
from planner.units import GIB, MIB, ceil_div

DIGITS = 1000
"""``--gpu-memory-utilization`` is written with three digits, rounded up."""


@dataclass(frozen=True, slots=True)
class ServerDefaults(EngineConstants):
    """What a server of vLLM does where its command says nothing.

    Attributes:
        version: version that the constants of memory were read from.
        server_utilisation: share of the memory that it asks for.
        server_sequences: sequences at a time.
        server_sequences_large: the same on large cards.
        server_batched_tokens: tokens of a step.
        server_batched_tokens_large: the same on large cards.
        server_large_gib: memory from which a card is large, GiB; the A100 never is.
    """

    ENGINE: ClassVar[str] = "vllm"
    version: str
    server_utilisation: float
    server_sequences: float
    server_sequences_large: float
    server_batched_tokens: float
    server_batched_tokens_large: float
    server_large_gib: float


@dataclass(frozen=True, slots=True)
class Server:
    """What a command asks of a server; nothing is left open.

    Attributes:
        precision: precision of the weights.
        kv_cache: precision of the cache.
        cards: cards of the group, ``--tensor-parallel-size``.
        max_model_len: longest context.
        max_num_seqs: sequences at a time.
        max_num_batched_tokens: tokens of a step.
        utilisation: share of the memory that it asks for.
        graphs: whether it captures CUDA graphs.
        graphs_inside: whether it counts them before it sizes the cache.
        cache_bytes: size of the cache where the command fixes it.
    """

    precision: Precision
    kv_cache: KvPrecision
    cards: int
    max_model_len: int
    max_num_seqs: int
    max_num_batched_tokens: int
    utilisation: float
    graphs: bool = True
    graphs_inside: bool = True
    cache_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """What becomes of the memory of each card.

    Attributes:
        server: the command.
        taken: (name, bytes) of what is no cache.
        card_bytes: memory that the driver reports.
        total_bytes: memory that CUDA offers.
        requested_bytes: memory that vLLM asks for.
        outside_bytes: memory that the process takes beside that.
        pool_bytes: memory of the cache; negative where it lacks.
        session_bytes: cache of one request of full length.
        pool_tokens: tokens that the cache holds.
        concurrency: requests of full length at a time.
        wrong: why it does not start, or None.
    """

    server: Server
    taken: tuple[tuple[str, int], ...]
    card_bytes: int
    total_bytes: int
    requested_bytes: int
    outside_bytes: int
    pool_bytes: int
    session_bytes: int
    pool_tokens: int
    concurrency: float
    wrong: str | None

    @property
    def fit(self) -> Fit:
        """Whether it starts, and has a tenth of what it asks for to spare with one request."""
        if self.wrong is not None:
            return Fit.NO
        return fit_of((self.pool_bytes - self.session_bytes) / max(1, self.requested_bytes))


def server_defaults(inputs: Inputs, gpu: Gpu) -> tuple[float, int, int]:
    """Share of the memory, sequences and tokens of a step of a command that names none.

    Raises:
        InputError: if a constant is missing from the catalogue.
    """
    known = read_constants(ServerDefaults, inputs.catalog)
    large = gpu.memory_mib * MIB >= known.server_large_gib * GIB and "a100" not in gpu.id
    if large:
        sequences, tokens = known.server_sequences_large, known.server_batched_tokens_large
    else:
        sequences, tokens = known.server_sequences, known.server_batched_tokens
    return known.server_utilisation, int(sequences), int(tokens)


def cuda_bytes(gpu: Gpu, *, ecc: bool) -> int:
    """Memory that CUDA offers on a card."""
    share = gpu.cuda_memory_fraction * (gpu.ecc_capacity_factor if ecc else 1)
    return floor(gpu.memory_mib * MIB * share)


def outside_bytes(cards: int, vllm: Vllm) -> int:
    """The CUDA context of a process, which no server counts."""
    return ceil((vllm.context_single_gib if cards == 1 else vllm.context_group_gib) * GIB)


def server_of(found: Candidate, workload: InferenceWorkload, sessions: int) -> Server:
    """The command that carries some sessions in the memory that sizing gave them.

    vLLM takes no more sequences than tokens of a step. A neighbour on the card is not in its
    share: each server asks for what it takes itself.

    Raises:
        AssertionError: if the engine is not vLLM.
    """
    replica = found.replica
    assert isinstance(replica.engine, Vllm)
    total = cuda_bytes(found.gpu, ecc=workload.requires.ecc)
    sessions = min(sessions, replica.chunk_tokens)
    inside = replica.memory_bytes(sessions) - outside_bytes(replica.cards, replica.engine)
    return Server(
        precision=replica.precision,
        kv_cache=workload.kv_cache,
        cards=replica.cards,
        max_model_len=workload.context_tokens,
        max_num_seqs=sessions,
        max_num_batched_tokens=replica.chunk_tokens,
        utilisation=ceil(Fraction(inside * DIGITS, total)) / DIGITS,
    )


def account(
    setting: Setting, inputs: Inputs, workload: InferenceWorkload, gpu: Gpu, server: Server
) -> Account | Refusal:
    """What a command makes of the memory of a card, or why the model does not run there so."""
    step_tokens = float(server.max_num_batched_tokens)
    vllm = replace(setting.engines.vllm, max_num_batched_tokens=step_tokens)
    changed = replace(setting, engines=replace(setting.engines, vllm=vllm))
    asked = at_context(workload, server.max_model_len)
    asked = asked.model_copy(update={"kv_cache": server.kv_cache})
    found = candidate_of(changed, inputs, asked, gpu, server.precision, server.cards)
    return found if isinstance(found, Refusal) else _account(found, server, vllm, asked)


def _account(found: Candidate, server: Server, vllm: Vllm, asked: InferenceWorkload) -> Account:
    total = cuda_bytes(found.gpu, ecc=asked.requires.ecc)
    outside = outside_bytes(server.cards, vllm)
    bars = dict(serving_budget(found, server.max_num_seqs).taken)
    graphs = bars.get(GRAPHS, 0) if server.graphs else 0
    taken = {
        "weights": bars["weights"],
        "activations": bars["activations"],
        "libraries": max(0, bars["context"] - outside),
    }
    if server.graphs_inside:
        taken[GRAPHS] = graphs
    else:
        outside += graphs
    requested = ceil(total * exact(server.utilisation))
    pool = requested - sum(taken.values())
    if server.cache_bytes is not None:
        pool, requested = server.cache_bytes, sum(taken.values()) + server.cache_bytes
    session, block = found.replica.session_bytes, block_tokens(found.replica)
    blocks = ceil_div(server.max_model_len, block)
    return Account(
        server=server,
        taken=tuple(taken.items()),
        card_bytes=card_bytes(found.gpu),
        total_bytes=total,
        requested_bytes=requested,
        outside_bytes=outside,
        pool_bytes=pool,
        session_bytes=session,
        pool_tokens=max(0, pool * blocks // session) * block,
        concurrency=max(0, pool) / session,
        wrong=_wrong(server, total, requested, outside, pool, session),
    )


def _wrong(
    server: Server, total: int, requested: int, outside: int, pool: int, session: int
) -> str | None:
    """Why vLLM does not start."""
    if requested + outside > total:
        return (
            f"vLLM asks for {requested / GIB:.1f} GiB; {(total - outside) / GIB:.1f} GiB of "
            f"{total / GIB:.1f} are free once it has started"
        )
    if pool <= 0:
        return f"nothing is left for the cache: {-pool / GIB:.1f} GiB lack before it"
    if pool < session:
        return (
            f"the cache gets {pool / GIB:.2f} GiB; one request of {server.max_model_len:,} tokens "
            f"takes {session / GIB:.2f} GiB"
        )
    return None
