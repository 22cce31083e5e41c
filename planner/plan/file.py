"""Plan files: read with pointed errors."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from planner.errors import Diagnostic, InputError, Span
from planner.plan.schema import Plan, read_plan
from planner.yaml_source import read_bytes

_MOST_SHOWN = 20
_MOST_BYTES = 256 << 20
"""A plan holds those of its upgrade paths, each with all that it rests on."""


def load_plan(path: Path) -> Plan:
    """Read a plan file.

    Raises:
        InputError: if it cannot be read or does not have the form of a plan.
    """
    try:
        return read_plan(read_bytes(path, _MOST_BYTES))
    except ValidationError as error:
        found = error.errors(include_url=False)[:_MOST_SHOWN]
        raise InputError([_finding(path, e["loc"], e["msg"]) for e in found]) from None


def _finding(path: Path, place: tuple[int | str, ...], message: str) -> Diagnostic:
    where = ".".join(map(str, place))
    text = f"{where}: {message}" if where else message
    hint = "a plan is what `planner solve SCENARIO --out FILE` writes"
    return Diagnostic("not-a-plan", text, Span(str(path)), help=hint)
