"""Fields of claims files and catalogue files as Markdown, from the models that read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from scenario_fields import references, scalar_type, shown_default

from planner.catalog.attributes import confidence_of, is_evidence
from planner.catalog.facts import Fact
from planner.catalog.health.completeness import GPU_ATTRIBUTES, HOST_ATTRIBUTES
from planner.catalog.loading import catalog_schema
from planner.catalog.schema import SourceEntry, SourceKind
from planner.claims.loading import claims_schema

Schema = Mapping[str, Any]


def claims_fields() -> str:
    """A section for each group of fields of a claims file."""
    return _fields("ClaimsFile", claims_schema())


def catalogue_fields() -> str:
    """A section for each group of fields of a catalogue file; all facts are told once."""
    return _fields("CatalogFile", catalog_schema())


def missing_figures() -> str:
    """A table of what cannot be done where a figure of a card or host is not known."""
    lines = ["| of | figure | without it |", "|---|---|---|"]
    for kind, asked in (("card", GPU_ATTRIBUTES), ("host", HOST_ATTRIBUTES)):
        lines += [f"| {kind} | `{name}` | {disabled} |" for name, disabled in asked.items()]
    return "\n".join(lines)


def kinds_of_sources() -> str:
    """A table of how far each kind of source is trusted."""
    lines = ["| `kind` of the source | confidence | evidence for a claim |", "|---|---|---|"]
    fact = Fact[float](value=1.0, source="it", as_of="2026")
    for kind in get_args(SourceKind):
        sources = {"it": SourceEntry(id="it", title="it", kind=kind)}
        evidence = "yes" if is_evidence("it", sources) else "no"
        lines.append(f"| `{kind}` | {confidence_of(fact, sources)} | {evidence} |")
    return "\n".join(lines)


def _fields(root: str, schema: Schema) -> str:
    parts: list[str] = []
    for name, group in _groups(root, schema):
        parts += [f"### {name}", " ".join(str(group.get("description", "")).split())]
        lines = ["| field | type | default | meaning |", "|---|---|---|---|"]
        wanted = set(group.get("required", ()))
        for field, about in group["properties"].items():
            default = "**required**" if field in wanted else _default(about)
            of_many = name in ("Fact", "OtherClaim") and field == "value"
            kind = "as its field says" if of_many else _type(about, schema)
            lines.append(f"| `{field}` | {kind} | {default} | {_meaning(about, schema)} |")
        parts.append("\n".join(lines))
    return "\n\n".join(part for part in parts if part)


def _groups(root: str, schema: Schema) -> Iterator[tuple[str, Schema]]:
    """The file and all groups that it uses, each once, breadth first; every fact is `Fact`."""
    waiting: list[tuple[str, Schema]] = [(root, schema)]
    seen = {root}
    while waiting:
        name, group = waiting.pop(0)
        yield name, group
        for used in _used(group, schema):
            if _short(used) not in seen:
                waiting.append((_short(used), schema["$defs"][used]))
                seen.add(_short(used))


def _used(group: Schema, schema: Schema) -> Iterator[str]:
    """Groups that a group refers to, what stands in its facts included."""
    for name in references(group):
        target = schema["$defs"][name]
        if "properties" in target:
            yield name
            if _short(name) == "Fact":
                yield from _used(target["properties"]["value"], schema)


def _short(name: str) -> str:
    """Name of a group; all facts are alike, and so are all other claims about them."""
    kind = name.partition("_")[0]
    return {"Fact": "Fact", "Claim": "OtherClaim" if "_" in name else "Claim"}.get(kind, name)


def _default(about: Schema) -> str:
    default = about.get("default")
    return shown_default(None if default == "" else default)


def _meaning(about: Schema, schema: Schema) -> str:
    said = about.get("description")
    if said is None and "$ref" in about:
        said = schema["$defs"][str(about["$ref"]).rpartition("/")[2]].get("description")
    return " ".join(str(said or "").split()).replace("|", "\\|")


def _type(about: Schema, schema: Schema) -> str:
    if "$ref" in about:
        return _linked(str(about["$ref"]).rpartition("/")[2], schema)
    for several in ("anyOf", "oneOf"):
        if several in about:
            known = [_type(a, schema) for a in about[several] if a.get("type") != "null"]
            return " or ".join(dict.fromkeys(known)) or "null"
    if "prefixItems" in about:
        return f"{len(about['prefixItems'])} of {_type(about['prefixItems'][0], schema)}"
    if about.get("type") == "array":
        return f"list of {_type(about['items'], schema)}"
    if about.get("type") == "object":
        return f"name to {_type(about['additionalProperties'], schema)}"
    return scalar_type(about).replace("|", "\\|")


def _linked(name: str, schema: Schema) -> str:
    target = schema["$defs"][name]
    if "properties" not in target:
        return "any value"
    short = _short(name)
    link = f"[{short}](#{short.lower()})"
    if short == "Fact":
        return f"{link}: {_type(target['properties']['value'], schema)}"
    return link
