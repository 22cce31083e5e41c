"""What every command writes in the same way: one JSON object, and text that any terminal shows."""

from __future__ import annotations

import codecs
import io
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

import click

SCHEMA = 1
"""Version of the objects that --json prints."""
PLAIN = "planner-plain"
"""Name of the codec error handler that replaces signs which a terminal cannot show."""
_SIGNS = {
    "–": "-", "—": "-", "−": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "×": "x",
    "→": "->", "←": "<-", "≤": "<=", "≥": ">=", "≈": "~", "·": "*", "•": "*", "µ": "u", "€": "EUR",
}  # fmt: skip


def print_json(command: str | None, content: Mapping[str, object]) -> None:
    """Print one versioned object."""
    import json

    told = {"schema": SCHEMA, "command": command, **content}
    plain = not _is_utf8(sys.stdout.encoding)
    click.echo(json.dumps(told, indent=2, ensure_ascii=plain))


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table for a spreadsheet: a head, then the rows; cells never act as formulas."""
    import csv

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([[_cell(value) for value in row] for row in rows])
    click.echo(text.getvalue(), nl=False)


def _cell(value: object) -> object:
    """A cell; a text that a spreadsheet would reckon is marked as text."""
    if not isinstance(value, str):
        return "" if value is None else value
    text = value.replace("\r", " ")
    return f"'{text}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def make_printable_everywhere() -> None:
    """Let standard output and error replace signs that their encoding does not have."""
    codecs.register_error(PLAIN, _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not _is_utf8(stream.encoding):
            stream.reconfigure(errors=PLAIN)


def _is_utf8(encoding: str | None) -> bool:
    return (encoding or "").lower().replace("-", "").replace("_", "").startswith("utf8")


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join(map(_replaced, signs)), error.end


def _replaced(sign: str) -> str:
    """The sign in ASCII: its like, its letter without accents, or a question mark."""
    letters = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode()
    return _SIGNS.get(sign) or letters or "?"
