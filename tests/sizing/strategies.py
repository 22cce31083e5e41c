"""Random workloads for the laws of sizing."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.sizing.support import CARDS, CHAT, EMBED, NOTEBOOK, PICTURES, TUNE, Data

DECODERS = (
    "llama-3.1-8b",
    "qwen3-30b-a3b",
    "gemma-3-27b",
    "gpt-oss-20b",
    "deepseek-v2-lite",
    "phi-4",
)
SHAPES = ((900, 100), (100, 900), (3000, 500), (12_000, 2000))
PRECISIONS = ("bf16", "fp8", "awq-int4", "nvfp4", "gguf-q4_k_m")


@st.composite
def chats(draw: st.DrawFn) -> Data:
    slo: Data = {"tokens_per_s_per_session": draw(st.sampled_from([5.0, 10.0, 20.0, 40.0]))}
    if draw(st.booleans()):
        slo["ttft_ms"] = draw(st.sampled_from([300.0, 1500.0, 10_000.0]))
    return {
        **CHAT,
        "model": draw(st.sampled_from(DECODERS)),
        "precision": draw(
            st.lists(st.sampled_from(PRECISIONS), min_size=1, max_size=2, unique=True)
        ),
        "kv_cache": draw(st.sampled_from(["bf16", "fp8"])),
        "context_tokens": draw(st.sampled_from([1024, 4096, 16_384])),
        "slo": slo,
        "demand": [{"from": "2026-10", "concurrency": draw(st.sampled_from([0, 1, 7, 40, 300]))}],
        "requires": {"ecc": draw(st.booleans())},
    }


@st.composite
def classed(draw: st.DrawFn) -> Data:
    """Chats whose demand is given by request classes."""
    shapes = draw(st.lists(st.sampled_from(SHAPES), min_size=1, max_size=3, unique=True))
    classes = [
        {"input_tokens": i, "output_tokens": o, "requests_per_s": draw(st.sampled_from([0.5, 9]))}
        for i, o in shapes
    ]
    return {**draw(chats()), "demand": [{"from": "2026-10", "classes": classes}]}


@st.composite
def encoders(draw: st.DrawFn) -> Data:
    slo = {"latency_ms": draw(st.sampled_from([5.0, 30.0, 200.0]))} if draw(st.booleans()) else {}
    return {
        **EMBED,
        "model": draw(st.sampled_from(["bge-m3", "bge-large-en-v1.5", "bge-reranker-v2-m3"])),
        "input_tokens": draw(st.sampled_from([16, 256, 512])),
        "slo": slo,
        "demand": [{"from": "2026-10", "tokens_per_s": draw(st.sampled_from([1.0, 3e4, 5e6]))}],
    }


@st.composite
def pictures(draw: st.DrawFn) -> Data:
    return {
        **PICTURES,
        "precision": draw(st.sampled_from([["bf16"], ["fp8", "nf4"], ["int8"], ["awq-int4"]])),
        "width": draw(st.sampled_from([512, 1024, 2048])),
        "demand": [{"from": "2026-10", "images_per_hour": draw(st.sampled_from([1.0, 90.0, 1e4]))}],
    }


@st.composite
def tunings(draw: st.DrawFn) -> Data:
    return {
        **TUNE,
        "model": draw(st.sampled_from(DECODERS)),
        "method": draw(st.sampled_from(["full", "lora", "qlora"])),
        "optimizer": draw(st.sampled_from(["adamw", "adamw-8bit"])),
        "recompute": draw(st.booleans()),
        "time_shared": draw(st.booleans()),
        "sequence_tokens": draw(st.sampled_from([512, 4096])),
        "tokens_per_month": draw(st.sampled_from([1e6, 1e9, 1e12])),
    }


notebooks = st.sampled_from(
    [
        NOTEBOOK,
        {**NOTEBOOK, "need": {"cards": 2}},
        {**NOTEBOOK, "need": {"memory_gib": 40}},
        {**NOTEBOOK, "isolation": "exclusive"},
    ]
)
workloads = st.one_of(chats(), classed(), encoders(), pictures(), tunings(), notebooks)
isolations = st.sampled_from(["shared", "exclusive", "mig"])
card_sets = st.lists(st.sampled_from(sorted(CARDS)), min_size=1, max_size=3, unique=True).map(tuple)
robustness = st.sampled_from(["low", "middle"])
