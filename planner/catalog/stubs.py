"""Stubs of catalogue entries: source and date once for an item, plain values after that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args, get_origin

from planner.catalog.facts import Entry, Fact
from planner.catalog.schema import BridgeEntry, GpuEntry, HostEntry, RackEntry
from planner.errors import Diagnostic, Span
from planner.yaml_source import Document, Path, Value

ENTRIES: Mapping[str, type[Entry]] = {
    "gpus": GpuEntry, "hosts": HostEntry, "racks": RackEntry, "bridges": BridgeEntry,
}  # fmt: skip
"""Sections whose entries are made of facts."""


def written_out(document: Document) -> Document:
    """The document with every plain value of an item as a fact; places stay those of the text."""
    if not isinstance(document.value, dict):
        return document
    spans = dict(document.spans)
    value: dict[str, Value] = {"schema": 1, **document.value}
    for section, model in ENTRIES.items():
        items = value.get(section)
        if isinstance(items, list):
            value[section] = [
                _item(item, (section, i), model, spans) for i, item in enumerate(items)
            ]
    return replace(document, value=value, spans=spans)


def left_empty(document: Document) -> list[Diagnostic]:
    """Fields after whose name nothing stands: an unfilled stub, or a `null` that was not meant.

    An empty value is the same as `null` in YAML, and `null` is an answer in a catalogue: the card
    has no such rate. Only the written word counts as that answer. An item has one finding.
    """
    items: dict[Path, list[Path]] = {}
    for path, place in document.key_spans.items():
        if document.spans.get(path) == place and document.get(path) is None:
            items.setdefault(path[:2], []).append(path)
    return [_empty(document, item, paths) for item, paths in items.items()]


def _empty(document: Document, item: Path, paths: Sequence[Path]) -> Diagnostic:
    names = ", ".join(f"`{path[-1]}`" for path in paths)
    if len(paths) == 1:
        message = f"{names} is empty"
        hint = "write its value, or `null` if there is none; or remove the line"
    else:
        whose = f" of `{name}`" if (name := document.get((*item, "id"))) else ""
        message = f"{len(paths)} fields{whose} are empty: {names}"
        hint = "write their values, or `null` where there is none; or remove their lines"
    return document.diagnostic("empty-value", message, paths[0], hint=hint)


def is_fact(model: type[Entry], field: str) -> bool:
    """Whether a field of an entry holds a fact."""
    info = model.model_fields.get(field)
    return info is not None and any(_is_fact(t) for t in (info.annotation, *_parts(info)))


def _parts(info: Any) -> tuple[Any, ...]:  # noqa: ANN401  # a type annotation
    return get_args(info.annotation)


def _is_fact(annotation: Any) -> bool:  # noqa: ANN401  # a type annotation
    origin = get_origin(annotation) or annotation
    return isinstance(origin, type) and issubclass(origin, Fact)


def _item(item: Value, path: Path, model: type[Entry], spans: dict[Path, Span]) -> Value:
    if not isinstance(item, dict):
        return item
    named = {k: v for k, v in item.items() if k in ("source", "as_of")}
    rest = {k: v for k, v in item.items() if k not in named}
    found: dict[str, Value] = {}
    for field, value in rest.items():
        if field == "attributes" and isinstance(value, dict):
            found[field] = {
                name: _fact(inner, (*path, field, name), named, spans)
                for name, inner in value.items()
            }
        elif is_fact(model, field):
            found[field] = _fact(value, (*path, field), named, spans)
        else:
            found[field] = value
    return found


def _fact(value: Value, path: Path, named: Mapping[str, Value], spans: dict[Path, Span]) -> Value:
    if isinstance(value, dict) and "value" in value:
        return {**named, **value}
    if path in spans:
        spans[(*path, "value")] = spans[path]
    for name in named:
        source = (*path[:2], name)
        if source in spans:
            spans[(*path, name)] = spans[source]
    return {"value": value, **named}
