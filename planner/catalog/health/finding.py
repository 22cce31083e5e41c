"""What is found in a catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One finding.

    Attributes:
        level: `error` must be mended, `warning` should be known.
        rule: short stable name.
        item: id of what it is about.
        text: what is wrong, with its figures.
    """

    level: Literal["error", "warning"]
    rule: str
    item: str
    text: str

    def to_json(self) -> dict[str, object]:
        """The finding as plain data."""
        return {"level": self.level, "rule": self.rule, "item": self.item, "text": self.text}
