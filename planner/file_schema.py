"""Plain data with places to a typed model, or every finding at once.

Wraps pydantic: the same strict rules for all files, messages of our own, a place in the file
for each finding, and a hint for each misspelt field.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from planner.errors import Diagnostic, Span, did_you_mean
from planner.yaml_source import Document, Path, Value

M = TypeVar("M", bound=BaseModel)

_RULES: Mapping[str, str] = {
    "missing": "missing-field",
    "extra_forbidden": "unknown-field",
    "literal_error": "unknown-value",
    "enum": "unknown-value",
    "union_tag_invalid": "unknown-value",
    "union_tag_not_found": "missing-field",
    "value_error": "bad-value",
    "string_pattern_mismatch": "bad-value",
    "greater_than": "out-of-range",
    "greater_than_equal": "out-of-range",
    "less_than": "out-of-range",
    "less_than_equal": "out-of-range",
    "finite_number": "out-of-range",
    "too_short": "out-of-range",
    "too_long": "out-of-range",
    "string_too_long": "out-of-range",
    "string_too_short": "out-of-range",
}
_KINDS: Mapping[str, str] = {
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
}


def check(document: Document, model: type[M], schema: Mapping[str, Any]) -> tuple[M | None, list[Diagnostic]]:
    """Read a document as a model.

    Args:
        document: plain data with places.
        model: the pydantic model of the file.
        schema: its JSON Schema, used for hints on misspelt fields.

    Returns:
        The model, or None; and the findings, in no particular order.
    """
    try:
        return model.model_validate_json(json.dumps(document.value), strict=True), []
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
    return None, list(_unique(_diagnostic(document, schema, d) for d in details))


def salvage(document: Document, findings: list[Diagnostic]) -> Document | None:
    """The document without the parts that findings point at, so that the rest can be checked too.

    Entries of lists and fields of the top level that hold a finding are left out; None when
    nothing would be left.
    """
    places = {f.span for f in findings if f.span is not None}
    hit = [p for spans in (document.spans, document.key_spans) for p, s in spans.items() if s in places]
    if () in hit:
        return None
    pruned = _Pruned(document, {_entry(p) for p in hit})
    value = pruned.copy(document.value, (), ())
    return Document(value, document.file, document.lines, pruned.spans, pruned.key_spans)


class _Pruned:
    """Copies data without some paths, and carries the places over to the new paths."""

    def __init__(self, document: Document, dropped: set[Path]) -> None:
        self._document = document
        self._dropped = dropped
        self.spans: dict[Path, Span] = {}
        self.key_spans: dict[Path, Span] = {}

    def copy(self, value: Value, old: Path, new: Path) -> Value:
        if old in self._document.spans:
            self.spans[new] = self._document.spans[old]
        if old in self._document.key_spans:
            self.key_spans[new] = self._document.key_spans[old]
        if isinstance(value, dict):
            return {
                k: self.copy(v, (*old, k), (*new, k))
                for k, v in value.items()
                if (*old, k) not in self._dropped
            }
        if isinstance(value, list):
            kept: list[Value] = []
            for i, v in enumerate(value):
                if (*old, i) not in self._dropped:
                    kept.append(self.copy(v, (*old, i), (*new, len(kept))))
            return kept
        return value


def _entry(path: Path) -> Path:
    """The first list entry on the way to a path, or its field of the top level."""
    for length, step in enumerate(path, start=1):
        if isinstance(step, int):
            return path[:length]
    return path[:1]


def _unique(diagnostics: Iterator[Diagnostic]) -> Iterator[Diagnostic]:
    seen: set[tuple[object, ...]] = set()
    for diagnostic in diagnostics:
        key = (diagnostic.rule, diagnostic.message, diagnostic.span)
        if key not in seen:
            seen.add(key)
            yield diagnostic


def _diagnostic(document: Document, schema: Mapping[str, Any], error: ErrorDetails) -> Diagnostic:
    path, tail = _resolve(document.value, error["loc"])
    kind = error["type"]
    rule = _RULES.get(kind, "wrong-type" if kind in _KINDS else "bad-value")
    name = str(path[-1]) if path else "the file"
    hint: str | None = None
    if kind == "missing":
        message = f"`{tail[-1]}` is missing"
    elif kind == "extra_forbidden":
        known = _fields(schema, document.value, path[:-1])
        message = f"`{name}` is not a known field here"
        hint = did_you_mean(name, known, also=f"known here: {', '.join(known)}" if known else "")
    elif kind in ("literal_error", "enum", "union_tag_invalid"):
        message, hint = _unknown_value(error, name)
    elif kind == "union_tag_not_found":
        tag = str(error.get("ctx", {}).get("discriminator", "")).strip("'")
        message = f"`{tag}` is missing"
    elif kind in _KINDS:
        message = f"`{name}` must be {_KINDS[kind]}, not {_said(error['input'])}"
    elif kind == "value_error":
        message = str(error["msg"]).removeprefix("Value error, ")
    elif kind == "string_pattern_mismatch":
        pattern = error.get("ctx", {}).get("pattern")
        message = f"`{name}` is {_said(error['input'])}, which does not have the form {pattern}"
    else:
        message = f"`{name}`: {_lower(str(error['msg']).removeprefix('Input '))}"
    if name.isdigit() and len(path) >= 2:
        message = message.replace(f"`{name}`", f"entry {int(name) + 1} of `{path[-2]}`", 1)
    return document.diagnostic(rule, message, path, help=hint, key=kind == "extra_forbidden")


def _unknown_value(error: ErrorDetails, name: str) -> tuple[str, str | None]:
    context = error.get("ctx", {})
    expected = str(context.get("expected", context.get("expected_tags", "")))
    known = [w.strip(" '\"") for w in expected.replace(" or ", ", ").split(",") if w.strip()]
    given = context.get("tag", error["input"])
    if error["type"] == "union_tag_invalid":
        name = str(context.get("discriminator", name)).strip("'")
    hint = did_you_mean(str(given), known, also=f"one of {', '.join(known)}")
    return f"`{name}` cannot be {_said(given)}", hint


def _resolve(value: Value, location: tuple[int | str, ...]) -> tuple[Path, tuple[str | int, ...]]:
    """The part of a pydantic location that exists in the data, and the rest.

    Tags of discriminated unions and names of union members stand in pydantic's locations but
    not in the data: they are passed over.
    """
    path: list[str | int] = []
    rest = list(location)
    while rest:
        step = rest[0]
        if isinstance(value, dict) and step in value:
            value = value[cast(str, step)]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        elif len(rest) > 1 and isinstance(step, str):
            rest.pop(0)
            continue
        else:
            break
        path.append(rest.pop(0))
    return tuple(path), tuple(rest)


def _fields(schema: Mapping[str, Any], value: Value, path: Path) -> list[str]:
    """Names of the fields that the schema allows at a path."""
    candidates: list[Mapping[str, Any]] = [schema]
    for step in path:
        following: list[Mapping[str, Any]] = []
        for candidate in _members(schema, candidates, value):
            if isinstance(step, int):
                items = candidate.get("items")
                following += [items] if isinstance(items, dict) else []
            elif step in candidate.get("properties", {}):
                following.append(candidate["properties"][step])
            elif isinstance(candidate.get("additionalProperties"), dict):
                following.append(candidate["additionalProperties"])
        candidates = following
        value = value[step] if isinstance(value, (dict, list)) else None  # type: ignore[index,call-overload]
    names: dict[str, None] = {}
    for candidate in _members(schema, candidates, value):
        names.update(dict.fromkeys(candidate.get("properties", {})))
    return list(names)


def _members(
    schema: Mapping[str, Any], candidates: list[Mapping[str, Any]], value: Value
) -> Iterator[Mapping[str, Any]]:
    """Candidates with references followed and unions opened, narrowed by the value's own tag."""
    for candidate in candidates:
        target = candidate
        while "$ref" in target:
            target = schema["$defs"][target["$ref"].rsplit("/", 1)[-1]]
        options = target.get("oneOf") or target.get("anyOf")
        if not options:
            yield target
            continue
        tag = target.get("discriminator", {})
        given = value.get(tag.get("propertyName", "")) if isinstance(value, dict) else None
        chosen = tag.get("mapping", {}).get(given)
        yield from _members(schema, [{"$ref": chosen}] if chosen else options, value)


def _said(value: object) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return f"`{str(value).lower()}`"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"`{value[:60]}`"
        case list() | tuple():
            return "a list"
        case dict():
            return "a group of fields"
        case _:
            return "this"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
