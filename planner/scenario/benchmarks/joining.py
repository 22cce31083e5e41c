"""The measured rows that a scenario names, joined to the catalogue that it is planned with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from planner.catalog.catalog import Catalog
from planner.catalog.facts import AS_OF
from planner.catalog.market import BenchmarkEntry
from planner.catalog.schema import SourceEntry
from planner.errors import Diagnostic, InputError
from planner.scenario.benchmarks import plain
from planner.scenario.benchmarks.reading import Read, read_file
from planner.scenario.benchmarks.record import Given, Row
from planner.scenario.schema import Scenario
from planner.yaml_source import Document

MAX_ROWS = 10_000
_NOT_AN_ID = re.compile(r"[^a-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Measured:
    """What the files of a scenario hold.

    Attributes:
        rows: their measurements.
        findings: what is wrong with them.
    """

    rows: tuple[Read, ...]
    findings: tuple[Diagnostic, ...]


def rows_of(
    scenario: Scenario, catalog: Catalog, folder: Path | None, document: Document
) -> Measured:
    """The rows of the files that a scenario names.

    Args:
        scenario: the scenario.
        catalog: the catalogue with its models.
        folder: where relative paths start; None if the scenario may not name files.
        document: the text of the scenario, for messages.
    """
    rows: list[Read] = []
    findings: list[Diagnostic] = []
    for i, name in enumerate(scenario.benchmarks.files):
        path = ("benchmarks", "files", i)
        if folder is None:
            message = "a scenario that is not read from a file cannot name files"
            findings.append(document.diagnostic("unreadable-benchmark", message, path))
            continue
        try:
            rows += _plain_rows(folder / name, catalog)
        except InputError as error:
            for found in error.diagnostics:
                line = f"line {found.span.line}: " if found.span and found.span.line else ""
                message = f"`{name}`: {line}{found.message}"
                findings.append(document.diagnostic(found.rule, message, path, hint=found.help))
    return Measured(tuple(rows), tuple(findings))


def _plain_rows(path: Path, catalog: Catalog) -> list[Read]:
    """The rows of a table; files of other programs do not say what they measured.

    Raises:
        InputError: if it is no such table, or too long.
    """
    found = read_file(path, Given(), catalog)
    if any(read.format != "plain" for read in found) or len(found) > MAX_ROWS:
        text = f"it is not a table of measured rows ({', '.join(plain.COLUMNS)})"
        hint = "`planner benchmarks read FILE --into rows.csv` makes one"
        raise InputError([Diagnostic("unreadable-benchmark", text, help=hint)])
    return found


def with_rows(catalog: Catalog, measured: Measured, scenario: Scenario) -> Catalog:
    """The catalogue with these rows; without its own where the scenario does not want them."""
    kept = catalog.benchmarks if scenario.benchmarks.catalog else ()
    taken = {row.id for row in kept}
    entries, sources = [], dict(catalog.sources)
    for identity, read in zip(_ids(measured.rows, taken), measured.rows, strict=True):
        source = _source(read.row)
        sources.setdefault(source.id, source)
        entries.append(entry_of(read.row, identity, source.id))
    if not entries and scenario.benchmarks.catalog:
        return catalog
    return replace(catalog, benchmarks=(*kept, *entries), sources=sources)


def _ids(rows: tuple[Read, ...], taken: set[str]) -> Iterator[str]:
    for number, read in enumerate(rows, 1):
        stem = _slug(Path(read.file).stem)
        name = f"{stem}-{read.line or number}"
        while name in taken:
            name += "x"
        taken.add(name)
        yield name


def entry_of(row: Row, identity: str, source: str) -> BenchmarkEntry:
    """A row as an entry of the catalogue."""
    day = row.date if re.fullmatch(AS_OF, row.date) else "2000"
    data = {
        "id": identity,
        "gpu": row.gpu,
        "cards": row.cards,
        "model": row.model,
        "precision": row.precision,
        "sessions": row.concurrency,
        "input_tokens": row.input_tokens,
        "output_tokens": row.output_tokens,
        "tokens_per_s": row.tokens_per_s,
        "kv_cache": row.kv_cache,
        "ttft_ms": row.ttft_ms,
        "itl_ms": row.itl_ms,
        "engine": row.engine,
        "version": row.version or None,
        "source": source,
        "as_of": day,
    }
    return BenchmarkEntry.model_validate_json(json.dumps(data))


def _source(row: Row) -> SourceEntry:
    """Where a row comes from, in the words of its table."""
    name = f"measured-{_slug(row.source)}"[:80].rstrip("._-")
    return SourceEntry(id=name, title=row.source, kind="measurement", date=row.date or None)


def _slug(text: str) -> str:
    return _NOT_AN_ID.sub("-", text.lower()).strip("._-")[:60] or "rows"
