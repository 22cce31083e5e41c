"""Amounts with their units, for people."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """A number of things: ``1 rack``, ``2 racks``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def quantity(amount: float, unit: str) -> str:
    """An amount with its unit, short: ``312 M tokens/month``."""
    for scale, sign in ((1e9, " G"), (1e6, " M")):
        if amount >= scale:
            return f"{amount / scale:,.3g}{sign} {unit}"
    if amount == 1 and unit == "sessions":
        return "1 session"
    shown = f"{amount:,.0f}" if amount >= 100 or amount == int(amount) else f"{amount:,.3g}"
    return f"{shown} {unit}"
