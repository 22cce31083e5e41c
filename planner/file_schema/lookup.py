"""What a JSON Schema says about one place of a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from planner.yaml_source import Path, Value, child

Schema: TypeAlias = Mapping[str, Any]


def subschemas(schema: Schema, value: Value, path: Path) -> Sequence[Schema]:
    """The schemas that hold at a path; several where a value may have one of several forms."""
    found: list[Schema] = [schema]
    for step in path:
        found = [s for c in found for o in _opened(schema, c, value) for s in _below(o, step)]
        value = _child(value, step)
    return [o for c in found for o in _opened(schema, c, value)]


def fields(found: Sequence[Schema]) -> list[str]:
    """Names of the fields that schemas allow."""
    return list(dict.fromkeys(name for s in found for name in s.get("properties", {})))


def described(found: Sequence[Schema], field: str) -> str | None:
    """What a field means, in the words of its docstring."""
    for schema in found:
        text = schema.get("properties", {}).get(field, {}).get("description")
        if isinstance(text, str):
            return text
    return None


def _below(schema: Schema, step: str | int) -> Iterator[Schema]:
    if isinstance(step, int):
        candidates = [schema.get("items")]
    elif step in schema.get("properties", {}):
        candidates = [schema["properties"][step]]
    else:
        candidates = [schema.get("additionalProperties")]
    return (c for c in candidates if isinstance(c, dict))


def _child(value: Value, step: str | int) -> Value:
    try:
        return child(value, step)
    except LookupError:
        return None


def _opened(root: Schema, schema: Schema, value: Value) -> Iterator[Schema]:
    """A schema with references followed and unions opened, narrowed by the value's own tag."""
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
    options = schema.get("oneOf") or schema.get("anyOf")
    if not options:
        yield schema
        return
    tag = schema.get("discriminator", {})
    given = value.get(tag.get("propertyName", "")) if isinstance(value, dict) else None
    chosen = tag.get("mapping", {}).get(given) if isinstance(given, str) else None
    for option in [{"$ref": chosen}] if chosen else options:
        yield from _opened(root, option, value)
