"""The part of the file format that says how a card can be cut into MIG instances."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from planner.catalog.facts import Entry

Slices = Annotated[int, Field(gt=0, le=64)]


class MigProfileEntry(Entry):
    """A kind of MIG instance."""

    name: str
    """Name used by the driver, for example `1g.24gb`."""
    compute_slices: Slices
    """Compute slices that it takes."""
    memory_slices: Slices
    """Memory slices that it takes, one beside the other."""
    starts: tuple[Annotated[int, Field(ge=0, le=64)], ...] = Field(min_length=1)
    """Memory slices, counted from 0, at which an instance may begin."""


class MigTableEntry(Entry):
    """The kinds of MIG instances of a card, and where they may lie on it."""

    compute_slices: Slices
    """Compute slices of the card."""
    memory_slices: Slices
    """Memory slices of the card."""
    profiles: tuple[MigProfileEntry, ...] = Field(min_length=1)
    """Kinds of instances."""

    @model_validator(mode="after")
    def _on_the_card(self) -> MigTableEntry:
        for profile in self.profiles:
            if profile.compute_slices > self.compute_slices:
                raise ValueError(f"`{profile.name}` has more compute slices than the card")
            if max(profile.starts) + profile.memory_slices > self.memory_slices:
                raise ValueError(f"`{profile.name}` ends behind the last memory slice of the card")
        if len({p.name for p in self.profiles}) < len(self.profiles):
            raise ValueError("two profiles have one name")
        return self


class MigSizeEntry(Entry):
    """What the driver gives to an instance of a kind."""

    profile: str
    """Name of the profile."""
    memory_gib: float = Field(gt=0)
    """Memory, GiB."""
    multiprocessors: Annotated[int, Field(gt=0)] | None = None
    """Multiprocessors; the share of its compute slices if absent."""


class MigSizesEntry(Entry):
    """What the driver gives to MIG instances, as it lists it."""

    multiprocessors: Annotated[int, Field(gt=0)] | None = None
    """Multiprocessors of the whole card."""
    profiles: tuple[MigSizeEntry, ...]
    """Sizes by profile."""
