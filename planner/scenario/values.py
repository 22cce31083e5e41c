"""Small types that several parts of a scenario use."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from planner.catalog.facts import Entry

LARGEST = 1e15
"""No quantity of a scenario is larger; what is larger is a slip."""
MOST_ENTRIES = 1000
"""No list of a scenario is longer."""


def _no_flag(value: object) -> object:
    """Refuse true and false, which Python takes for 1 and 0."""
    if isinstance(value, bool):
        raise ValueError("a number is wanted here, not true or false")
    return value


Version = Annotated[Literal[1], BeforeValidator(_no_flag)]
StepMonths = Annotated[Literal[1, 3, 12], BeforeValidator(_no_flag)]
GroupSize = Annotated[Literal[1, 2, 4, 8], BeforeValidator(_no_flag)]
MonthText = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$"),
    Field(json_schema_extra={"examples": ["2026-10"]}),
]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=60)]
FileName = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0, le=LARGEST)]
NotNegative = Annotated[float, Field(ge=0, le=LARGEST)]
Quantity = Annotated[int, Field(gt=0, le=100_000)]
Precision = Literal[
    "fp32",
    "bf16",
    "fp8",
    "int8",
    "awq-int4",
    "gptq-int4",
    "nf4",
    "nvfp4",
    "mxfp4",
    "gguf-q8_0",
    "gguf-q6_k",
    "gguf-q5_k_m",
    "gguf-q4_k_m",
    "gguf-q3_k_s",
    "gguf-q2_k",
]
KvPrecision = Literal["bf16", "fp8", "nvfp4"]


class Predicate(Entry):
    """A need for any attribute of the catalogue: `{attribute: rt_cores, at_least: 84}`."""

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
    jurisdictions: tuple[str, ...] = Field(default=(), max_length=MOST_ENTRIES)
    """Laws that its data may be under; any if absent."""
    attributes: tuple[Predicate, ...] = Field(default=(), max_length=MOST_ENTRIES)
    """Needs for any other attribute of the catalogue."""


class Survive(Entry):
    """What may be lost while the demand is still met; give one of them."""

    replicas: Quantity | None = None
    """Copies of the workload."""
    cards: Quantity | None = None
    """Cards."""
    hosts: Quantity | None = None
    """Hosts."""
