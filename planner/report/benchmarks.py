"""Measured rows for people and programs: a table, the plain CSV, and what a scenario takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import yaml

from planner.catalog.catalog import Catalog
from planner.catalog.loading import default_catalog
from planner.errors import Diagnostic, InputError
from planner.report.quantities import counted
from planner.report.screen import Column, Screen, Table
from planner.scenario.benchmarks import plain
from planner.scenario.benchmarks.reading import read_file
from planner.scenario.benchmarks.record import Given, Row
from planner.scenario.models import is_file, peek

START = "2026-01"
"""A month, since a model that is given by a file has one; nothing depends on it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What every session must get, and what a card holds; None where it is not asked.

    Attributes:
        tokens_per_s: tokens per second of every session.
        ttft_ms: milliseconds to the first token.
        memory_gib: memory that one card used, as the driver says.
    """

    tokens_per_s: float | None
    ttft_ms: float | None
    memory_gib: float


def read(files: Iterable[Path], given: Given, catalog: Catalog | None = None) -> list[Row]:
    """The measurements of some files.

    Args:
        files: files of benchmark programs, or plain tables.
        given: what the user says of them; a model may be the path of a config.json.
        catalog: the catalogue; the one that comes with the program if absent.

    Raises:
        InputError: if a file cannot be read, does not say enough, or names what there is not.
    """
    catalog = catalog or default_catalog()
    if given.model is not None and is_file(given.model):
        entry = peek(given.model, catalog, Path(), START)
        if entry is None:
            text = f"`{given.model}` describes no model that can be sized"
            hint = f"`planner size {given.model}` says why"
            raise InputError([Diagnostic("unreadable-model", text, help=hint)])
        catalog = replace(catalog, models={**catalog.models, entry.id: entry})
        given = replace(given, model=entry.id)
    return [found.row for file in files for found in read_file(file, given, catalog)]


def joined(rows: Sequence[Row], into: Path) -> str:
    """The table of a file with further rows; those that it has already stay once.

    Raises:
        InputError: if the file is no such table.
    """
    before = read([into], Given()) if into.exists() else []
    return plain.written(dict.fromkeys([*before, *rows]))


def to_json(rows: Iterable[Row]) -> list[dict[str, object]]:
    """Rows as plain data."""
    return [asdict(row) for row in rows]


def text_of(rows: Sequence[Row], screen: Screen) -> str:
    """Rows for people."""
    columns = (
        Column("gpu"), Column("cards", right=True), Column("model"), Column("precision"),
        Column("cache", optional=True), Column("engine", optional=True),
        Column("in", right=True), Column("out", right=True), Column("sessions", right=True),
        Column("first token ms", right=True), Column("between ms", right=True),
        Column("tokens/s", right=True), Column("date", optional=True),
    )  # fmt: skip
    cells = [_cells(row) for row in rows]
    title = screen.bold(counted(len(rows), "measurement"))
    note = "Tokens/s of all sessions together. A scenario takes them from a table (--into FILE)."
    return f"{title}\n\n{screen.table(Table.of(columns, cells))}\n\n{screen.dim(note)}\n"


def _cells(r: Row) -> tuple[str, ...]:
    ttft = "" if r.ttft_ms is None else f"{r.ttft_ms:,.0f}"
    named = (r.gpu, f"{r.cards}", r.model, r.precision, r.kv_cache, f"{r.engine} {r.version}")
    lengths = (f"{r.input_tokens:,}", f"{r.output_tokens:,}", f"{r.concurrency:,}")
    return (*named, *lengths, ttft, f"{r.itl_ms:,.1f}", f"{r.tokens_per_s:,.1f}", r.date)


def measured_block(rows: Sequence[Row], limits: Limits) -> str:
    """What a workload's ``measured`` says: the most sessions of each configuration in time.

    Raises:
        InputError: if no row gives every session what is asked.
    """
    best: dict[tuple[str, int, str], Row] = {}
    for row in rows:
        key = (row.gpu, row.cards, row.precision)
        if _in_time(row, limits) and row.concurrency > _sessions(best.get(key)):
            best[key] = row
    if not best:
        text = "no measurement gives every session what is asked"
        raise InputError([Diagnostic("too-slow", text, help="ask for less")])
    entries = [_measured(row, limits.memory_gib) for row in best.values()]
    return yaml.safe_dump({"measured": entries}, sort_keys=False, allow_unicode=True, width=100)


def _sessions(row: Row | None) -> int:
    return 0 if row is None else row.concurrency


def _in_time(row: Row, limits: Limits) -> bool:
    fast = limits.tokens_per_s is None or row.itl_ms * limits.tokens_per_s <= 1000
    if limits.ttft_ms is None:
        return fast
    return fast and row.ttft_ms is not None and row.ttft_ms <= limits.ttft_ms


def _measured(row: Row, memory_gib: float) -> Mapping[str, object]:
    day = f", {row.date}" if row.date else ""
    lengths = f"{row.input_tokens} in, {row.output_tokens} out"
    return {
        "gpu": row.gpu,
        "precision": row.precision,
        "gpus_per_replica": row.cards,
        "capacity": row.concurrency,
        "memory_gib": memory_gib,
        "source": f"{row.source}{day}: {lengths}, {row.engine} {row.version}".strip(),
    }
