"""Words that the sections of a comparison share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planner.studies.choices import EQUAL, NOBODY_KNOWS, NONE
from planner.versus.head_to_head import HeadToHead
from planner.versus.winners import Winner

NOBODY = {NONE: "neither can", EQUAL: "tie", NOBODY_KNOWS: "unknown"}
"""What is told of a winner that is no card."""


def listed(names: Sequence[str]) -> str:
    """Names as a sentence has them."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def rate(value: float) -> str:
    """A number as it is read: millions and billions by their sign."""
    for size, sign in ((1e9, " G"), (1e6, " M")):
        if value >= size:
            return f"{value / size:.3g}{sign}"
    return f"{value:,.0f}"


def grouped(reasons: Iterable[tuple[str, str, str]]) -> tuple[str, ...]:
    """(workload, card, reason) as sentences, each reason of a card once."""
    where: dict[tuple[str, str], list[str]] = {}
    for workload, gpu, reason in reasons:
        where.setdefault((gpu, reason), []).append(workload)
    return tuple(f"{listed(names)} on {gpu}: {why}." for (gpu, why), names in where.items())


def every_winner(found: HeadToHead) -> list[Winner]:
    """Those of the workloads, and that of what both carry as one fleet."""
    return [*found.winners, *([found.together] if found.together else [])]
