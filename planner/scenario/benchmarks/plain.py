"""The plain table of measured rows: a CSV file with a head, one measurement on each line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

from planner.errors import did_you_mean
from planner.scenario.benchmarks.record import MILLISECONDS, BenchmarkError, Given, Numbers, Row

COLUMNS: Mapping[str, str] = {
    "gpu": "id of the card",
    "cards": "cards that served together; 1 if empty",
    "model": "id of the model, of the catalogue or of a config.json of the scenario",
    "precision": "precision of the weights",
    "kv_cache": "precision of the cache of keys and values; `bf16` if empty",
    "engine": "program that ran it, for example `vllm`",
    "version": "its version; may be empty",
    "input_tokens": "mean prompt, tokens",
    "output_tokens": "mean answer, tokens",
    "concurrency": "sessions at a time",
    "ttft_ms": "mean milliseconds to the first token; may be empty",
    "itl_ms": "mean milliseconds between two tokens of a session; `concurrency` / `tokens_per_s` "
    "if empty",
    "tokens_per_s": "tokens written per second, all sessions together",
    "source": "where it can be found",
    "date": "when it was taken; may be empty",
}
"""Columns and what they hold."""
OPTIONAL = ("cards", "kv_cache", "version", "ttft_ms", "itl_ms", "date")
"""Columns that a file may leave away."""
LARGEST = 10_000_000


def rows_of(text: str, given: Given) -> Iterator[tuple[int, Row]]:
    """The measurements of a table, each with its line.

    Raises:
        BenchmarkError: if a column is missing or unknown, or a cell cannot be read.
    """
    table = csv.DictReader(io.StringIO(text), strict=True)
    try:
        _check_head(list(table.fieldnames or ()), given)
        for cells in table:
            yield table.line_num, _row(cells, given, table.line_num)
    except csv.Error as error:
        raise BenchmarkError(f"not a table: {error}", table.line_num) from None


def written(rows: Iterable[Row]) -> str:
    """The table of some rows."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(getattr(row, name)) for name in COLUMNS])
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else value


def _check_head(head: list[str], given: Given) -> None:
    for name in head:
        if name not in COLUMNS:
            hint = did_you_mean(name, COLUMNS, f"columns are {', '.join(COLUMNS)}")
            raise BenchmarkError(f"`{name}` is not a column", 1, hint)
    for name in COLUMNS:
        said = getattr(given, name, None) is not None
        if name not in head and name not in OPTIONAL and not said:
            raise BenchmarkError(f"there is no column `{name}`", 1)


def _row(cells: Mapping[str | None, object], given: Given, line: int) -> Row:
    if None in cells or None in cells.values():
        raise BenchmarkError("there are not as many cells as columns", line)
    named = {str(name): str(value).strip() for name, value in cells.items()}
    found = Numbers({name: value for name, value in named.items() if value})
    try:
        return _of_cells(found, given)
    except BenchmarkError as error:
        raise BenchmarkError(str(error), line, error.hint) from None


def _of_cells(found: Numbers, given: Given) -> Row:
    sessions, speed = _whole(found, "concurrency"), found.number("tokens_per_s")
    cards = _whole(found, "cards") if found.has("cards") else given.cards or 1
    itl = found.number("itl_ms") if found.has("itl_ms") else MILLISECONDS * sessions / speed
    return Row(
        gpu=_same(found, given, "gpu"),
        cards=cards,
        model=_same(found, given, "model"),
        precision=_same(found, given, "precision"),
        kv_cache=_same(found, given, "kv_cache", "bf16"),
        engine=_same(found, given, "engine"),
        version=_same(found, given, "version", ""),
        input_tokens=_whole(found, "input_tokens"),
        output_tokens=_whole(found, "output_tokens"),
        concurrency=sessions,
        ttft_ms=found.number("ttft_ms") if found.has("ttft_ms") else None,
        itl_ms=itl,
        tokens_per_s=speed,
        source=_same(found, given, "source"),
        date=found.text("date") or "",
    )


def _same(found: Numbers, given: Given, name: str, default: str | None = None) -> str:
    """What the table says; the user may say it where the table does not, but not otherwise."""
    said, here = getattr(given, name), found.text(name)
    if said is not None and here is not None and said != here:
        raise BenchmarkError(f"`{name}` is `{here}`, but you say `{said}`")
    return given.pick(name, here, default)


def _whole(found: Numbers, name: str) -> int:
    """A whole number; a prompt may be empty."""
    if name == "input_tokens" and not found.count(name):
        return 0
    value = found.number(name)
    if value != int(value) or value > LARGEST:
        raise BenchmarkError(f"`{name}` is {value:g}, not a whole number up to {LARGEST:,}")
    return int(value)
