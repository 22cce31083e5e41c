"""From the outcome of each case to a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import isclose

from planner.catalog.schema import Scalar
from planner.claims.schema import (
    Asserted,
    Claim,
)

ON = " on "
"""Stands between what is different in a case and the card that it is tried on."""


class Verdict(Enum):
    """What becomes of a claim."""

    HOLDS = "holds"
    REFUTED = "refuted"
    DEPENDS = "depends"
    UNVERIFIABLE = "unverifiable"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A claim in one case.

    Attributes:
        case: what is different in it; empty where there is one only.
        holds: whether it is true, or None where nobody knows.
        computed: the figure, the word, or None.
        shown: the figure for people.
        why: how it was reached, or why it could not be.
    """

    case: str
    holds: bool | None
    computed: Scalar | None
    shown: str
    why: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim with its verdict.

    Attributes:
        claim: the claim.
        document: title of the page.
        verdict: what becomes of it.
        outcomes: each case.
    """

    claim: Claim
    document: str
    verdict: Verdict
    outcomes: tuple[Outcome, ...]

    @property
    def computed(self) -> Scalar | None:
        """The figure, where all cases that are known agree on one."""
        known = {o.computed for o in self.outcomes if o.holds is not None}
        return next(iter(known)) if len(known) == 1 else None

    @property
    def figures(self) -> Scalar | dict[str, Scalar | None] | None:
        """The figure; where cases that are known differ, the figure of each."""
        known = {o.case: o.computed for o in self.outcomes if o.holds is not None}
        return known if len(set(known.values())) > 1 else self.computed

    @property
    def why(self) -> str:
        """The reason in a sentence: cases with the same outcome are told together.

        Where it depends on the case, each says first whether the claim holds there.
        """
        return "; ".join(_told(self.outcomes, depends=self.verdict is Verdict.DEPENDS))


def verdict_of(outcomes: Sequence[Outcome]) -> Verdict:
    """True in all cases that are known: holds; in none: refuted; in some: depends."""
    known = [o.holds for o in outcomes if o.holds is not None]
    if not known:
        return Verdict.UNVERIFIABLE
    if all(known):
        return Verdict.HOLDS
    return Verdict.DEPENDS if any(known) else Verdict.REFUTED


FITS = "fits"
"""Asserted of a fit: it is one of `FITTING`."""
FITTING = ("ok", "edge")
"""Words of what fits."""


def agrees(found: Scalar | None, asserted: Asserted, *, exact: bool = False) -> bool:
    """Whether a figure is what is asserted.

    Numbers agree within the tolerance, texts whatever their case; `None` (there is none) agrees
    with the word `none`. A bound is exact unless a tolerance is given, and so is a whole number
    that is asserted of what is `exact`: a year, or a count.
    """
    if asserted.equals is not None:
        whole = exact and _is_whole(found) and _is_whole(asserted.equals)
        return _equal(found, asserted.equals, asserted.slack if whole else asserted.tolerance)
    if found is None or isinstance(found, (bool, str)):
        return False
    if asserted.between is not None:
        (low, high), slack = asserted.between, asserted.tolerance
        return low - slack * abs(low) <= found <= high + slack * abs(high)
    slack = asserted.slack
    if asserted.at_least is not None:
        return found >= asserted.at_least - slack * abs(asserted.at_least)
    assert asserted.at_most is not None
    return found <= asserted.at_most + slack * abs(asserted.at_most)


def _equal(found: Scalar | None, stated: Scalar, tolerance: float) -> bool:
    if found is None or isinstance(found, str) or isinstance(stated, str):
        return _word(found) == _word(stated)
    if isinstance(found, bool) or isinstance(stated, bool):
        return found is stated
    return isclose(found, stated, rel_tol=0, abs_tol=tolerance * abs(stated) + 1e-9)


def _is_whole(value: Scalar | None) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == value // 1


def _word(value: Scalar | None) -> str:
    return "none" if value is None else f"{value}".strip().lower()


_WORDS = {True: "holds", False: "does not", None: "unknown"}
"""What is told of cases where the verdict depends on them."""


def _told(outcomes: Sequence[Outcome], *, depends: bool) -> list[str]:
    groups: dict[tuple[bool | None, str, str], list[str]] = {}
    for outcome in outcomes:
        groups.setdefault((outcome.holds, outcome.shown, outcome.why), []).append(outcome.case)
    return [
        _sentence([c for c in cases if c], why, _WORDS[holds] if depends else "")
        for (holds, _, why), cases in groups.items()
    ]


def _sentence(cases: list[str], why: str, word: str) -> str:
    """`2k, 4k: why`, or with a word `holds (2k, 4k): why`; case names are of any grammar."""
    if not cases:
        return why
    listed = ", ".join(_joined(cases))
    return f"{word} ({listed}): {why}" if word else f"{listed}: {why}"


def _joined(cases: list[str]) -> list[str]:
    """Cases that differ in the card only are told together: `2k on a, 2k on b` as `2k on a, b`."""
    cards: dict[str, list[str]] = {}
    for case in cases:
        what, on, card = case.rpartition(ON)
        cards.setdefault(what if on else case, []).extend([card] if on else [])
    return [f"{what}{ON}{', '.join(found)}" if found else what for what, found in cards.items()]
