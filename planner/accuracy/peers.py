"""What other programs are reported to err by on the same rows (catalog/benchmarks)."""

from __future__ import annotations

import csv
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from planner.catalog.loading import data_folder
from planner.errors import Diagnostic, InputError


class PeerError(BaseModel):
    """The mean error of another program."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    quantity: str
    """Name of the quantity, as in the report."""
    peer: str
    """The program."""
    low: float = Field(ge=0)
    """Mean error, per cent; the low end where a range is reported."""
    high: float = Field(ge=0)
    """The high end; the same where one figure is reported."""
    source: str
    """Id of the source."""
    as_of: str
    """Date of the source."""


def load_peers(folder: Path | None = None) -> tuple[PeerError, ...]:
    """All of them, in the order of the file.

    Raises:
        InputError: if a row is wrong.
    """
    path = (folder or data_folder() / "benchmarks") / "peers.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(_checked(path, number, row) for number, row in enumerate(csv.DictReader(file)))


def _checked(path: Path, number: int, row: dict[str, str]) -> PeerError:
    try:
        return PeerError.model_validate(row)
    except ValidationError as error:
        message = f"{path.name}: row {number + 1}: {error.errors()[0]['msg']}"
        raise InputError([Diagnostic("wrong-row", message)]) from error
