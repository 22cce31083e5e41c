"""What is wrong with a value, and what to write instead, in a reader's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import ErrorDetails

from planner.errors import nearest
from planner.file_schema.forms import form_of
from planner.file_schema.instead import instead, number_text
from planner.file_schema.lookup import Schema, described, fields
from planner.yaml_source import Value

KINDS: Mapping[str, str] = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_type": "a text",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a group of fields",
    "model_type": "a group of fields",
    "model_attributes_type": "a group of fields",
    "none_required": "empty",
}
"""pydantic's errors about the type of a value, and what is wanted then."""

WHOLE_FILE = "the file"
"""How a message calls the whole."""

_LIMITS: Mapping[str, tuple[str, str]] = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}
_MOST_FIELDS = 12
_MOST_OPTIONS = 6


@dataclass(frozen=True, slots=True)
class Words:
    """A finding in words: the id of its rule, the message, and what to do."""

    rule: str
    message: str
    help: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """What stands where something is wrong.

    Attributes:
        name: how to call the value.
        value: the value in the file, or the name of the field where that is what is wrong.
        here: the schemas of the value.
        around: the schemas of the group that holds it.
    """

    name: str
    value: Value
    here: Sequence[Schema]
    around: Sequence[Schema]


def words(
    details: ErrorDetails, kinds: Sequence[str], missing: Sequence[str], place: Place
) -> Words:
    """Say an error of pydantic.

    Args:
        details: the error.
        kinds: its type; several where a value may have one of several types and has none.
        missing: names of fields that are not there.
        place: what stands there.
    """
    name, value = place.name, place.value
    kind, context = kinds[0], details.get("ctx", {})
    if missing:
        return _missing(missing, place.here)
    if kind == "extra_forbidden":
        return _unknown_field(name, fields(place.around))
    if kind in ("literal_error", "enum", "union_tag_invalid"):
        return _unknown_value(name, value, context)
    if kind in KINDS:
        return _wrong_type(name, kinds, value, place.here)
    if kind in _LIMITS:
        return _out_of_range(name, kind, context, value)
    if kind == "string_pattern_mismatch":
        return _wrong_form(name, str(context.get("pattern")), value)
    if kind in ("too_short", "too_long", "string_too_short", "string_too_long"):
        return Words("out-of-range", f"{name} {_length(kind, context)}")
    message = str(details["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    if kind == "value_error":
        return Words("bad-value", message)
    return Words("bad-value", f"{name}: {message[:1].lower()}{message[1:]}")


def said(value: Value) -> str:
    """A value of the file as a message names it."""
    match value:
        case None:
            return "empty"
        case bool():
            return f"`{str(value).lower()}`"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"the text `{value if len(value) <= 60 else value[:57] + '...'}`"
        case list():
            return "a list"
        case dict():
            return "a group of fields"


def _missing(names: Sequence[str], here: Sequence[Schema]) -> Words:
    listed = _listed([f"`{n}`" for n in names], "and")
    if len(names) > 1:
        return Words("missing-field", f"{listed} are missing")
    return Words("missing-field", f"{listed} is missing", _meaning(here, names[0]))


def _meaning(here: Sequence[Schema], field: str) -> str | None:
    """What to give for a field: one of its values, or what its docstring says."""
    told = [s.get("properties", {}).get(field, {}) for s in here]
    constants = [str(p["const"]) for p in told if "const" in p]
    if constants[1:]:
        return f"one of {', '.join(constants)}"
    if constants:
        return f"write {field}: {constants[0]}"
    meaning = described(here, field)
    return f"{meaning[:1].lower()}{meaning[1:].rstrip('.')}" if meaning else None


def _listed(parts: Sequence[str], last: str) -> str:
    return f" {last} ".join([", ".join(parts[:-1]), parts[-1]] if parts[1:] else parts)


def _unknown_field(name: str, known: Sequence[str]) -> Words:
    message = f"{name} is not a known field here"
    near = nearest(name.strip("`"), known)
    if near:
        return Words("unknown-field", message, f"did you mean `{near}`?")
    if name.strip("`").isdigit():
        return Words("unknown-field", message, "write numbers without a comma in them")
    shown = ", ".join(known[:_MOST_FIELDS]) + (", ..." if len(known) > _MOST_FIELDS else "")
    return Words("unknown-field", message, f"known here: {shown}" if known else None)


def _unknown_value(name: str, value: Value, context: Mapping[str, Any]) -> Words:
    expected = str(context.get("expected", context.get("expected_tags", "")))
    known = [w.strip(" '\"") for w in expected.replace(" or ", ", ").split(",") if w.strip()]
    hint = f"one of {', '.join(known)}" if known[1:] else f"write {', '.join(known)}"
    near = nearest(value, known) if isinstance(value, str) else None
    if near:
        options = f" ({hint})" if len(known) <= _MOST_OPTIONS else ""
        hint = f"did you mean `{near}`?{options}"
    return Words("unknown-value", f"{name} cannot be {said(value)}", hint)


def _wrong_type(name: str, kinds: Sequence[str], value: Value, here: Sequence[Schema]) -> Words:
    wanted = list(dict.fromkeys(KINDS[k] for k in kinds))
    if "a number" in wanted and "a whole number" in wanted:
        wanted.remove("a whole number")
    form = next((f for s in here if (f := form_of(str(s.get("pattern")))) is not None), None)
    if form is not None and wanted == ["a text"]:
        return Words("wrong-type", f"{name} must be {form[0]}, not {said(value)}", form[1])
    message = f"{name} must be {_listed(wanted, 'or')}, not {said(value)}"
    if name == WHOLE_FILE:
        return Words("wrong-type", message, "a file has fields, and the first is `schema: 1`")
    return Words("wrong-type", message, instead(wanted, value, name.strip("`")))


def _out_of_range(name: str, kind: str, context: Mapping[str, Any], value: Value) -> Words:
    key, phrase = _LIMITS[kind]
    limit = context.get(key)
    hint = None
    if key == "le" and limit == 1 and isinstance(value, int | float) and value <= 100:
        hint = f"it is a share: write {value / 100:g} for {value:g} %"
    message = f"{name} must be {phrase} {number_text(limit)}, not {number_text(value)}"
    return Words("out-of-range", message, hint)


def _wrong_form(name: str, pattern: str, value: Value) -> Words:
    form = form_of(pattern)
    if form is None:
        return Words("bad-value", f"{name} does not have the form {pattern}")
    if name == f"`{value}`":
        return Words("bad-value", f"{name} is not {form[0]}", form[1])
    return Words("bad-value", f"{name} must be {form[0]}, not {said(value)}", form[1])


def _length(kind: str, context: Mapping[str, Any]) -> str:
    if kind.endswith("short") and context.get("min_length") == 1:
        return "must not be empty"
    bound, key = ("at least", "min_length") if kind.endswith("short") else ("at most", "max_length")
    unit = "characters" if kind.startswith("string") else "entries"
    return f"must have {bound} {context.get(key)} {unit}"
