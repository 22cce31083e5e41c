"""What the YAML parser says, in words that someone who never read its source understands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import yaml

from planner.errors import Diagnostic, Span

Lines: TypeAlias = "tuple[str, ...]"

_INDENTATION = "entries of one group start in the same column; indent with spaces"
_QUOTES = "put a text that begins with a sign, or holds quotes or `: `, in quotes"

_SAID: Mapping[str, tuple[str, str]] = {
    "mapping values are not allowed in this context": (
        "a `:` is not expected here",
        "check the indentation, and that every `name:` is followed by a space; "
        "a text with `: ` in it needs quotes",
    ),
    "did not find expected '-' indicator": (
        "the list above ends here without its indentation",
        "entries of one list start with `- ` in the same column",
    ),
    "block sequence entries are not allowed in this context": (
        "an entry of a list cannot begin here",
        "put each `- ` on a line of its own",
    ),
    "found a tab character that violates indentation": (
        "a tab cannot indent a line",
        "indent with spaces",
    ),
    "did not find expected node content": (
        "a value is expected here",
        "this sign closes or separates something that was not opened",
    ),
    "found unknown escape character": (
        "this is not an escape of a text in quotes",
        "write `\\\\` for a backslash, or use single quotes",
    ),
    "did not find expected alphabetic or numeric character": (
        "`*` and `&` have a meaning of their own in YAML",
        _QUOTES,
    ),
}
_OPENED: Mapping[str, tuple[str, str, str]] = {
    "did not find expected ',' or ']'": (
        "this list is not closed",
        "put a `,` between its entries and a `]` at its end",
        "a `,` or `]` is missing before this place",
    ),
    "did not find expected ',' or '}'": (
        "this group is not closed",
        "put a `,` between its entries and a `}` at its end",
        "a `,` or `}` is missing before this place",
    ),
    "found unexpected end of stream": (
        "this text in quotes is not closed",
        "put the closing quote at its end",
        "a closing quote is missing before this place",
    ),
    "could not find expected ':'": (
        "an entry of the form `name: value` is expected here",
        "put `: ` after the name",
        "a `: ` is missing before this place",
    ),
}


def explained(error: yaml.MarkedYAMLError, lines: Lines, file: str) -> Diagnostic:
    """A finding for an error of the parser, at its place."""
    mark, opened = error.problem_mark or error.context_mark, error.context_mark
    problem = str(error.problem)
    if problem in _OPENED and opened is not None:
        message, hint, here = _OPENED[problem]
        if mark is None or mark.line != opened.line:
            return _at(lines, file, opened, message, hint)
        return _at(lines, file, mark, here, None)
    message, advice = _words(error, _before(lines, mark))
    return _at(lines, file, mark, message, advice)


def _before(lines: Lines, mark: yaml.Mark | None) -> str:
    """The line up to the mark, and the sign at it."""
    return lines[mark.line][: mark.column + 1] if mark and mark.line < len(lines) else ""


def _words(error: yaml.MarkedYAMLError, before: str) -> tuple[str, str | None]:
    problem = str(error.problem)
    if problem in _SAID:
        return _SAID[problem]
    if problem == "found character that cannot start any token":
        if before.endswith("\t"):
            return "a tab cannot stand here", "indent with spaces"
        return "a text cannot begin with this sign", _QUOTES
    if problem == "did not find expected key":
        return "an entry cannot begin here", _QUOTES if before[:-1].strip() else _INDENTATION
    context = f"{error.context}: " if error.context else ""
    return f"this is not YAML: {context}{problem}", None


def _at(
    lines: Lines, file: str, mark: yaml.Mark | None, message: str, hint: str | None
) -> Diagnostic:
    """A finding at a mark, or at the end of the last line with text before it."""
    line, column = (mark.line, mark.column) if mark else (0, 0)
    while line > 0 and (line >= len(lines) or not lines[line].strip()):
        line -= 1
        column = len(lines[line].rstrip())
    span = Span(file, line + 1, column + 1, column + 2)
    return Diagnostic("bad-yaml", message, span, lines[line] if line < len(lines) else "", hint)
