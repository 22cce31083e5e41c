"""Forms of texts: what a pattern of a file format is called, and how to write such a text."""

from __future__ import annotations

from collections.abc import Mapping

FORMS: Mapping[str, tuple[str, str]] = {
    r"^[0-9]{4}-(0[1-9]|1[0-2])$": ("a month", "write a month as year-month, for example 2026-10"),
    r"^[A-Z]{3}$": ("the code of a currency", "write three capital letters, for example USD"),
    r"^[A-Za-z0-9][A-Za-z0-9._-]*$": (
        "a name without spaces",
        "a name has letters, digits, `.`, `_` and `-`, and begins with a letter or digit",
    ),
    r"^[a-z0-9][a-z0-9._-]*$": (
        "an id",
        "an id has small letters, digits, `.`, `_` and `-`, and begins with a letter or digit",
    ),
    r"^\d{4}(-\d{2}(-\d{2})?|-Q[1-4])?$": (
        "a date",
        "write 2026, 2026-Q3, 2026-09 or 2026-09-30",
    ),
}
"""Patterns of the file formats: what a text of that form is called, and how to write one."""

_SAME_FORM = {
    r"^\d{4}-(0[1-9]|1[0-2])$": r"^[0-9]{4}-(0[1-9]|1[0-2])$",
    r"^[a-z0-9][a-z0-9_.-]*$": r"^[a-z0-9][a-z0-9._-]*$",
}


def form_of(pattern: str) -> tuple[str, str] | None:
    """What a text of a pattern is called, and how to write one."""
    return FORMS.get(_SAME_FORM.get(pattern, pattern))
