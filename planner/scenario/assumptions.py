"""Assumptions: every default that a result rests on, said in a sentence with its source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Assumption:
    """One default or conversion that was used.

    Attributes:
        id: stable name, for example ``support-chat.active_share``.
        text: the assumption as a sentence for people.
        value: the value as text, with its unit.
        source: where the value comes from.
    """

    id: str
    text: str
    value: str
    source: str
