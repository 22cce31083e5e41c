"""A chapter of a report: sections to read, and the same as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.report.sections import Section


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a report that stands by itself.

    Attributes:
        name: its key in plain data.
        sections: what is read.
        data: the same as plain data.
    """

    name: str
    sections: tuple[Section, ...]
    data: Mapping[str, object]
