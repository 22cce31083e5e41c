"""What to write in place of a value of the wrong type."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from planner.yaml_source import Value

_YES_AND_NO = ("yes", "no", "on", "off", "true", "false", "y", "n")
_LARGE: Mapping[str, float] = {"k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "B": 1e9}


def instead(wanted: Sequence[str], value: Value, field: str) -> str | None:
    """What to write in place of a value.

    Args:
        wanted: what the value may be, in the words of the messages.
        value: what stands there.
        field: name of the field, which says its unit.
    """
    if value is None:
        return "give a value, or remove the line"
    if isinstance(value, str) and any("number" in w for w in wanted):
        return _number(value, field)
    if isinstance(value, str) and "true or false" in wanted and value.lower() in _YES_AND_NO:
        return "write true or false"
    if wanted == ["a text"] and isinstance(value, int | float):
        return f'put it in quotes: "{str(value).lower()}"'
    if wanted == ["a list"] and not isinstance(value, dict):
        return f"put it in brackets: [{value}]"
    if wanted == ["a list"]:
        return "begin each entry with `- `, or put it in brackets"
    return None


def _number(text: str, field: str) -> str | None:
    """How to write the number that a text seems to mean."""
    plain = text.strip().replace(",", "").replace(" ", "").replace("'", "")
    match = re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?(.*)", plain, re.IGNORECASE)
    if match is None:
        return None if plain else "give a value, or remove the line"
    digits, unit = re.sub(r"^([-+]?)0+(?=\d)", r"\1", plain[: match.start(3)]), match[3]
    if unit == "%":
        return f"write the share as a number: {float(digits) / 100:g}"
    if unit in _LARGE:
        return f"write the number out: {float(digits) * _LARGE[unit]:.0f}"
    if unit.lower() in field.lower().split("_"):
        return f"write the number alone: {digits}"
    if unit:
        return "write the number alone, in the unit that the name of the field says"
    return f"write it without quotes or separators: {digits}"


def number_text(number: object) -> str:
    """A number as a message names it: 1,000 for 1000.0."""
    if isinstance(number, float) and number.is_integer() and abs(number) < 1e15:
        number = int(number)
    return f"{number:,}" if isinstance(number, int) else str(number)
