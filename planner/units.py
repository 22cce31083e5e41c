"""Units: months, bytes and money, each converted once, at the door.

Memory is stored in bytes; a name that ends in ``_gib`` means 2**30 bytes and never 10**9.
Money is stored in whole cents of the scenario's currency.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

GIB = 1 << 30
MIB = 1 << 20
HOURS_PER_MONTH = 730
"""Hours of an average month (8,760 / 12)."""

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])\Z")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month; ``index`` counts months from year 0, so that months can be subtracted."""

    index: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``2026-10``.

        Raises:
            ValueError: if the text is not a year and a month.
        """
        match = _MONTH.match(text)
        if match is None:
            raise ValueError(f"`{text}` is not a month; write it as 2026-10")
        return cls(int(match[1]) * 12 + int(match[2]) - 1)

    def __add__(self, months: int) -> Month:
        return Month(self.index + months)

    def __sub__(self, other: Month) -> int:
        return self.index - other.index

    def __str__(self) -> str:
        return f"{self.index // 12:04d}-{self.index % 12 + 1:02d}"


def cents(amount: float | int | Fraction) -> int:
    """Money in currency units to whole cents, halves away from zero.

    >>> cents(12.345), cents(-0.005)
    (1235, -1)
    """
    exact = amount if isinstance(amount, Fraction) else Fraction(str(amount))
    return round_half_away(exact * 100)


def round_half_away(value: Fraction) -> int:
    """Round a fraction to the nearest integer, halves away from zero."""
    doubled = 2 * abs(value) + 1
    magnitude = doubled.numerator // (2 * doubled.denominator)
    return magnitude if value >= 0 else -magnitude


def ceil_div(numerator: int, denominator: int) -> int:
    """The quotient of two integers, rounded up."""
    return -(-numerator // denominator)


def gib(size_bytes: int) -> float:
    """Bytes to GiB, for display."""
    return size_bytes / GIB


def money(amount_cents: int, currency: str) -> str:
    """Cents as text for people, in whole currency units: ``USD 12,346``."""
    units = round_half_away(Fraction(amount_cents, 100))
    return f"{currency} {units:,}"


def discount_factors(rate_per_year: float, months: int) -> list[Fraction]:
    """Discount factor of each month 0..months as an exact fraction with 12 decimals.

    The factor of month m is (1 + rate) ** (-m / 12), rounded to 12 decimals, so that a plan
    can be checked in exact arithmetic on any machine.
    """
    scale = 10**12
    return [
        Fraction(round((1.0 + rate_per_year) ** (-m / 12.0) * scale), scale)
        for m in range(months + 1)
    ]
