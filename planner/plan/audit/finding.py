"""A promise that a plan does not keep."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken promise.

    Attributes:
        rule: short stable name, for example ``unmet-demand``.
        text: what is wrong, with its numbers.
    """

    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.text}"
