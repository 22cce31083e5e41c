"""YAML text to plain data that remembers where each value stands.

The text is read from PyYAML's event stream under caps of our own (bytes, depth, number of
nodes). Anchors, aliases, tags, duplicate keys and several documents are errors. Plain scalars
mean what they look like: ``true``, ``false`` and ``null`` in lower case, decimal numbers, and
text for all the rest, so that ``NO`` stays a country and ``012`` stays a text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from planner.errors import Diagnostic, InputError, Span

Value: TypeAlias = "str | int | float | bool | None | list[Value] | dict[str, Value]"
Path: TypeAlias = "tuple[str | int, ...]"

MAX_BYTES = 4 << 20
MAX_DEPTH = 32
MAX_NODES = 200_000

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9_]*)\Z")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9_]*)?(\.[0-9]+)?([eE][-+]?[0-9]+)?\Z")
_CONSTANTS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None, "~": None}
_MAX_DIGITS = 40

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data with the place of every value and of every key.

    Attributes:
        value: the data: dicts, lists, texts, numbers, booleans and None.
        file: the name to print in messages.
        lines: the lines of the text.
        spans: place of the value at each path.
        key_spans: place of the key that leads to each path.
    """

    value: Value
    file: str
    lines: tuple[str, ...]
    spans: Mapping[Path, Span] = field(repr=False)
    key_spans: Mapping[Path, Span] = field(repr=False)

    def span(self, path: Path, *, key: bool = False) -> Span | None:
        """The place of a path, or of the nearest parent that has one."""
        if key and path in self.key_spans:
            return self.key_spans[path]
        while path and path not in self.spans:
            path = path[:-1]
        return self.spans.get(path)

    def diagnostic(
        self, rule: str, message: str, path: Path, *, help: str | None = None, key: bool = False
    ) -> Diagnostic:
        """A finding that points at a path of this document."""
        span = self.span(path, key=key)
        line = self.lines[span.line - 1] if span and span.line <= len(self.lines) else ""
        return Diagnostic(rule, message, span, line, help)


def parse(text: str | bytes, *, file: str) -> Document:
    """Read one YAML document.

    Args:
        text: the text, or its UTF-8 bytes.
        file: the name to print in messages.

    Raises:
        InputError: if the text breaks a cap or a rule of this module, or is not YAML.
    """
    if len(text) > MAX_BYTES:
        raise _refusal("too-large", f"the file is larger than {MAX_BYTES >> 20} MiB", file)
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise _refusal("not-utf8", f"the file is not UTF-8 text ({error.reason})", file) from None
    return _Reader(text, file).read()


def _refusal(rule: str, message: str, file: str) -> InputError:
    return InputError([Diagnostic(rule, message, Span(file, 1, 1, 2))])


class _Stop(Exception):
    """The text cannot be read any further; the findings so far are complete."""


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._lines = tuple(text.splitlines())
        self._text = text
        self._spans: dict[Path, Span] = {}
        self._key_spans: dict[Path, Span] = {}
        self._found: list[Diagnostic] = []
        self._nodes = 0

    def read(self) -> Document:
        value: Value = None
        try:
            self._events = iter(yaml.parse(self._text, Loader=_Loader))
            value = self._stream()
        except _Stop:
            pass
        except yaml.MarkedYAMLError as error:
            self._broken(error)
        except yaml.YAMLError as error:
            self._found.append(self._at("bad-yaml", str(error).splitlines()[0], 0, 0))
        if self._found:
            raise InputError(self._found)
        return Document(value, self._file, self._lines, self._spans, self._key_spans)

    def _stream(self) -> Value:
        next(self._events)
        event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            self._found.append(self._at("empty-file", "the file holds no data", 0, 0))
            raise _Stop
        value = self._node(next(self._events), (), 0)
        next(self._events)
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            self._refuse("several-documents", "only one YAML document is allowed in a file", event)
        return value

    def _node(self, event: yaml.Event, path: Path, depth: int) -> Value:
        self._nodes += 1
        if depth > MAX_DEPTH:
            self._refuse("too-deep", f"nested deeper than {MAX_DEPTH} levels", event)
        if self._nodes > MAX_NODES:
            self._refuse("too-many-values", f"more than {MAX_NODES:,} values", event)
        if isinstance(event, yaml.AliasEvent):
            self._note("no-aliases", "aliases (`*name`) are not allowed; write the value out", event)
            return None
        assert isinstance(event, yaml.NodeEvent)
        if event.anchor is not None:
            self._note("no-anchors", "anchors (`&name`) are not allowed; write the value out", event)
        if getattr(event, "tag", None) is not None and event.tag != "!":
            self._note("no-tags", f"tags (`{event.tag}`) are not allowed", event)
        self._spans[path] = self._span(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path, depth)
        return self._mapping(path, depth)

    def _sequence(self, path: Path, depth: int) -> list[Value]:
        items: list[Value] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, (*path, len(items)), depth + 1))
        return items

    def _mapping(self, path: Path, depth: int) -> dict[str, Value]:
        entries: dict[str, Value] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._refuse("bad-key", "a key must be a plain name", event)
            key = event.value
            if key in entries:
                first = self._key_spans[(*path, key)].line
                self._note("duplicate-key", f"`{key}` is given twice (first on line {first})", event)
            self._key_spans.setdefault((*path, key), self._span(event))
            value = self._node(next(self._events), (*path, key), depth + 1)
            entries.setdefault(key, value)
        return entries

    def _scalar(self, event: yaml.ScalarEvent) -> Value:
        text: str = event.value
        if event.style:
            return text
        if text in _CONSTANTS or text == "":
            return _CONSTANTS.get(text)
        if _INTEGER.match(text):
            if len(text) > _MAX_DIGITS:
                self._note("bad-number", "a number with this many digits is not meant", event)
                return None
            return int(text.replace("_", ""))
        if any(c.isdigit() for c in text) and _FLOAT.match(text):
            return self._float(text, event)
        return text

    def _float(self, text: str, event: yaml.ScalarEvent) -> Value:
        number = float(text.replace("_", ""))
        if number in (float("inf"), float("-inf")):
            self._note("bad-number", f"`{text}` is too large for a number", event)
            return None
        return number

    def _span(self, event: yaml.Event) -> Span:
        start, end = event.start_mark, event.end_mark
        same_line = end.line == start.line and end.column > start.column
        if same_line and isinstance(event, yaml.ScalarEvent):
            stop = end.column
        else:
            stop = start.column + 1
        return Span(self._file, start.line + 1, start.column + 1, stop + 1)

    def _at(self, rule: str, message: str, line: int, column: int) -> Diagnostic:
        source = self._lines[line] if line < len(self._lines) else ""
        return Diagnostic(rule, message, Span(self._file, line + 1, column + 1, column + 2), source)

    def _note(self, rule: str, message: str, event: yaml.Event) -> None:
        span = self._span(event)
        source = self._lines[span.line - 1] if span.line <= len(self._lines) else ""
        self._found.append(Diagnostic(rule, message, span, source))

    def _refuse(self, rule: str, message: str, event: yaml.Event) -> None:
        self._note(rule, message, event)
        raise _Stop

    def _broken(self, error: yaml.MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        said = " ".join(part for part in (error.context, error.problem) if part)
        line, column = (mark.line, mark.column) if mark else (0, 0)
        if line >= len(self._lines) and self._lines:
            line, column = len(self._lines) - 1, len(self._lines[-1])
        self._found.append(self._at("bad-yaml", f"this is not YAML: {said}", line, column))
