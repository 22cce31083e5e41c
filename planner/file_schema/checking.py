"""Reads a document as a pydantic model, and places what pydantic finds."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from planner.errors import Diagnostic
from planner.file_schema.lookup import Schema, subschemas
from planner.file_schema.words import KINDS, WHOLE_FILE, Place, words
from planner.yaml_source import Document, Path, Value, child

M = TypeVar("M", bound=BaseModel)

_LARGEST_EXACT = 2**53
MOST_ERRORS = 500
"""No more errors of a file are looked at: nobody reads them, and a hostile file has millions."""


@dataclass(frozen=True, slots=True)
class Checked(Generic[M]):
    """What came of reading a document.

    Attributes:
        model: the model, or None where something is wrong.
        findings: everything that is wrong, in no particular order.
        broken: the paths that the findings are about; for a missing field that of its group.
        complete: whether nothing else is wrong.
    """

    model: M | None
    findings: tuple[Diagnostic, ...] = ()
    broken: frozenset[Path] = frozenset()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class _Error:
    """Errors of pydantic at a path of the data.

    Attributes:
        path: the path of the value; for a missing field that of its group.
        missing: names of fields that are not there.
        kinds: types of the errors; several only where a value may have one of several types.
        details: what pydantic says.
    """

    path: Path
    missing: tuple[str, ...]
    kinds: tuple[str, ...]
    details: ErrorDetails

    @property
    def at_key(self) -> bool:
        """Whether the name of the field is wrong, not its value."""
        return self.kinds[0] == "extra_forbidden" or self.details["loc"][-1:] == ("[key]",)


def check(document: Document, model: type[M], schema: Callable[[], Schema]) -> Checked[M]:
    """Read a document as a model.

    Args:
        document: plain data with places.
        model: the pydantic model of the file.
        schema: gives its JSON Schema, for hints where something is wrong.
    """
    details: Sequence[ErrorDetails] = ()
    try:
        read = model.model_validate_json(json.dumps(_whole(document.value)), strict=True)
        if not document.findings:
            return Checked(read)
    except ValidationError as error:
        details = error.errors(include_url=False)
    located = [_located(document.value, d) for d in details[:MOST_ERRORS]]
    errors = _without_noise([e for e in located if e.path not in document.unread], document)
    findings = tuple(_diagnostic(document, schema(), e) for e in errors)
    broken = document.unread.union(e.path for e in errors)
    complete = len(details) <= MOST_ERRORS
    return Checked(None, document.findings + findings, broken, complete)


def _whole(value: Value) -> Value:
    """The data with 24.0 as 24, as in JSON Schema: a whole number is one in any spelling."""
    if isinstance(value, dict):
        return {k: _whole(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_whole(v) for v in value]
    if isinstance(value, float) and value.is_integer() and abs(value) <= _LARGEST_EXACT:
        return int(value)
    return value


def _located(value: Value, details: ErrorDetails) -> _Error:
    """Find the part of a pydantic location that exists in the data.

    Tags of discriminated unions and names of union members stand in pydantic's locations but
    not in the data: they are passed over.
    """
    path: list[str | int] = []
    rest = list(details["loc"])
    while rest:
        try:
            value = child(value, rest[0])
            path.append(rest.pop(0))
        except LookupError:
            if len(rest) == 1 or isinstance(rest[0], int):
                break
            rest.pop(0)
    kind = details["type"]
    tag = str(details.get("ctx", {}).get("discriminator", "")).strip("'")
    if kind == "union_tag_invalid":
        path.append(tag)
    missing = {"missing": tuple(map(str, rest[:1])), "union_tag_not_found": (tag,)}.get(kind, ())
    return _Error(tuple(path), missing, (kind,), details)


def _without_noise(errors: Sequence[_Error], document: Document) -> list[_Error]:
    """One error for each value.

    Where a value may have one of several forms, pydantic complains once for each of them: the
    complaint that goes deepest counts, then one about more than the type; else they become one.
    Fields that a group lacks become one error. A list is not short because its entries are wrong.
    """
    opened = {e.path[:n] for e in errors for n in range(len(e.path) + bool(e.missing))}
    specific = {e.path for e in errors if not _of_type(e)}
    kept: dict[tuple[object, ...], _Error] = {}
    for error in errors:
        shallow = error.path in opened and (_of_type(error) or error.kinds[0] == "literal_error")
        vague = error.path in specific and _of_type(error)
        if shallow or vague or _only_seems_short(error, document):
            continue
        group = "missing" if error.missing else "type" if _of_type(error) else error.kinds[0]
        key = (error.path, group)
        kept[key] = _joined(kept[key], error) if key in kept else error
    return list(kept.values())


def _of_type(error: _Error) -> bool:
    return error.kinds[0] in KINDS


def _only_seems_short(error: _Error, document: Document) -> bool:
    value = document.get(error.path)
    least = error.details.get("ctx", {}).get("min_length", 0)
    return error.kinds[0] == "too_short" and isinstance(value, list) and len(value) >= least


def _joined(one: _Error, other: _Error) -> _Error:
    missing = tuple(dict.fromkeys(one.missing + other.missing))
    kinds = tuple(dict.fromkeys(one.kinds + other.kinds))
    return _Error(one.path, missing, kinds, one.details)


def _diagnostic(document: Document, schema: Schema, error: _Error) -> Diagnostic:
    place = Place(
        name=_name(error.path),
        value=str(error.path[-1]) if error.at_key else document.get(error.path),
        here=subschemas(schema, document.value, error.path),
        around=subschemas(schema, document.value, error.path[:-1]),
    )
    said = words(error.details, error.kinds, error.missing, place)
    return document.diagnostic(
        said.rule, said.message, error.path, hint=said.help, key=error.at_key
    )


def _name(path: Path) -> str:
    """How a message calls a value."""
    names = [step for step in path if isinstance(step, str)]
    if not names:
        return WHOLE_FILE
    if isinstance(path[-1], int):
        return f"entry {path[-1] + 1} of `{names[-1]}`"
    return f"`{names[-1][:60]}`"
