"""The sheet of two cards, and where sources disagree on it, as sections for people."""

from __future__ import annotations

from collections.abc import Iterator

from planner.report.screen import Column
from planner.report.sections import Section
from planner.versus.head_to_head import HeadToHead
from planner.versus.sheet import Cell, Line

_FOUR_FIGURES = 1000


def sheet_section(found: HeadToHead) -> Section:
    """Every figure of both cards, with the sources below."""
    columns = (
        Column("figure"), *(Column(gpu, right=True) for gpu in found.gpus),
        Column("change", right=True),
    )  # fmt: skip
    rows = [
        (
            f"{line.name}{f', {line.unit}' if line.unit else ''}",
            *(_shown_of(found, i, line) for i in (0, 1)), _change(line),
        )
        for line in found.sheet
    ]  # fmt: skip
    note = (
        "The change is from the first card to the second. ~ is an estimate with a rule; * is "
        "disputed, see below; ? is known from an article only; `none` is known, `unknown` is not "
        "guessed."
    )
    return Section("Sheet", (), columns, tuple(rows), (note, *_sources(found)))


def _shown_of(found: HeadToHead, which: int, line: Line) -> str:
    """A figure; `none` where the card has no such thing as it would be of."""
    cell = (line.first, line.second)[which]
    without = found.inputs.catalog.gpu(found.gpus[which]).nvlink == "none"
    if not cell.known and without and line.attribute.startswith("nvlink"):
        return "none"
    return _shown(cell)


def _sources(found: HeadToHead) -> Iterator[str]:
    """Every source with its figures, and the card where it has them of one only."""
    where: dict[str, list[str]] = {}
    for line in found.sheet:
        sources = [c.source for c in (line.first, line.second) if c.known]
        for source, gpu in zip((line.first.source, line.second.source), found.gpus, strict=True):
            if source is None:
                continue
            name = line.name if set(sources) == {source} else f"{line.name} of {gpu}"
            where.setdefault(source, []).append(name)
    for source, names in where.items():
        yield f"Source {source}: {'; '.join(dict.fromkeys(names))}."


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
