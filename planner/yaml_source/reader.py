"""The events of a YAML text to plain data, under caps."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from math import inf, isfinite
from typing import NoReturn

import yaml

from planner.errors import Diagnostic, InputError, Span
from planner.yaml_source.document import Document, Path, Value, line_of
from planner.yaml_source.files import lines_of, text_of
from planner.yaml_source.problems import explained

MAX_DEPTH = 32
MAX_NODES = 100_000
MAX_DIGITS = 40

_INTEGER = re.compile(r"[-+]?(0|[1-9](_?[0-9])*)\Z")
_FLOAT = re.compile(r"[-+]?((0|[1-9](_?[0-9])*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?\Z")
_CONSTANTS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None, "~": None}

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(text: str | bytes, *, file: str) -> Document:
    """Read one YAML document.

    Args:
        text: the text, or its UTF-8 bytes.
        file: the name to print in messages.

    Returns:
        The data. Its ``findings`` say what breaks a rule of this module without an end to the
        reading, for example a duplicate key: whoever reads on must tell them.

    Raises:
        InputError: if the text breaks a cap, or is not YAML.
    """
    return _Reader(text_of(text, file), file).read()


class _UnreadableError(Exception):
    """The text cannot be read any further; the findings so far are complete."""


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._lines = lines_of(text)
        self._text = text
        self._spans: dict[Path, Span] = {}
        self._key_spans: dict[Path, Span] = {}
        self._found: list[Diagnostic] = []
        self._unread: set[Path] = set()
        self._nodes = 0

    def read(self) -> Document:
        try:
            self._events = iter(yaml.parse(self._text, Loader=_Loader))
            value = self._stream()
        except _UnreadableError:
            raise InputError(self._found) from None
        except yaml.MarkedYAMLError as error:
            problem = explained(error, self._lines, self._file)
            raise InputError([*self._found, problem]) from None
        return Document(
            value,
            self._file,
            self._lines,
            self._spans,
            self._key_spans,
            tuple(self._found),
            frozenset(self._unread),
        )

    def _stream(self) -> Value:
        next(self._events)
        event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            hint = "`planner new` writes a scenario to start from"
            self._found.append(
                Diagnostic("empty-file", "the file holds no data", Span(self._file), help=hint)
            )
            raise _UnreadableError
        value = self._node(next(self._events), (), 0)
        next(self._events)
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            message = "a file may hold one YAML document only; this is the second"
            self._refuse("several-documents", message, event, "put it into a file of its own")
        return value

    def _node(self, event: yaml.Event, path: Path, depth: int) -> Value:
        self._nodes += 1
        if depth > MAX_DEPTH:
            self._refuse("too-deep", f"this is nested deeper than {MAX_DEPTH} levels", event)
        if self._nodes > MAX_NODES:
            self._refuse("too-many-values", f"the file holds more than {MAX_NODES:,} values", event)
        self._refuse_shorthand(event)
        if path not in self._spans:
            self._spans[path] = self._span(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, path, depth)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, path, depth)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        self._unread.add(path)
        return None

    def _refuse_shorthand(self, event: yaml.Event) -> None:
        """Anchors, aliases and tags hide what a reader needs to see."""
        hint = "write the value out"
        if isinstance(event, yaml.AliasEvent):
            self._note("no-aliases", f"aliases (`*{event.anchor}`) are not allowed", event, hint)
            return
        assert isinstance(event, yaml.NodeEvent)
        if event.anchor is not None:
            self._note("no-anchors", f"anchors (`&{event.anchor}`) are not allowed", event, hint)
        tag = getattr(event, "tag", None)
        if tag is not None:
            short = str(tag).replace("tag:yaml.org,2002:", "!!")
            self._note("no-tags", f"tags (`{short}`) are not allowed", event, "remove the tag")

    def _sequence(self, start: yaml.Event, path: Path, depth: int) -> list[Value]:
        items: list[Value] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, (*path, len(items)), depth + 1))
        self._close(path, start, event)
        return items

    def _mapping(self, start: yaml.Event, path: Path, depth: int) -> dict[str, Value]:
        entries: dict[str, Value] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key, place = self._key(event, path, entries)
            if not entries and not getattr(start, "flow_style", False):
                self._spans[path] = place
            below = (*path, key)
            self._key_spans.setdefault(below, place)
            value = self._node(given := next(self._events), below, depth + 1)
            if value is None and _is_empty(given):
                self._spans[below] = place
            entries.setdefault(key, value)
        self._close(path, start, event)
        return entries

    def _key(self, event: yaml.Event, path: Path, above: Container[str]) -> tuple[str, Span]:
        if not isinstance(event, yaml.ScalarEvent):
            self._refuse("bad-key", "a key must be a plain name", event)
        self._refuse_shorthand(event)
        key: str = event.value
        if key in above:
            first = self._key_spans[(*path, key)].line
            message = f"`{_clipped(key)}` is given twice (first on line {first})"
            self._note("duplicate-key", message, event, "keep one of them")
        return key, self._span(event)

    def _scalar(self, event: yaml.ScalarEvent, path: Path) -> Value:
        text: str = event.value
        if event.style:
            return text
        if text in _CONSTANTS or not text:
            return _CONSTANTS.get(text)
        number = self._number(text)
        if number is not None and not (isfinite(number) and len(text) <= MAX_DIGITS):
            message = f"`{_clipped(text)}` is too large or too long for a number"
            self._note("bad-number", message, event)
            self._unread.add(path)
            return None
        return text if number is None else number

    def _number(self, text: str) -> int | float | None:
        if len(text) > MAX_DIGITS:
            return None if text.strip("+-0123456789_.eE") else inf
        digits = text.replace("_", "")
        if _INTEGER.match(text):
            return int(digits)
        return float(digits) if _FLOAT.match(text) else None

    def _span(self, event: yaml.Event) -> Span:
        """The place of a scalar up to the end of its line; of anything else its first sign."""
        start, end = event.start_mark, event.end_mark
        assert start is not None
        assert end is not None
        stop = start.column + 1
        if isinstance(event, yaml.ScalarEvent):
            line = self._lines[start.line] if start.line < len(self._lines) else ""
            stop = max(stop, end.column if end.line == start.line else len(line.rstrip()))
        return Span(self._file, start.line + 1, start.column + 1, stop + 1)

    def _close(self, path: Path, start: yaml.Event, end: yaml.Event) -> None:
        """Widen the place of a list or group that is written on one line to its bracket."""
        place, bracket = self._spans[path], end.end_mark
        assert bracket is not None
        if getattr(start, "flow_style", False) and bracket.line + 1 == place.line:
            self._spans[path] = Span(place.file, place.line, place.column, bracket.column + 1)

    def _note(self, rule: str, message: str, event: yaml.Event, hint: str | None = None) -> None:
        span = self._span(event)
        self._found.append(Diagnostic(rule, message, span, line_of(self._lines, span), hint))

    def _refuse(
        self, rule: str, message: str, event: yaml.Event, hint: str | None = None
    ) -> NoReturn:
        self._note(rule, message, event, hint)
        raise _UnreadableError


def _is_empty(event: yaml.Event) -> bool:
    """Whether nothing is written where a value could stand."""
    start, end = event.start_mark, event.end_mark
    return start is not None and end is not None and start.index == end.index


def _clipped(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
