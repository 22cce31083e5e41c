"""Reports of GuideLLM (``guidellm/benchmark/schemas``).

A report holds ``benchmarks``, each with ``metrics``, in which a distribution has the statistics of
``successful`` requests. Reports of version 1 and 2 say so in ``metadata.version``; those before
had no ``metadata`` and ``args`` instead of ``config``. Any other version is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from math import floor

from planner.scenario.benchmarks.record import (
    BenchmarkError,
    Given,
    Numbers,
    Row,
    check_failed,
)

VERSIONS = (1, 2)
"""Values of ``metadata.version`` whose fields are known."""


def is_report(data: Mapping[str, object]) -> bool:
    """Whether an object is such a report."""
    return isinstance(data.get("benchmarks"), list)


def rows_of(data: Mapping[str, object], given: Given, file: str) -> Iterator[Row]:
    """The measurements of a report.

    Raises:
        BenchmarkError: if its version is not known, or a field is missing.
    """
    _check_version(data)
    runs = data["benchmarks"]
    assert isinstance(runs, list)
    for i, run in enumerate(runs):
        if not isinstance(run, Mapping):
            raise BenchmarkError(f"`benchmarks[{i}]` is not an object")
        yield _row(Numbers(run, f"benchmarks[{i}]."), Numbers(data), given, file)


def _check_version(data: Mapping[str, object]) -> None:
    metadata = data.get("metadata")
    version = metadata.get("version") if isinstance(metadata, Mapping) else None
    if metadata is not None and version not in VERSIONS:
        known = " and ".join(map(str, VERSIONS))
        raise BenchmarkError(f"`metadata.version` is {version!r}; known are {known}")


def _row(run: Numbers, report: Numbers, given: Given, file: str) -> Row:
    metrics = run.inner("metrics")
    _check_requests(run, metrics)
    return Row(
        gpu=given.pick("gpu", None),
        cards=given.cards or 1,
        model=given.pick("model", _model(run, report)),
        precision=given.pick("precision", None),
        kv_cache=given.pick("kv_cache", None, "bf16"),
        engine=given.pick("engine", None, "vllm"),
        version=given.pick("version", None, ""),
        input_tokens=round(_mean(metrics, "prompt_token_count")),
        output_tokens=round(_mean(metrics, "output_token_count")),
        concurrency=_sessions(run, metrics),
        ttft_ms=_mean(metrics, "time_to_first_token_ms"),
        itl_ms=_mean(metrics, "inter_token_latency_ms"),
        tokens_per_s=_mean(metrics, "output_tokens_per_second"),
        source=given.pick("source", file),
        date=_day(run),
    )


def _mean(metrics: Numbers, name: str) -> float:
    return metrics.inner(name).inner("successful").number("mean")


def _sessions(run: Numbers, metrics: Numbers) -> int:
    """Sessions at a time: streams of the strategy, or the mean that was observed."""
    settings = run.inner("config" if run.has("config") else "args")
    strategy = settings.inner("strategy")
    match strategy.text("type_"):
        case "concurrent":
            return int(strategy.number("streams"))
        case "synchronous":
            return 1
        case _:
            return max(1, floor(_mean(metrics, "request_concurrency")))


def _check_requests(run: Numbers, metrics: Numbers) -> None:
    totals = metrics if metrics.has("request_totals") else run
    if totals.has("request_totals"):
        found = totals.inner("request_totals")
        check_failed(found.count("errored"), found.count("successful"))


def _model(run: Numbers, report: Numbers) -> str | None:
    """The model as the report names it; where depends on its version."""
    places = (
        (run, "config", "backend", "model"),
        (report, "args", "", "model"),
        (run, "worker", "", "backend_model"),
    )
    for start, outer, inner, name in places:
        if start.has(outer):
            at = start.inner(outer)
            at = at.inner(inner) if inner and at.has(inner) else at
            if found := at.text(name):
                return found
    return None


def _day(run: Numbers) -> str:
    if not run.has("start_time"):
        return ""
    return f"{datetime.fromtimestamp(run.number('start_time'), UTC):%Y-%m-%d}"
