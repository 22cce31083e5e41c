"""How long a step of a serving engine takes (formulas in docs/reference/sizing.md).

Decode of b sequences of length c on k cards::

    t_d = max[(W_hit(b) / k + KV c b) / (BW e_m), 2 A b / (k F e_c)] + t_0 + L (t_L + t_moe)
          + [k > 1] 2 L (lat + vol / link)

with W_hit(b) = W_shared + W_experts (1 - (1 - top_k / E)^b). Continuous batching hides prompts
under the weight read: a step also computes b / o prompts of i tokens, each 2 A i + 2 L d i^2
operations. Only + - * / are used, so that every machine gets the same bits.
"""

from __future__ import annotations

from dataclasses import dataclass

from planner.catalog.architecture import GroupedAttention, LatentAttention, Transformer
from planner.sizing.engines import Serving
from planner.sizing.links import Link

MICRO = 1e-6


@dataclass(frozen=True, slots=True)
class Work:
    """What a replica moves and computes; everything but the card.

    Attributes:
        cards: cards of the group.
        parallel: cards that work at the same time: all of them where every layer is split, one
            where whole layers are, so that more cards hold more but are no faster.
        dense_bytes: weights that every step reads, all cards together.
        expert_bytes: weights of the routed experts, all cards together.
        idle_expert: chance that one token leaves an expert alone, 1 - top_k / E.
        kv_bytes: cache that one session reads in a step, on each of the cards that work at the
            same time.
        token_flop: operations of a decoded token, 2 A.
        prompt_tokens: mean length of a prompt, i.
        prompt_flop: operations of a prompt, 2 A i + 2 L d i^2.
        prompts_per_token: prompts for each decoded token, 1 / o.
        layers: L.
        moe_layers: layers with experts.
        reduced_bytes: bytes that each card exchanges for one token in one all-reduce.
    """

    cards: int
    parallel: int
    dense_bytes: float
    expert_bytes: float
    idle_expert: float
    kv_bytes: float
    token_flop: float
    prompt_tokens: int
    prompt_flop: float
    prompts_per_token: float
    layers: int
    moe_layers: int
    reduced_bytes: float


@dataclass(frozen=True, slots=True)
class Machine:
    """A card, or a group, as an engine drives it.

    Attributes:
        bytes_per_s: memory bandwidth of one card that a step reaches.
        flop_per_s: tensor rate of one card that matrix products reach.
        step_s: fixed time of a step.
        layer_s: fixed time of a layer.
        moe_layer_s: further fixed time of a layer with experts.
        link: what joins the cards.
    """

    bytes_per_s: float
    flop_per_s: float
    step_s: float
    layer_s: float
    moe_layer_s: float
    link: Link


def machine_of(bandwidth_gb_s: float, flop_per_s: float, link: Link, engine: Serving) -> Machine:
    """A card under an engine: peak rates times the efficiencies of the engine."""
    return Machine(
        bytes_per_s=bandwidth_gb_s * 1e9 * engine.memory_efficiency,
        flop_per_s=flop_per_s * engine.compute_efficiency,
        step_s=engine.step_us * MICRO,
        layer_s=engine.layer_us * MICRO,
        moe_layer_s=engine.moe_layer_us * MICRO,
        link=link,
    )


def step_s(work: Work, machine: Machine, sessions: int, prompt_tokens: float) -> float:
    """Seconds of a step that decodes one token for each session and some tokens of prompts."""
    read = hit_bytes(work, sessions) / work.parallel + work.kv_bytes * sessions
    prompt = prompt_tokens * (work.prompt_flop / work.prompt_tokens)
    compute = (work.token_flop * sessions + prompt) / (work.parallel * machine.flop_per_s)
    busy = max(read / machine.bytes_per_s, compute)
    return busy + _fixed_s(work, machine) + _exchange_s(work, machine, sessions + prompt_tokens)


def mean_step_s(work: Work, machine: Machine, sessions: int) -> float:
    """Seconds between two tokens of a session: a step with its share of prompts, b i / o tokens."""
    prompts = sessions * work.prompts_per_token * work.prompt_tokens
    return step_s(work, machine, sessions, prompts)


def prefill_s(work: Work, machine: Machine) -> float:
    """Seconds of a prompt alone.

    ``max[(2 A i + 2 L d i^2) / (k F e_c), W / (k BW e_m)]`` and overheads.
    """
    compute = work.prompt_flop / (work.parallel * machine.flop_per_s)
    read = hit_bytes(work, work.prompt_tokens) / (work.parallel * machine.bytes_per_s)
    fixed = _fixed_s(work, machine)
    return max(compute, read) + fixed + _exchange_s(work, machine, work.prompt_tokens)


def hit_bytes(work: Work, tokens: int) -> float:
    """Weights that a step of some tokens reads, all cards together."""
    if not work.expert_bytes:
        return work.dense_bytes
    return work.dense_bytes + work.expert_bytes * (1.0 - power(work.idle_expert, tokens))


def power(base: float, exponent: int) -> float:
    """Power by repeated multiplication, so that every machine gets the same bits."""
    result = 1.0
    while exponent:
        if exponent & 1:
            result *= base
        base *= base
        exponent >>= 1
    return result


def attention_flop(t: Transformer, tokens: int, *, causal: bool) -> float:
    """Operations of attention for a text: 2 L d i^2 if causal, twice that if it sees both ways.

    A layer with a window w < i takes 4 d (i w - w^2 / 2) instead of 2 d i^2.
    """
    a = t.attention
    if isinstance(a, LatentAttention):
        width = a.heads * (a.qk_nope_head_dim + a.qk_rope_head_dim + a.v_head_dim) / 2
        return _full_attention(width, tokens, t.layers)
    flop = _full_attention(a.heads * a.head_dim, tokens, t.layers - a.sliding_layers)
    flop += _windowed_attention(a, tokens)
    return flop if causal else 2 * flop


def _full_attention(width: float, tokens: int, layers: int) -> float:
    return 2 * layers * width * tokens * tokens


def _windowed_attention(a: GroupedAttention, tokens: int) -> float:
    width, window = a.heads * a.head_dim, a.window or tokens
    if window >= tokens:
        return _full_attention(width, tokens, a.sliding_layers)
    return 4 * a.sliding_layers * width * (tokens * window - window * window / 2)


def _fixed_s(work: Work, machine: Machine) -> float:
    layers = work.layers * machine.layer_s + work.moe_layers * machine.moe_layer_s
    return machine.step_s + layers


def _exchange_s(work: Work, machine: Machine, tokens: float) -> float:
    """Two all-reduces a layer, 2 (k - 1) / k of the hidden state each."""
    if work.parallel == 1:
        return 0.0
    volume = tokens * work.reduced_bytes
    return 2 * work.layers * (machine.link.latency_s + volume / machine.link.bytes_per_s)
