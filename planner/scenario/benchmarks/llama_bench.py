"""Output of ``llama-bench`` (llama.cpp, ``tools/llama-bench``): JSON, JSON lines, CSV, Markdown.

A test of generation (``n_gen`` tokens behind ``n_depth``) is one session that writes. A test of a
prompt that is as long as that depth gives its first token. Tests of a prompt alone, and of both
together (``-pg``), whose two times cannot be told apart, give no row of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from planner.scenario.benchmarks.record import (
    MILLISECONDS,
    BenchmarkError,
    Given,
    Numbers,
    Row,
)

TYPES: Mapping[str, str] = {
    "F32": "fp32",
    "F16": "bf16",
    "BF16": "bf16",
    "Q8_0": "gguf-q8_0",
    "Q6_K": "gguf-q6_k",
    "Q5_K - Medium": "gguf-q5_k_m",
    "Q4_K - Medium": "gguf-q4_k_m",
    "Q3_K - Small": "gguf-q3_k_s",
    "Q2_K - Medium": "gguf-q2_k",
    "Q2_K": "gguf-q2_k",
}
"""Ends of ``model_type`` and the precision that they stand for."""
CACHES: Mapping[str, str] = {"f16": "bf16", "bf16": "bf16", "q8_0": "fp8", "q4_0": "nvfp4"}
"""Types of the cache and the nearest name here."""
ALL_LAYERS = 99
"""So many layers, or -1, are all."""
_TEST = re.compile(r"(pp|tg) ?(\d+)(?: @ d(\d+))?$")
_SPEED = re.compile(r"([\d.]+)(?: ± [\d.]+)?$")


def is_test(data: Mapping[str, object]) -> bool:
    """Whether an object is a test."""
    return "avg_ts" in data


def from_markdown(lines: Sequence[str]) -> list[dict[str, object]]:
    """The tests of a Markdown table.

    Raises:
        BenchmarkError: if a line is not of the table's form.
    """
    head: list[str] = []
    found: list[dict[str, object]] = []
    for number, line in enumerate(lines, 1):
        if not line.startswith("|") or set(line) <= set("|-: "):
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if "t/s" in cells:
            head = cells
        elif head:
            found.append(_of_cells(dict(zip(head, cells, strict=False)), number))
    return found


def _of_cells(cells: Mapping[str, str], number: int) -> dict[str, object]:
    test, speed = cells.get("test", ""), _SPEED.match(cells.get("t/s", ""))
    shape = _TEST.match(test)
    if speed is None:
        raise BenchmarkError(f"`t/s` is `{cells.get('t/s', '')}`, not a speed", number)
    if shape is None and not test.startswith("pp"):
        raise BenchmarkError(f"`test` is `{test}`, which is not known", number)
    named = {"type_k", "type_v"} & set(cells)
    tokens = int(shape[2]) if shape else 0
    return {
        "avg_ts": float(speed[1]),
        "model_type": cells.get("model", ""),
        "n_gpu_layers": cells.get("ngl", "-1"),
        "n_prompt": tokens if shape and shape[1] == "pp" else 0,
        "n_gen": tokens if shape and shape[1] == "tg" else 0,
        "n_depth": int(shape[3] or 0) if shape else 0,
        **{name: cells[name] for name in named},
    }


def rows_of(tests: Iterable[Mapping[str, object]], given: Given, file: str) -> Iterator[Row]:
    """The measurements of some tests; each of generation is one.

    Raises:
        BenchmarkError: if a field is missing, or a test did not run on the card alone.
    """
    found = [Numbers(test) for test in tests]
    prompts = {_key(t): t for t in found if t.count("n_prompt") and not t.count("n_gen")}
    writing = [t for t in found if t.count("n_gen") and not t.count("n_prompt")]
    if not writing:
        raise BenchmarkError("no test of generation alone (tg)", hint="run llama-bench with -n")
    for test in writing:
        yield _row(test, prompts.get((_setting(test), test.count("n_depth"))), given, file)


def _row(test: Numbers, prompt: Numbers | None, given: Given, file: str) -> Row:
    _check_place(test)
    speed = test.number("avg_ts")
    build = test.data.get("build_number")
    ttft = None
    if prompt is not None:
        ttft = MILLISECONDS * prompt.number("n_prompt") / prompt.number("avg_ts")
    return Row(
        gpu=given.pick("gpu", _card(test)),
        cards=given.cards or _cards(test),
        model=given.pick("model", None),
        precision=given.pick("precision", _precision(test)),
        kv_cache=given.pick("kv_cache", _cache(test)),
        engine=given.pick("engine", None, "llama.cpp"),
        version=given.pick("version", f"b{build}" if build else None, ""),
        input_tokens=int(test.count("n_depth")),
        output_tokens=int(test.number("n_gen")),
        concurrency=1,
        ttft_ms=ttft,
        itl_ms=MILLISECONDS / speed,
        tokens_per_s=speed,
        source=given.pick("source", file),
        date=(test.text("test_time") or "")[:10],
    )


def _key(test: Numbers) -> tuple[str, float]:
    """A prompt belongs to what is written behind it, from an empty cache on."""
    empty = test.count("n_depth") == 0
    return (_setting(test), test.count("n_prompt") if empty else -1.0)


def _setting(test: Numbers) -> str:
    names = ("model_filename", "model_type", "gpu_info", "type_k", "type_v", "split_mode")
    return "|".join(str(test.data.get(name)) for name in names)


def _check_place(test: Numbers) -> None:
    layers = str(test.data.get("n_gpu_layers", "-1"))
    if layers not in ("-1", "all", "auto") and not (layers.isdigit() and int(layers) >= ALL_LAYERS):
        text = f"`n_gpu_layers` is {layers}: some layers may have run on the processor"
        raise BenchmarkError(text, hint=f"run llama-bench with -ngl {ALL_LAYERS}")
    if test.count("n_cpu_moe"):
        raise BenchmarkError("`n_cpu_moe` is set: some experts ran on the processor")


def _names(test: Numbers) -> list[str]:
    return [name.strip() for name in (test.text("gpu_info") or "").split(",") if name.strip()]


def _card(test: Numbers) -> str | None:
    """The name of the card as its driver gives it; None where there are several kinds."""
    names = set(_names(test))
    return names.pop() if len(names) == 1 else None


def _cards(test: Numbers) -> int:
    return 1 if test.text("split_mode") == "none" else max(1, len(_names(test)))


def _precision(test: Numbers) -> str | None:
    kind = test.text("model_type") or ""
    found = [name for name in TYPES if kind.endswith(f" {name}")]
    return TYPES[max(found, key=len)] if found else None


def _cache(test: Numbers) -> str | None:
    kinds = {str(test.data.get(name) or "f16") for name in ("type_k", "type_v")}
    return CACHES.get(kinds.pop()) if len(kinds) == 1 else None
