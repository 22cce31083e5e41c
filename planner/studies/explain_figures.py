"""Sensible figures for an amount: what a buyer would write instead of 4.3712."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, log10

from planner.catalog.items import exact
from planner.scenario.values import LARGEST

_FINE = Fraction(1, 50)
_COARSE = Fraction(1, 20)
_MOST = 2_000
_MOST_WHOLE = 100_000
"""The file format takes no larger number of units."""


def raised(before: float, top: float, *, whole: bool) -> tuple[int | float, ...]:
    """Larger figures up to the first that reaches the top, each about 2 % apart.

    Args:
        before: the amount in force.
        top: no more is ever of use.
        whole: whether only whole numbers will do.

    >>> raised(3.0, 3.2, whole=False), raised(2, 5, whole=True)
    ((3.05, 3.1, 3.15, 3.2), (3, 4, 5))
    """
    found: list[int | float] = []
    at, end = exact(before), min(exact(top), exact(_MOST_WHOLE if whole else LARGEST))
    if at <= 0:
        at = Fraction(1) if whole else max(end / 1000, Fraction(1, 1000))
        found.append(_plain(at, whole=whole))
    while at < end and len(found) < _MOST:
        step = _step(at * _FINE, whole=whole)
        at = (floor(at / step) + 1) * step
        found.append(_plain(at, whole=whole))
    return tuple(found)


def lowered(before: float, bottom: float, *, whole: bool) -> tuple[int | float, ...]:
    """Smaller figures down to the bottom, each about 5 % apart.

    >>> lowered(20, 16, whole=True), lowered(0.5, 0.45, whole=False)
    ((19, 18, 17, 16), (0.48, 0.46, 0.45))
    """
    found: list[int | float] = []
    at, end = exact(before), exact(bottom)
    least = max(end, at / 1000)
    while at > least and len(found) < _MOST:
        step = _step(at * _COARSE, whole=whole)
        at = max(least, (ceil(at / step) - 1) * step)
        found.append(_plain(at, whole=whole))
    if at > end:
        found.append(_plain(end, whole=whole))
    return tuple(found)


def _step(largest: Fraction, *, whole: bool) -> Fraction:
    """The largest of 1, 2 and 5 times a power of ten that is no larger."""
    if whole and largest < 1:
        return Fraction(1)
    power = Fraction(10) ** floor(log10(largest))
    step = max(m * power for m in (1, 2, 5) if m * power <= largest)
    return max(step, Fraction(1)) if whole else step


def _plain(amount: Fraction, *, whole: bool) -> int | float:
    return floor(amount) if whole else float(amount)


def shown(amount: object) -> str:
    """A figure as people write it.

    >>> shown(45000), shown(3.0), shown(0.25), shown(None)
    ('45,000', '3', '0.25', 'none')
    """
    if amount is None:
        return "none"
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        return str(amount)
    return f"{amount:,.0f}" if abs(amount) >= 1000 else f"{amount:.6g}"
