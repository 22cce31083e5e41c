"""Small types that several parts of a scenario use."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from planner.catalog.facts import Entry
from planner.units import Month


def _is_month(text: str) -> str:
    Month.parse(text)
    return text


MonthText = Annotated[
    str,
    AfterValidator(_is_month),
    Field(json_schema_extra={"pattern": r"^\d{4}-(0[1-9]|1[0-2])$", "examples": ["2026-10"]}),
]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=60)]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Quantity = Annotated[int, Field(gt=0, le=100_000)]
Precision = Literal[
    "fp32", "bf16", "fp8", "int8", "awq-int4", "gptq-int4", "nf4", "nvfp4", "mxfp4",
    "gguf-q8_0", "gguf-q6_k", "gguf-q5_k_m", "gguf-q4_k_m", "gguf-q3_k_s", "gguf-q2_k",
]
KvPrecision = Literal["bf16", "fp8", "nvfp4"]


class Predicate(Entry):
    """A need for any attribute of the catalogue, for example `{attribute: rt_cores, at_least: 84}`."""

    attribute: str
    """Name of the attribute of the card."""
    at_least: float | None = None
    """Smallest value that is accepted."""
    at_most: float | None = None
    """Largest value that is accepted."""
    equals: bool | float | str | None = None
    """The only value that is accepted."""


class Requires(Entry):
    """What a card must have to run a workload."""

    ecc: bool = False
    """Memory with error correction, switched on."""
    data_centre_use: bool = False
    """A driver licence that allows use in a data centre."""
    attributes: tuple[Predicate, ...] = ()
    """Needs for any other attribute of the catalogue."""


class Survive(Entry):
    """What may be lost while the demand is still met; give one of them."""

    replicas: Quantity | None = None
    """Copies of the workload."""
    cards: Quantity | None = None
    """Cards."""
    hosts: Quantity | None = None
    """Hosts."""
