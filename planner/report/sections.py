"""A document of sections with texts and tables: for a terminal, or as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.errors import printable
from planner.report.screen import Column, Screen, Table


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document.

    Attributes:
        title: heading.
        texts: paragraphs before the table.
        columns: columns of the table; none for a section without one.
        rows: its cells.
        notes: paragraphs after the table.
    """

    title: str
    texts: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()


def as_text(title: str, sections: Sequence[Section], screen: Screen) -> str:
    """The document for a terminal."""
    parts = [screen.bold(title)]
    for section in sections:
        lines = [screen.bold(section.title)]
        lines += [screen.wrapped(printable(text)) for text in section.texts]
        if section.rows:
            rows = [tuple(printable(cell) for cell in row) for row in section.rows]
            lines.append(screen.table(Table.of(section.columns, rows)))
        lines += [screen.dim(screen.wrapped(printable(note))) for note in section.notes]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def as_markdown(title: str, sections: Sequence[Section]) -> str:
    """The document as Markdown."""
    parts = [f"# {title}"]
    for section in sections:
        parts.append(f"## {section.title}")
        parts += [_plain(text) for text in section.texts]
        if section.rows:
            parts.append("\n".join(_table(section)))
        parts += [_plain(note) for note in section.notes]
    return "\n\n".join(parts) + "\n"


def _table(section: Section) -> list[str]:
    heads = [_plain(c.name) or " " for c in section.columns]
    lines = [f"| {' | '.join(heads)} |"]
    lines.append("|" + "|".join("--:" if c.right else "---" for c in section.columns) + "|")
    lines += [f"| {' | '.join(map(_plain, row))} |" for row in section.rows]
    return lines


def _plain(text: str) -> str:
    """Text that a cell of a table can hold."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")
