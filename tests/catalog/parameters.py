"""Parameters of a model counted from its dimensions, apart from the program's own counting.

The formulas are those of the published layers: projections, gates, norms, biases, routers.
"""

from __future__ import annotations

from planner.catalog.architecture import (
    Experts,
    LatentAttention,
    ModelEntry,
    Transformer,
)

QKV_BIAS = ("qwen2.5", "qwq", "r1-distill-qwen", "glm-4", "gpt-oss")
QK_NORM = ("qwen3", "gemma-3", "glm-4.7")
FOUR_NORMS = ("gemma",)
ROUTER_BIAS = ("deepseek-v3", "deepseek-r1", "glm-4", "gpt-oss")


def decoder(model: ModelEntry) -> int:
    """Parameters of a decoder, of a backbone of one, and of its vision tower."""
    t = model.transformer
    assert t is not None
    norms = (4 if model.id.startswith(FOUR_NORMS) else 2) * t.hidden_size
    dense_layers = t.layers if t.experts is None else t.experts.first_dense_layers
    dense = dense_layers * 3 * t.hidden_size * t.intermediate_size
    sparse = 0 if t.experts is None else (t.layers - dense_layers) * _mixture(model, t, t.experts)
    own = t.layers * (_attention(model, t) + norms) + dense + sparse + t.hidden_size
    return t.embedding_parameters + t.lm_head_parameters + t.vision_parameters + own


def _attention(model: ModelEntry, t: Transformer) -> int:
    a = t.attention
    if isinstance(a, LatentAttention):
        return _latent(t, a)
    queries, keys = a.heads * a.head_dim, a.kv_heads * a.head_dim
    count = t.hidden_size * (2 * queries + 2 * keys)
    count += (queries + 2 * keys) * model.id.startswith(QKV_BIAS)
    count += 2 * a.head_dim * model.id.startswith(QK_NORM)
    if model.id.startswith("gpt-oss"):
        count += t.hidden_size + a.heads  # output bias, and one sink for each head
    return count


def _latent(t: Transformer, a: LatentAttention) -> int:
    width = a.heads * (a.qk_nope_head_dim + a.qk_rope_head_dim)
    queries = t.hidden_size * width
    if a.q_lora_rank:
        queries = a.q_lora_rank * (t.hidden_size + 1 + width)
    down = t.hidden_size * (a.kv_lora_rank + a.qk_rope_head_dim) + a.kv_lora_rank
    up = a.kv_lora_rank * a.heads * (a.qk_nope_head_dim + a.v_head_dim)
    return queries + down + up + a.heads * a.v_head_dim * t.hidden_size


def _mixture(model: ModelEntry, t: Transformer, e: Experts) -> int:
    expert = 3 * t.hidden_size * e.intermediate_size
    count = (e.routed + e.shared) * expert + t.hidden_size * e.routed
    count += e.routed * model.id.startswith(ROUTER_BIAS)
    if model.id.startswith("gpt-oss"):
        count += e.routed * (2 * e.intermediate_size + t.hidden_size)
    return count


def bert(t: Transformer, *, head: int) -> int:
    """Parameters of BERT and XLM-RoBERTa: biases everywhere, and a head on top."""
    h, i = t.hidden_size, t.intermediate_size
    layer = 4 * (h * h + h) + (h * i + i) + (i * h + h) + 2 * 2 * h
    return t.embedding_parameters + 2 * h + t.layers * layer + head


def pooler(h: int) -> int:
    """A dense layer on the first token."""
    return h * h + h


def nomic(t: Transformer) -> int:
    """Parameters of NomicBERT: gated, without biases but in the norms."""
    h = t.hidden_size
    layer = 4 * h * h + 3 * h * t.intermediate_size + 2 * 2 * h
    return t.embedding_parameters + 2 * h + t.layers * layer


def whisper(t: Transformer) -> int:
    """Parameters of Whisper: two convolutions over 128 mel bands, an encoder of 1,500 frames, a
    decoder with attention to both; keys have no bias."""
    h, i = t.hidden_size, t.intermediate_size
    attention, ends = 4 * h * h + 3 * h, (h * i + i) + (i * h + h)
    convolutions = (128 * h * 3 + h) + (h * h * 3 + h)
    encoder = convolutions + 1500 * h + t.layers // 2 * (attention + ends + 4 * h) + 2 * h
    decoder = t.layers // 2 * (2 * attention + ends + 6 * h) + 2 * h
    return encoder + t.embedding_parameters + decoder
