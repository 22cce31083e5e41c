"""What can go wrong, and how it is said.

The tree, with the exit code of each branch::

    PlannerError
    ├── InputError            2   a file or an option is wrong; carries every diagnostic at once
    ├── InfeasibleError       1   no fleet can meet the scenario; carries the reasons
    ├── AuditError            1   a plan does not keep a promise; carries the findings
    ├── NoAnswerError         3   the search ended without a usable plan
    └── InterruptedSearch   130   the user stopped the search before any plan was found

Anything else that escapes is a defect of the program (exit code 101).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """The exit codes of every command."""

    OK = 0
    FINDINGS = 1
    BAD_INPUT = 2
    NO_ANSWER = 3
    INTERNAL = 101
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file; lines and columns count from 1, ``end_column`` is exclusive."""

    file: str
    line: int
    column: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding about an input, with its place, the line it stands on, and what to do."""

    rule: str
    message: str
    span: Span | None = None
    source_line: str = ""
    help: str | None = None

    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Order by file, line and column; findings without a place come last."""
        if self.span is None:
            return ("\U0010ffff", 0, 0, self.rule, self.message)
        return (self.span.file, self.span.line, self.span.column, self.rule, self.message)

    def render(self) -> str:
        """The finding as text, in the form of rustc: message, place, caret, help."""
        lines = [f"error[{self.rule}]: {self.message}"]
        if self.span is not None:
            margin = " " * len(str(self.span.line))
            source, column, width = _clip(self.source_line, self.span)
            lines += [
                f" {margin}--> {self.span.file}:{self.span.line}:{self.span.column}",
                f" {margin}|",
                f"{self.span.line} | {source}",
                f" {margin}| {' ' * (column - 1)}{'^' * width}",
            ]
        if self.help:
            margin = " " * (len(str(self.span.line)) if self.span else 1)
            lines.append(f" {margin}= help: {self.help}")
        return "\n".join(lines)

    def to_json(self) -> dict[str, object]:
        """The finding as plain data, for ``--json``."""
        place = None
        if self.span is not None:
            place = {
                "file": self.span.file,
                "line": self.span.line,
                "column": self.span.column,
                "end_column": self.span.end_column,
            }
        return {"rule": self.rule, "message": self.message, "place": place, "help": self.help}


_WINDOW = 160
_SHOWN = 60


def _clip(source_line: str, span: Span) -> tuple[str, int, int]:
    """Cut a very long line to a window around the caret, and keep the caret inside it."""
    column, width = span.column, max(1, span.end_column - span.column)
    line = source_line.replace("\t", " ")
    if len(line) > _WINDOW:
        start = max(0, column - 1 - _SHOWN)
        line = line[start : start + _WINDOW]
        column -= start
    return line, column, min(width, max(1, len(line) - column + 1))


class PlannerError(Exception):
    """Every error that the program raises on purpose."""

    exit_code: ClassVar[ExitCode] = ExitCode.INTERNAL


@dataclass
class InputError(PlannerError):
    """A scenario, a catalogue or an option is wrong; ``diagnostics`` holds all findings."""

    diagnostics: Sequence[Diagnostic]
    exit_code: ClassVar[ExitCode] = ExitCode.BAD_INPUT

    def __str__(self) -> str:
        return render_all(self.diagnostics)


@dataclass
class InfeasibleError(PlannerError):
    """No fleet can meet the scenario; ``reasons`` says why, in the buyer's words."""

    reasons: Sequence[str]
    exit_code: ClassVar[ExitCode] = ExitCode.FINDINGS

    def __str__(self) -> str:
        return "\n".join(["no fleet can meet this scenario:", *(f"  - {r}" for r in self.reasons)])


@dataclass
class AuditError(PlannerError):
    """A plan does not keep its promises; ``findings`` says which."""

    findings: Sequence[str]
    exit_code: ClassVar[ExitCode] = ExitCode.FINDINGS

    def __str__(self) -> str:
        return "\n".join(["the plan fails its audit:", *(f"  - {f}" for f in self.findings)])


@dataclass
class NoAnswerError(PlannerError):
    """The search ended before it found a plan that passes the audit."""

    reason: str
    notes: Sequence[str] = field(default_factory=tuple)
    exit_code: ClassVar[ExitCode] = ExitCode.NO_ANSWER

    def __str__(self) -> str:
        return "\n".join([self.reason, *self.notes])


@dataclass
class InterruptedSearch(PlannerError):
    """The user stopped the search before any plan was found."""

    reason: str = "interrupted before any plan was found"
    exit_code: ClassVar[ExitCode] = ExitCode.INTERRUPTED

    def __str__(self) -> str:
        return self.reason


def render_all(diagnostics: Iterable[Diagnostic]) -> str:
    """All findings as text, sorted by place, with a count at the end."""
    ordered = sorted(diagnostics, key=Diagnostic.sort_key)
    noun = "error" if len(ordered) == 1 else "errors"
    return "\n\n".join([d.render() for d in ordered] + [f"{len(ordered)} {noun}"])


def did_you_mean(name: str, known: Iterable[str], also: str = "") -> str | None:
    """A hint for a misspelt name, or ``also`` when nothing is near.

    >>> did_you_mean("rtx-pro-600", ["rtx-a6000", "rtx-pro-6000-ws"])
    'did you mean `rtx-pro-6000-ws`?'
    """
    lowered = {k.lower(): k for k in known}
    near = difflib.get_close_matches(name.lower(), list(lowered), n=1, cutoff=0.6)
    if not near:
        starts = sorted(k for k in lowered if name and k.startswith(name.lower()))
        near = starts[:1]
    hint = f"did you mean `{lowered[near[0]]}`?" if near else ""
    if hint and also:
        return f"{hint} ({also})"
    return hint or also or None
