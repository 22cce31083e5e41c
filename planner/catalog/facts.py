"""A fact: a value with its source and date, and every other claim about the same thing."""

from __future__ import annotations

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

T = TypeVar("T")

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=80)]
SourceId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=80)]
AS_OF = r"^\d{4}(-\d{2}(-\d{2})?|-Q[1-4])?$"
AsOf = Annotated[str, StringConstraints(pattern=AS_OF)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Confidence = Literal["high", "medium", "low"]


class Entry(BaseModel):
    """Base of everything that is read from a file: strict, frozen, and no unknown fields."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", use_attribute_docstrings=True
    )


class Claim(Entry, Generic[T]):
    """What one source says, without being in force."""

    value: T
    """The value as the source gives it."""
    source: SourceId
    """Id of the source, listed in the catalogue's `sources`."""
    as_of: AsOf
    """Date of the source: a year, a quarter, a month or a day."""
    note: str | None = None
    """Anything a reader must know to use the value."""
    confidence: Confidence | None = None
    """How far to trust it; as the kind of its source suggests if absent."""


class Fact(Entry, Generic[T]):
    """A value in force, with its source, and the claims that it overrules."""

    value: T
    """The value in force."""
    source: SourceId
    """Id of the source, listed in the catalogue's `sources`."""
    as_of: AsOf
    """Date of the source: a year, a quarter, a month or a day."""
    note: str | None = None
    """Anything a reader must know to use the value."""
    confidence: Confidence | None = None
    """How far to trust it; as the kind of its source suggests if absent."""
    low: float | None = None
    """Low end of the range, where the value is uncertain."""
    high: float | None = None
    """High end of the range, where the value is uncertain."""
    estimate: str | None = None
    """For an estimate: the rule that gave the value. Absent for what a source states."""
    why: str | None = None
    """Where sources disagree: why this claim is the one in force."""
    other_claims: tuple[Claim[T], ...] = Field(default=())
    """What other sources say about the same attribute."""


Number = Fact[float]
Count = Fact[int]
Flag = Fact[bool]
Text = Fact[str]
MaybeNumber = Fact[float | None]
