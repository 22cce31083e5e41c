"""Results of ``vllm bench serve --save-result`` (vLLM, ``vllm/benchmarks/serve.py``).

One JSON object, or one on each line with ``--append-result``. The fields that count are ``date``,
``model_id``, ``max_concurrency``, ``request_rate``, ``completed``, ``failed``,
``total_input_tokens``, ``total_output_tokens``, ``output_throughput``, ``request_throughput``,
``mean_ttft_ms`` and ``mean_tpot_ms`` (or ``mean_itl_ms``).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import floor

from planner.scenario.benchmarks.record import (
    MILLISECONDS,
    BenchmarkError,
    Given,
    Numbers,
    Row,
    check_failed,
)


def is_result(data: Mapping[str, object]) -> bool:
    """Whether an object is such a result."""
    return "output_throughput" in data or "total_token_throughput" in data


def row_of(data: Mapping[str, object], given: Given, file: str) -> Row:
    """The measurement of one result.

    Raises:
        BenchmarkError: if a field is missing, or the run had no steady number of sessions.
    """
    found = Numbers(data)
    done = found.number("completed")
    check_failed(found.count("failed"), done)
    written = found.number("total_output_tokens") / done
    itl = found.number("mean_tpot_ms" if found.has("mean_tpot_ms") else "mean_itl_ms")
    ttft = found.number("mean_ttft_ms")
    return Row(
        gpu=given.pick("gpu", None),
        cards=given.cards or 1,
        model=given.pick("model", found.text("model_id")),
        precision=given.pick("precision", None),
        kv_cache=given.pick("kv_cache", None, "bf16"),
        engine=given.pick("engine", None, "vllm"),
        version=given.pick("version", None, ""),
        input_tokens=round(found.number("total_input_tokens") / done),
        output_tokens=round(written),
        concurrency=_sessions(found, done, ttft + itl * (written - 1)),
        ttft_ms=ttft,
        itl_ms=itl,
        tokens_per_s=found.number("output_throughput"),
        source=given.pick("source", file),
        date=_day(found.text("date")),
    )


def _sessions(found: Numbers, done: float, answer_ms: float) -> int:
    """Sessions at a time: as limited, or by Little's law where requests come at a rate."""
    rate = found.data.get("request_rate")
    limit = found.count("max_concurrency")
    if isinstance(rate, int | float) and rate > 0:
        sessions = found.number("request_throughput") * answer_ms / MILLISECONDS
        return max(1, floor(min(sessions, limit) if limit else sessions))
    if not limit:
        text = "all requests came at once: there is no `max_concurrency`, and `request_rate` is inf"
        raise BenchmarkError(text, hint="run it with --max-concurrency")
    if done < limit:
        raise BenchmarkError(f"{done:.0f} requests never made {limit:.0f} sessions at a time")
    return int(limit)


def _day(date: str | None) -> str:
    """``20260912-101500`` as ``2026-09-12``."""
    digits = (date or "")[:8]
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if digits.isdigit() else ""
