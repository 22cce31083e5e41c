"""Which program wrote a file of measurements, and its rows with names of the catalogue."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from planner.catalog.catalog import Catalog
from planner.errors import Diagnostic, InputError, Span, did_you_mean
from planner.scenario.benchmarks import guidellm, llama_bench, plain, vllm
from planner.scenario.benchmarks.record import BenchmarkError, Given, Row
from planner.scenario.values import KvPrecision, Precision
from planner.yaml_source import read_bytes

RULE = "unreadable-benchmark"
MAX_BYTES = 256 << 20
"""Reports of GuideLLM hold every request."""
Format = Literal["vllm", "guidellm", "llama-bench", "plain"]
CARD_WORDS = re.compile(r"\b(nvidia|amd|geforce|laptop gpu|gpu)\b", re.IGNORECASE)
KNOWN = (
    "known are results of `vllm bench serve`, reports of GuideLLM, output of llama-bench (json, "
    "jsonl, csv, md), and the plain table"
)


@dataclass(frozen=True, slots=True)
class Read:
    """A row, and where it stands.

    Attributes:
        row: the measurement.
        file: the file.
        line: line of a table, 0 for other files.
        format: which program wrote it.
    """

    row: Row
    file: str
    line: int
    format: Format


def read_file(path: Path, given: Given, catalog: Catalog) -> list[Read]:
    """The measurements of a file.

    Raises:
        InputError: if it cannot be read, is of no known form, or names what the catalogue does
            not have.
    """
    file = str(path)
    text = _text(read_bytes(path, MAX_BYTES), file)
    try:
        found = list(_rows(text, given, path.name))
    except BenchmarkError as error:
        raise _refused(file, error) from None
    reads = [Read(_named(row, catalog), file, line, kind) for kind, line, row in found]
    if not reads:
        raise _refused(file, BenchmarkError("there is no measurement in it"))
    wrong = [d for read in reads for d in unknown_names(read, catalog)]
    if wrong:
        raise InputError(list(dict.fromkeys(wrong)))
    return reads


def unknown_names(read: Read, catalog: Catalog) -> Iterator[Diagnostic]:
    """What a row names that there is not."""
    row, span = read.row, Span(read.file, read.line, 1, 2) if read.line else Span(read.file)
    names: tuple[tuple[str, str, Collection[str], str, str], ...] = (
        ("unknown-gpu", row.gpu, catalog.gpus, "a card of the catalogue", "--gpu"),
        ("unknown-model", row.model, catalog.models, "a model of the catalogue", "--model"),
        ("unknown-precision", row.precision, get_args(Precision), "a precision", "--precision"),
        ("unknown-precision", row.kv_cache, get_args(KvPrecision), "one of a cache", "--kv-cache"),
    )
    for rule, name, known, kind, option in names:
        if name not in known:
            also = f"{option} names another" if not read.line else ""
            hint = did_you_mean(name.rpartition("/")[2].lower(), known, also)
            yield Diagnostic(rule, f"`{name}` is not {kind}", span, help=hint)


def _refused(file: str, error: BenchmarkError) -> InputError:
    span = Span(file, error.line, 1, 2) if error.line else Span(file)
    return InputError([Diagnostic(RULE, str(error), span, help=error.hint)])


def _text(content: bytes, file: str) -> str:
    if len(content) > MAX_BYTES:
        raise _refused(file, BenchmarkError(f"it is larger than {MAX_BYTES >> 20} MiB"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(file, BenchmarkError("it is not UTF-8 text")) from None


def _rows(text: str, given: Given, file: str) -> Iterator[tuple[Format, int, Row]]:
    if text.lstrip()[:1] in ("{", "["):
        yield from _of_json(_objects(text), given, file)
        return
    lines = text.splitlines()
    head = lines[0] if lines else ""
    if any(line.startswith("|") and "t/s" in line for line in lines):
        tests: Sequence[Mapping[str, object]] = llama_bench.from_markdown(lines)
        yield from (("llama-bench", 0, r) for r in llama_bench.rows_of(tests, given, file))
    elif "avg_ts" in head:
        tests = list(csv.DictReader(io.StringIO(text)))
        yield from (("llama-bench", 0, r) for r in llama_bench.rows_of(tests, given, file))
    elif "tokens_per_s" in head.split(",") or "gpu" in head.split(","):
        yield from (("plain", line, row) for line, row in plain.rows_of(text, given))
    else:
        raise BenchmarkError("no known program wrote this", hint=KNOWN)


def _of_json(
    objects: Sequence[Mapping[str, object]], given: Given, file: str
) -> Iterator[tuple[Format, int, Row]]:
    if objects and all(map(llama_bench.is_test, objects)):
        yield from (("llama-bench", 0, r) for r in llama_bench.rows_of(objects, given, file))
        return
    for one in objects:
        if guidellm.is_report(one):
            yield from (("guidellm", 0, row) for row in guidellm.rows_of(one, given, file))
        elif vllm.is_result(one):
            yield "vllm", 0, vllm.row_of(one, given, file)
        else:
            raise BenchmarkError("no known program wrote this", hint=KNOWN)


def _objects(text: str) -> list[Mapping[str, object]]:
    """One object, a list of them, or one on each line."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        found = [_line(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    objects = found if isinstance(found, list) else [found]
    if not all(isinstance(one, Mapping) for one in objects):
        raise BenchmarkError("it is not a list of objects")
    return objects


def _line(number: int, line: str) -> object:
    try:
        return json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        said = getattr(error, "msg", "nested too deep")
        raise BenchmarkError(f"not JSON: {said.lower()}", number) from None


def _named(row: Row, catalog: Catalog) -> Row:
    """The row with ids of the catalogue, where a driver or a maker names the very same thing."""
    cards = {_plain(g.name): name for name, g in catalog.gpus.items()}
    model = row.model.rpartition("/")[2].lower()
    return replace(
        row,
        gpu=row.gpu if row.gpu in catalog.gpus else cards.get(_plain(row.gpu), row.gpu),
        model=model if model in catalog.models else row.model,
    )


def _plain(name: str) -> str:
    """A card's name without its maker."""
    return " ".join(CARD_WORDS.sub(" ", name).lower().split())
