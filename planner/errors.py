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
import unicodedata
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
    """A place in a file; lines and columns count from 1, ``end_column`` is exclusive.

    Line 0 stands for the file as a whole.
    """

    file: str
    line: int = 0
    column: int = 0
    end_column: int = 0


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
        lines = [f"error[{self.rule}]: {printable(self.message)}"]
        margin = " "
        if self.span is not None and not self.span.line:
            lines.append(f"{margin}--> {printable(self.span.file)}")
        elif self.span is not None:
            margin = " " * len(str(self.span.line))
            source, indent, width = _shown(self.source_line, self.span)
            lines += [
                f"{margin}--> {printable(self.span.file)}:{self.span.line}:{self.span.column}",
                f"{margin} |",
                f"{self.span.line} | {source}".rstrip(),
                f"{margin} | {' ' * indent}{'^' * width}",
            ]
        if self.help:
            lines.append(f"{margin} = help: {printable(self.help)}")
        return "\n".join(lines)

    def to_json(self) -> dict[str, object]:
        """The finding as plain data, for ``--json``."""
        place = None
        if self.span is not None:
            place = {
                "file": self.span.file,
                "line": self.span.line or None,
                "column": self.span.column or None,
                "end_column": self.span.end_column or None,
            }
        return {"rule": self.rule, "message": self.message, "place": place, "help": self.help}


_WINDOW = 100
_BEFORE = 40


def _shown(source_line: str, span: Span) -> tuple[str, int, int]:
    """The line as a terminal shows it, and the columns of the caret: its indent and its width.

    A very long line is cut to a window around the caret, and the caret ends inside it.
    """
    first = min(span.column - 1, len(source_line))
    last = max(first, min(span.end_column - 1, len(source_line)))
    start = max(0, first - _BEFORE) if len(source_line) > _WINDOW else 0
    line = printable(source_line[start : start + _WINDOW])
    first, last = first - start, last - start
    return line, columns(line[:first]), max(1, columns(line[first:last]))


def columns(text: str) -> int:
    """Columns that a text takes in a terminal: wide signs take two, combining marks none."""
    return sum(map(_columns, text))


def _columns(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def printable(text: str) -> str:
    r"""The text on one line; signs that could steer a terminal are replaced by one that cannot.

    >>> printable("red \x1b[31m").isprintable()
    True
    """
    return "".join(map(_printable, text))


def _printable(sign: str) -> str:
    if sign in "\t\n\r":
        return " "
    return sign if sign.isprintable() else "\ufffd"


class PlannerError(Exception):
    """Every error that the program raises on purpose."""

    exit_code: ClassVar[ExitCode] = ExitCode.INTERNAL
    kind: ClassVar[str] = "error"

    def details(self) -> dict[str, object]:
        """What a program may want to know beyond the message."""
        return {}

    def to_json(self) -> dict[str, object]:
        """The error as plain data, for ``--json``."""
        head = {"kind": self.kind, "exit_code": int(self.exit_code), "message": str(self)}
        return {**head, **self.details()}


@dataclass(eq=False)
class InputError(PlannerError):
    """A scenario, a catalogue or an option is wrong; ``diagnostics`` holds all findings."""

    diagnostics: Sequence[Diagnostic]
    exit_code: ClassVar[ExitCode] = ExitCode.BAD_INPUT
    kind: ClassVar[str] = "bad-input"

    def __str__(self) -> str:
        return render_all(self.diagnostics)

    def details(self) -> dict[str, object]:
        """Every finding, sorted by place."""
        return {"diagnostics": [d.to_json() for d in ordered(self.diagnostics)]}


_MOST_REPAIRS = 6


def _bullets(texts: Iterable[str]) -> list[str]:
    return [f"  - {text}" for text in texts]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a scenario.

    Attributes:
        path: the field for people, for example ``sites.lab.facility_power_kw``.
        place: the field for programs: keys and indices, for example ``("sites", 0, "hosts_max")``.
        before: its value in force, defaults included.
        after: the new value; null takes a field or an entry of a list away.
        text: the change in words.
    """

    path: str
    place: tuple[str | int, ...]
    before: object
    after: object
    text: str

    def to_json(self) -> dict[str, object]:
        """The change as plain data."""
        told: dict[str, object] = {"path": self.path, "place": list(self.place)}
        return told | {"from": self.before, "to": self.after, "text": self.text}


@dataclass(frozen=True, slots=True)
class Repair:
    """Changes that together make a scenario possible; a fleet was found with them."""

    changes: tuple[Change, ...]

    @property
    def text(self) -> str:
        """All of them in words."""
        return ", and ".join(change.text for change in self.changes)

    def to_json(self) -> dict[str, object]:
        """The repair as plain data."""
        changes = [change.to_json() for change in self.changes]
        return {"text": self.text, "verified": True, "changes": changes}


@dataclass(eq=False)
class InfeasibleError(PlannerError):
    """No fleet can meet the scenario; ``reasons`` says why, in the buyer's words.

    Attributes:
        reasons: sentences.
        repairs: small changes of the scenario, each of which makes a fleet possible.
        untried: what was not found out, in words.
    """

    reasons: Sequence[str]
    repairs: Sequence[Repair] = ()
    untried: Sequence[str] = ()
    exit_code: ClassVar[ExitCode] = ExitCode.FINDINGS
    kind: ClassVar[str] = "infeasible"

    def __str__(self) -> str:
        lines = ["no fleet can meet this scenario:", *_bullets(self.reasons)]
        shown, more = self.repairs[:_MOST_REPAIRS], len(self.repairs) - _MOST_REPAIRS
        if shown:
            each = "each of these changes" if len(shown) > 1 else "this change"
            lines += [f"{each} makes it possible, as was tried:", *_bullets(r.text for r in shown)]
        if more > 0:
            lines.append(f"  ({more} more with --json)")
        if self.untried:
            lines += ["it is not known:", *_bullets(self.untried)]
        return "\n".join(lines)

    def details(self) -> dict[str, object]:
        """Every reason, every repair, and what was not found out."""
        repairs = [repair.to_json() for repair in self.repairs]
        return {"reasons": list(self.reasons), "repairs": repairs, "untried": list(self.untried)}


@dataclass(eq=False)
class AuditError(PlannerError):
    """A plan does not keep its promises; ``findings`` says which."""

    findings: Sequence[str]
    exit_code: ClassVar[ExitCode] = ExitCode.FINDINGS
    kind: ClassVar[str] = "failed-audit"

    def __str__(self) -> str:
        return "\n".join(["the plan fails its audit:", *(f"  - {f}" for f in self.findings)])

    def details(self) -> dict[str, object]:
        """Every finding."""
        return {"findings": list(self.findings)}


@dataclass(eq=False)
class NoAnswerError(PlannerError):
    """The search ended before it found a plan that passes the audit."""

    reason: str
    notes: Sequence[str] = field(default_factory=tuple)
    exit_code: ClassVar[ExitCode] = ExitCode.NO_ANSWER
    kind: ClassVar[str] = "no-answer"

    def __str__(self) -> str:
        return "\n".join([self.reason, *self.notes])


@dataclass(eq=False)
class InterruptedSearch(PlannerError):  # noqa: N818  # what the user asked for is no error
    """The user stopped the search before any plan was found."""

    reason: str = "interrupted before any plan was found"
    exit_code: ClassVar[ExitCode] = ExitCode.INTERRUPTED
    kind: ClassVar[str] = "interrupted"

    def __str__(self) -> str:
        return self.reason


def ordered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Findings sorted by place."""
    return sorted(diagnostics, key=Diagnostic.sort_key)


_MOST_SHOWN = 100


def render_all(diagnostics: Iterable[Diagnostic]) -> str:
    """Findings as text, sorted by place, with their number at the end; no more than 100 of them."""
    found = ordered(diagnostics)
    count = "1 error" if len(found) == 1 else f"{len(found)} errors"
    if len(found) > _MOST_SHOWN:
        count += f"; the first {_MOST_SHOWN} are shown"
    return "\n\n".join([*(d.render() for d in found[:_MOST_SHOWN]), count])


def did_you_mean(name: str, known: Iterable[str], also: str = "") -> str | None:
    """A hint for a misspelt name, or ``also`` when nothing is near.

    >>> did_you_mean("rtx-pro-600", ["rtx-a6000", "rtx-pro-6000-ws"])
    'did you mean `rtx-pro-6000-ws`?'
    """
    near = nearest(name, known)
    hint = f"did you mean `{near}`?" if near else ""
    if hint and also:
        return f"{hint} ({also})"
    return hint or also or None


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like a name, or None where none is near.

    The shortest that begins with the name is nearest, then the shortest that holds it; of two
    that are as near, the first of the alphabet, so that the order of a set does not matter.
    """
    lowered = {k.lower(): k for k in sorted(known)}
    text = name.lower().replace(" ", "-")
    longer = [k for k in lowered if len(text) > 3 and k.startswith(text)]
    holding = [k for k in lowered if len(text) > 3 and text in k]
    near = sorted(longer, key=len) or sorted(holding, key=len)
    near = near or difflib.get_close_matches(text, list(lowered), cutoff=0.6)
    return lowered[near[0]] if near else None
