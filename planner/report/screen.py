"""Where a text is shown, how wide it is, whether it has colours; and tables that fit in there."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from planner.errors import columns as columns_of

USUAL_WIDTH = 100
"""Columns of what is not a terminal, unless COLUMNS says otherwise."""
_LEAST_TEXT = 20
"""A column of text is not made narrower than this."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A terminal, a file or a pipe."""

    width: int = USUAL_WIDTH
    colour: bool = False

    @classmethod
    def of_stdout(cls) -> Screen:
        """The standard output; colours only on a terminal, and none where NO_COLOR is set."""
        width = shutil.get_terminal_size((USUAL_WIDTH, 24)).columns
        plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        return cls(max(40, width), colour=sys.stdout.isatty() and not plain)

    def bold(self, text: str) -> str:
        """A heading."""
        return f"\x1b[1m{text}\x1b[0m" if self.colour and text else text

    def dim(self, text: str) -> str:
        """A remark."""
        return f"\x1b[2m{text}\x1b[0m" if self.colour and text else text

    def wrapped(self, text: str, first: str = "", then: str = "") -> str:
        """A paragraph with what its first line and its further lines begin with."""
        return textwrap.fill(
            text,
            self.width,
            initial_indent=first,
            subsequent_indent=then,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def table(self, table: Table) -> str:
        """A table without lines.

        What does not fit is narrowed in steps: less space, then without the columns that are
        optional, the first of them first. Nothing is ever cut off.
        """
        optional = [i for i, column in enumerate(table.columns) if column.optional]
        tables = [table.without(optional[:n]) for n in range(len(optional) + 1)]
        layouts = [(each, gap) for each in tables for gap in (2, 1)]
        fitting = (layout for layout in layouts if layout[0].least_width(layout[1]) <= self.width)
        chosen, gap = next(fitting, layouts[-1])
        return chosen.text(self.width, gap, self.bold)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        name: its head.
        right: whether it is aligned to the right, as numbers are.
        optional: whether it may be left out on a narrow screen.
        wraps: whether it is a text of several lines; only the last column may be.
    """

    name: str
    right: bool = False
    optional: bool = False
    wraps: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows of text."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, columns: Iterable[Column], rows: Iterable[Sequence[str]]) -> Table:
        """A table; columns in which no row says anything are left out."""
        given, told = list(columns), [list(row) for row in rows]
        used = [i for i, _ in enumerate(given) if any(row[i] for row in told)]
        return cls(
            tuple(given[i] for i in used), tuple(tuple(row[i] for i in used) for row in told)
        )

    def without(self, left_out: Sequence[int]) -> Table:
        """The table without the columns of some numbers."""
        kept = [i for i in range(len(self.columns)) if i not in left_out]
        rows = tuple(tuple(row[i] for i in kept) for row in self.rows)
        return Table(tuple(self.columns[i] for i in kept), rows)

    def widths(self) -> list[int]:
        """Width of each column as it stands."""
        return [
            max(columns_of(c.name), *(columns_of(row[i]) for row in self.rows), 0)
            for i, c in enumerate(self.columns)
        ]

    def least_width(self, gap: int) -> int:
        """Columns of the screen that the table takes at least."""
        widths = self.widths()
        if self.columns and self.columns[-1].wraps:
            widths[-1] = min(widths[-1], _LEAST_TEXT)
        return sum(widths) + gap * (len(widths) - 1)

    def text(self, width: int, gap: int, bold: Callable[[str], str]) -> str:
        """The table as text."""
        widths = self.widths()
        if self.columns and self.columns[-1].wraps:
            room = width - sum(widths[:-1]) - gap * (len(widths) - 1)
            widths[-1] = min(widths[-1], max(_LEAST_TEXT, room))
        head = self._line([c.name for c in self.columns], widths, gap)
        lines = [bold(head)]
        for row in self.rows:
            lines += [self._line(part, widths, gap) for part in self._parts(row, widths)]
        return "\n".join(lines)

    def _parts(self, row: Sequence[str], widths: Sequence[int]) -> Iterable[list[str]]:
        """The lines of a row: more than one where its last cell wraps."""
        texts = [row[-1]]
        if self.columns[-1].wraps:
            texts = textwrap.wrap(row[-1], widths[-1], break_on_hyphens=False) or [""]
        for i, text in enumerate(texts):
            yield [*(row[:-1] if i == 0 else [""] * (len(row) - 1)), text]

    def _line(self, cells: Sequence[str], widths: Sequence[int], gap: int) -> str:
        padded = [
            _padded(cell, width, right=column.right)
            for cell, width, column in zip(cells, widths, self.columns, strict=True)
        ]
        return (" " * gap).join(padded).rstrip()


def _padded(text: str, width: int, *, right: bool) -> str:
    blank = " " * max(0, width - columns_of(text))
    return blank + text if right else text + blank
