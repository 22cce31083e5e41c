"""Levels of a deployment option: sessions, or shares of a card's time in percent."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, floor

GROUPS = (1, 2, 4, 8)
"""Cards of a group."""
DENSE_UP_TO = 32
"""Session levels up to here are all kept."""
THINNING = 16
"""Above, a level is at most a sixteenth above the one before."""
SHARE_STEP = 5
"""Step of the shares of time, percent."""


def largest(fits: Callable[[int], bool], most: int) -> int:
    """The largest level up to ``most`` that fits, or 0; whatever is below a fitting one fits."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low


def session_levels(most: int) -> tuple[int, ...]:
    """Levels from 1 to ``most``: every one up to 32, then in steps of at most 1/16.

    >>> session_levels(40)[-5:]
    (32, 34, 36, 38, 40)
    """
    found = list(range(1, min(most, DENSE_UP_TO) + 1))
    while found and found[-1] < most:
        found.append(min(most, found[-1] + found[-1] // THINNING))
    return tuple(found)


def share_levels(max_share_ppm: int, carries_all: Callable[[int], bool]) -> tuple[int, ...]:
    """Shares of time in percent, up to the first that carries the largest demand.

    Args:
        max_share_ppm: share that may be promised, millionths; the last level at the latest.
        carries_all: whether a share in percent carries the largest demand.
    """
    most = floor(max_share_ppm / 10_000)
    grid = [*range(SHARE_STEP, most, SHARE_STEP), most]
    found = []
    for share in grid:
        found.append(share)
        if carries_all(share):
            break
    return tuple(found)


def even_power(raw: list[tuple[int, float]]) -> list[int]:
    """Power by level, rounded up, such that a level never takes more per unit than one below it.

    Args:
        raw: (capacity, milliwatts) by rising level; the power per unit falls but for rounding.
    """
    rounded: list[int] = []
    above: tuple[int, int] | None = None
    for capacity, milliwatts in reversed(raw):
        power = ceil(milliwatts)
        if above is not None:
            power = max(power, -(-above[1] * capacity // above[0]))
        rounded.append(power)
        above = (capacity, power)
    return rounded[::-1]
