"""Dates as sources give them: a year, a quarter, a month or a day."""

from __future__ import annotations

from datetime import date, timedelta

from planner.units import Month

_MONTHS = 12


def first_month(as_of: str) -> str:
    """The first month that a date can mean, as `YYYY-MM`.

    >>> first_month("2025-Q3"), first_month("2025"), first_month("2025-08-14")
    ('2025-07', '2025-01', '2025-08')
    """
    return _month(as_of, last=False)


def last_month(as_of: str) -> str:
    """The last month that a date can mean, as `YYYY-MM`.

    >>> last_month("2025-Q3"), last_month("2025"), last_month("2025-08-14")
    ('2025-09', '2025-12', '2025-08')
    """
    return _month(as_of, last=True)


def last_day(as_of: str) -> date:
    """The last day that a date can mean."""
    if len(as_of) == len("YYYY-MM-DD"):
        return date.fromisoformat(as_of)
    after = Month.parse(last_month(as_of)) + 1
    return date.fromisoformat(f"{after}-01") - timedelta(days=1)


def begins_before(one: str, other: str) -> bool:
    """Whether a date begins before another: by the day where both have one, else by the month.

    >>> begins_before("2026-09-20", "2026-09-21"), begins_before("2026-09-20", "2026-09")
    (True, False)
    """
    if _has_day(one) and _has_day(other):
        return one < other
    return first_month(one) < first_month(other)


def begins_after(one: str, other: str) -> bool:
    """Whether a date begins after the end of another: by the day where both have one.

    >>> begins_after("2026-09-21", "2026-09-20"), begins_after("2026-09-21", "2026-Q3")
    (True, False)
    """
    if _has_day(one) and _has_day(other):
        return one > other
    return first_month(one) > last_month(other)


def _has_day(as_of: str) -> bool:
    return len(as_of) == len("YYYY-MM-DD")


def years_between(first: str, last: str) -> float:
    """Years from the middle of one date to the middle of another.

    >>> round(years_between("2021-Q3", "2025-Q3"), 2)
    4.0
    """
    return (_middle(last) - _middle(first)) / _MONTHS


def _middle(as_of: str) -> float:
    """The middle of a date, months since the year 0."""
    ends = [Month.parse(month) for month in (first_month(as_of), last_month(as_of))]
    return sum(end.index for end in ends) / 2


def order(as_of: str) -> tuple[str, str]:
    """A key that sorts dates by when they begin; what is less exact comes first."""
    day = as_of if len(as_of) == len("YYYY-MM-DD") else ""
    return (first_month(as_of), day)


def _month(as_of: str, *, last: bool) -> str:
    year, _, rest = as_of.partition("-")
    if rest.startswith("Q"):
        first = 3 * int(rest[1:]) - 2
        return f"{year}-{first + 2 if last else first:02d}"
    return f"{year}-{rest[:2] or ('12' if last else '01')}"
