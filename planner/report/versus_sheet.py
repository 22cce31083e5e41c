"""The sheet of two cards, and where sources disagree on it, as sections for people."""

from __future__ import annotations

from planner.report.screen import Column
from planner.report.sections import Section
from planner.versus.head_to_head import HeadToHead
from planner.versus.sheet import Cell, Line

_FOUR_FIGURES = 1000


def sheet_section(found: HeadToHead) -> Section:
    """Every figure of both cards with its source."""
    columns = (
        Column("figure"), *(Column(gpu, right=True) for gpu in found.gpus),
        Column("second to first", right=True), Column("sources", optional=True, wraps=True),
    )  # fmt: skip
    rows = [
        (
            f"{line.name}{f', {line.unit}' if line.unit else ''}",
            _shown(line.first), _shown(line.second), _change(line), _sources(line),
        )
        for line in found.sheet
    ]  # fmt: skip
    note = (
        "~ is an estimate with a rule; * is disputed, see below; ? is known from an article only; "
        "`unknown` is not guessed."
    )
    return Section("Sheet", (), columns, tuple(rows), (note,))


def _shown(cell: Cell) -> str:
    if not cell.known:
        return "unknown"
    value = cell.value
    sign = ("~" if cell.estimate else "") + ("*" if cell.disputed else "")
    sign += "?" if cell.hearsay else ""
    return f"{_value(value)}{sign}"


def _change(line: Line) -> str:
    if line.change is None or round(line.change, 2) == 0:
        return ""
    return f"{line.change:+.0%}"


def _sources(line: Line) -> str:
    named = [c.source for c in (line.first, line.second) if c.source]
    return ", ".join(dict.fromkeys(named))


def disputes_section(found: HeadToHead) -> Section:
    """Every figure on which sources disagree, with the reason for the one in force."""
    columns = (
        Column("card"), Column("figure"), Column("in force"), Column("others say, and why not",
        wraps=True),
    )  # fmt: skip
    rows = [
        (gpu, line.name, _shown(cell).rstrip("~*?"), _others(cell))
        for line in found.sheet
        for gpu, cell in zip(found.gpus, (line.first, line.second), strict=True)
        if cell.disputed
    ]
    text = "" if rows else "No two sources disagree on a figure of this sheet."
    return Section("Where sources disagree", (text,) if text else (), columns, tuple(rows))


def _others(cell: Cell) -> str:
    told = [
        f"{_value(value)} ({source}{f': {note}' if note else ''})"
        for value, source, note in cell.disputed
    ]
    return "; ".join(told) + (f". {cell.why[0].upper()}{cell.why[1:]}" if cell.why else "")


def _value(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < _FOUR_FIGURES else f"{value:,.1f}".removesuffix(".0")
    return f"{value:,}" if isinstance(value, int) else f"{value}"
