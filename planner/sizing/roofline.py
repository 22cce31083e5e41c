"""What the bandwidth of a card allows, and measurements that claim more.

A step of decoding reads at least the weights that one token touches and the cache of every
session, so b sessions get at most ``b BW k / (W_hit(1) + KV b)`` tokens per second (roofline;
Williams, Waterman and Patterson 2009, with the bytes of docs/reference/sizing.md). It is a bound
that nothing can pass: sessions may choose the same experts, however unlikely that is, and where
cards hold whole layers, one session after the other, several sessions may keep all of them busy.
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.catalog.catalog import Catalog
from planner.catalog.health import Finding
from planner.sizing.engines import Engines
from planner.sizing.steps import Work, hit_bytes
from planner.sizing.weights import weights_of

GIGA = 1e9
TOLERANCE = 0.02
"""How far a measurement may pass the ceiling: clocks and rounding."""


def ceiling(work: Work, bandwidth_gb_s: float, sessions: int) -> float:
    """What the bandwidth allows, tokens per second of all sessions together."""
    return sessions * bandwidth_gb_s / read_gb(work, sessions)


def read_gb(work: Work, sessions: int) -> float:
    """10^9 bytes that one step reads at least from each card that works at the same time."""
    read = (hit_bytes(work, 1) / work.parallel + work.kv_bytes * sessions) / GIGA
    return read / work.cards if work.parallel == 1 and sessions > 1 else read


def above_roofline(catalog: Catalog) -> Iterator[Finding]:
    """Measured speeds of one session that the bandwidth does not allow."""
    engines = Engines.of(catalog)
    for row in catalog.benchmarks:
        gpu, model = catalog.gpus[row.gpu], catalog.models[row.model]
        t = model.transformer
        if t is None or row.sessions != 1:
            continue
        weights = weights_of(model, row.precision, engines)
        touched = t.experts.per_token / t.experts.routed if t.experts else 1.0
        read = (float(weights.dense) + float(weights.experts) * touched) / GIGA
        most = row.cards * gpu.memory_bandwidth_gb_s.value / read
        if row.tokens_per_s > most * (1 + TOLERANCE):
            text = (
                f"{row.gpu}, {row.model} in {row.precision}: {row.tokens_per_s:g} tokens/s, but "
                f"{gpu.memory_bandwidth_gb_s.value:g} GB/s over {read:.2f} GB allow {most:.1f}"
            )
            yield Finding("error", "above-roofline", row.id, text)
