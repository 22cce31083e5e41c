"""Figures with their range, as people write them."""

from __future__ import annotations

from math import floor, log10


def ranged(middle: float, low: float, high: float) -> str:
    """A figure and its ends: ``35 (23-55)``."""
    if low == high:
        return number(middle)
    return f"{number(middle)} ({number(low)}-{number(high)})"


def number(value: float) -> str:
    """Three digits that mean something, two below ten."""
    if value < 10:
        return f"{value:.1f}"
    return f"{round(value, 2 - floor(log10(value))):,.0f}"


def seconds_of(milliseconds: float) -> str:
    """Seconds: 0.14, 1.6, 12."""
    seconds = milliseconds / 1000
    digits = 0 if seconds >= 10 else 1 if seconds >= 1 else 2
    return f"{seconds:.{digits}f}"


def money(amount: float) -> str:
    """A small amount with three digits that mean something: 0.0512, 0.610, 12.3, 1,230."""
    if amount <= 0:
        return "0"
    digits = max(0, 2 - floor(log10(amount)))
    return f"{amount:,.{min(digits, 6)}f}"
