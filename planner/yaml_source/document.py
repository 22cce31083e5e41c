"""Plain data with the place of every value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from planner.errors import Diagnostic, Span

Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"
Path: TypeAlias = "tuple[str | int, ...]"


def child(value: Value, step: str | int) -> Value:
    """What a group holds under a name, or a list at a place.

    Raises:
        LookupError: if it holds nothing there.
    """
    if isinstance(value, dict) and isinstance(step, str):
        return value[step]
    if isinstance(value, list) and isinstance(step, int):
        return value[step]
    raise LookupError(step)


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data with the place of every value and of every key.

    Attributes:
        value: the data: dicts, lists, texts, numbers, booleans and None.
        file: the name to print in messages.
        lines: the lines of the text.
        spans: place of the value at each path.
        key_spans: place of the key that leads to each path.
        findings: what is wrong with the text and did not keep it from being read.
        unread: paths whose values are not known for that.
    """

    value: Value
    file: str
    lines: tuple[str, ...]
    spans: Mapping[Path, Span] = field(repr=False)
    key_spans: Mapping[Path, Span] = field(repr=False)
    findings: tuple[Diagnostic, ...] = ()
    unread: frozenset[Path] = frozenset()

    def span(self, path: Path, *, key: bool = False) -> Span:
        """The place of a path, or of the nearest parent that has one, or the file as a whole."""
        if key and path in self.key_spans:
            return self.key_spans[path]
        while path and path not in self.spans:
            path = path[:-1]
        return self.spans[path] if path else Span(self.file)

    def get(self, path: Path) -> Value:
        """The value at a path, or None where there is none."""
        value = self.value
        try:
            for step in path:
                value = child(value, step)
        except LookupError:
            return None
        return value

    def diagnostic(
        self, rule: str, message: str, path: Path, *, hint: str | None = None, key: bool = False
    ) -> Diagnostic:
        """A finding that points at a path of this document."""
        span = self.span(path, key=key)
        return Diagnostic(rule, message, span, line_of(self.lines, span), hint)


def line_of(lines: tuple[str, ...], span: Span) -> str:
    """The line that a place lies in; empty for a file as a whole."""
    return lines[span.line - 1] if 0 < span.line <= len(lines) else ""
