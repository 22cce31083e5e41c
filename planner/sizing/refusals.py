"""Refusals in the buyer's words, each with its numbers and how far it is from fitting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.sizing.option import Refusal
from planner.units import GIB


@dataclass(frozen=True, slots=True)
class Subject:
    """What is refused: a workload on a card, in a precision and a group, or in all of them."""

    workload: str
    gpu: str
    precision: str | None = None
    gpus: int | None = None

    def refuse(self, rule: str, text: str, shortfall: float = float("inf")) -> Refusal:
        """The refusal; where no figure says how far it is, it is out of reach."""
        return Refusal(self.workload, self.gpu, self.precision, self.gpus, rule, text, shortfall)

    def too_large(self, parts: Mapping[str, float], usable: int, where: str = "") -> Refusal:
        """Not enough memory.

        Args:
            parts: bytes on a card by what they are for.
            usable: bytes that the card offers.
            where: at which load, for example `` at 4 sessions``.
        """
        needs = " + ".join(f"{size / GIB:.1f} GiB of {name}" for name, size in parts.items())
        each = f" on each of {self.gpus} cards" if (self.gpus or 1) > 1 else ""
        text = f"needs {needs}{where}{each}; {usable / GIB:.1f} GiB usable"
        return self.refuse("memory", text, sum(parts.values()) / max(1, usable))

    def too_long(self, what: str, tokens: int, most: int) -> Refusal:
        """More tokens than the model reads."""
        text = f"asks for {what} of {tokens:,} tokens; the model reads {most:,}"
        return self.refuse("context", text, tokens / most)

    def too_slow(self, what: str, got: float, asked: float, unit: str) -> Refusal:
        """Too low a rate."""
        text = f"{what} gets {got:,.1f} {unit}; {_shown(asked)} asked"
        return self.refuse("speed", text, asked / got if got else float("inf"))

    def too_late(self, rule: str, what: str, took_s: float, asked_ms: float) -> Refusal:
        """Too long a time."""
        text = f"{what} takes {took_s * 1000:,.0f} ms; {_shown(asked_ms)} asked"
        return self.refuse(rule, text, took_s * 1000 / asked_ms)


def _shown(asked: float) -> str:
    """A number as people write it: 0.5, 20, 1,500."""
    return f"{asked:,.0f}" if asked >= 1000 else f"{asked:g}"
