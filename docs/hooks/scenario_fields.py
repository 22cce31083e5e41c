"""Every field of a scenario file as Markdown, from the model that reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from planner.scenario.checks.effective import FEATURES
from planner.scenario.loading import scenario_schema

Schema = Mapping[str, Any]

UNITS: tuple[tuple[str, str], ...] = (
    (r"(step_|term_)?months", "months"),
    (r"fiscal_year_starts", "month of the year"),
    (r"discount_rate|probability|.*share|headroom", "share"),
    (r"(facility_power_)?kw", "kW"),
    (r"power_cap_w", "W"),
    (r"pue", "kW per kW"),
    (r"electricity_per_kwh", "currency per kWh"),
    (r"per_hour", "currency per hour"),
    (r"tokens_per_s(_per_session)?", "tokens per second"),
    (r"tokens_per_month", "tokens per month"),
    (r"requests_per_s", "requests per second"),
    (r"images_per_hour", "images per hour"),
    (r".*_tokens|window|vocabulary|rotary_positions", "tokens"),
    (r"encoder_positions", "positions"),
    (r".*_bytes", "bytes"),
    (r".*_ms", "ms"),
    (r".*_gib(_1024)?", "GiB"),
    (r"concurrency", "sessions"),
    (r"users|seats", "people"),
    (r"capacity", "unit of the demand"),
    (r"capital|price|worth", "currency"),
    (r"width|height", "pixels"),
    (r"steps|default_steps", "steps"),
    (r"count|buy|replicas|cards|gpus|gpus_per_replica|hosts|hosts_max|max_gpu_models", "units"),
    (r"machines_max|groups_at_a_time", "units"),
    (r"cpu_cores", "cores"),
    (r"parameters|.*_parameters", "parameters"),
    (r".*_bytes", "bytes"),
    (r"flop_.*", "operations"),
    (r"batch_sequences", "sequences"),
    (r"demand", "factor"),
    (r"at_least|at_most|equals", "unit of the attribute"),
)
"""Units by the name of a numeric field; the first that fits the whole name wins."""
PLAIN = re.compile(
    r"schema|lora_rank|.*heads|.*_dim|.*_size|.*layers|.*_rank|per_token|routed|shared|value|low|high"
    r"|guidance_calls"
)
"""Numeric fields without a unit: versions, ranks and dimensions of a model."""
PER_MONTH = {"SupplyLimit": "units per month", "Lease": "currency per month"}


def fields() -> str:
    """A section for each group of fields, the scenario first, in the order of their use."""
    schema = scenario_schema()
    parts: list[str] = []
    for name, group in _groups(schema):
        parts.append(f"### {_heading(name)}")
        if description := group.get("description"):
            parts.append(" ".join(str(description).split()))
        lines = ["| field | type | unit | default | meaning |", "|---|---|---|---|---|"]
        wanted = set(group.get("required", ()))
        for field, about in group["properties"].items():
            default = "**required**" if field in wanted else _code(about.get("default"))
            meaning = _meaning(about, schema)
            kind = _type(about).replace("|", "\\|")
            unit = unit_of(name, field, about)
            lines.append(f"| `{field}` | {kind} | {unit} | {default} | {meaning} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def not_yet_effective() -> str:
    """A table of what the format has and no plan keeps yet."""
    lines = ["| field | what it is | example that is refused |", "|---|---|---|"]
    for feature in FEATURES:
        path = feature.path.replace(".*", "[]")
        lines.append(f"| `{path}` | {feature.name} | `{feature.example}` |")
    return "\n".join(lines)


def unit_of(group: str, field: str, about: Schema) -> str:
    """Unit of a field; empty for text, lists and groups.

    Raises:
        KeyError: if a number has no unit in the table above: add it there.
    """
    if not _is_number(about) and field != "demand":
        return ""
    if field == "demand":
        return "factor" if group == "Branch" else ""
    if field == "per_month":
        return PER_MONTH[group]
    if PLAIN.fullmatch(field):
        return "–"
    for pattern, unit in UNITS:
        if re.fullmatch(pattern, field):
            return unit
    raise KeyError(f"no unit for {group}.{field}")


def scalar_type(about: Schema) -> str:
    """Type of a field that is no group, for people."""
    return _type(about)


def shown_default(default: object) -> str:
    """Default of a field as it would stand in a file."""
    return _code(default)


def _groups(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """The scenario and all groups that it uses, each once, breadth first."""
    waiting: list[tuple[str, Schema]] = [("Scenario", schema)]
    seen = {"Scenario"}
    while waiting:
        name, group = waiting.pop(0)
        yield name, group
        for used in references(group):
            target = schema["$defs"][used]
            if used not in seen and "properties" in target:
                waiting.append((used, target))
            seen.add(used)


def references(part: object) -> Iterator[str]:
    """Names of the groups that a part of a schema refers to."""
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key == "$ref":
                yield str(value).rpartition("/")[2]
            elif key not in ("$defs", "discriminator"):
                yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def _heading(name: str) -> str:
    """Name of a group, without the mark of a generic type."""
    return name.removesuffix("_float_")


def _meaning(about: Schema, schema: Schema) -> str:
    """What a field says, or its group where the words are the same and stand there only."""
    said = about.get("description")
    if said is None and "$ref" in about:
        said = schema["$defs"][str(about["$ref"]).rpartition("/")[2]].get("description")
    return " ".join(str(said or "").split())


def _is_number(about: Schema) -> bool:
    if "anyOf" in about:
        return any(_is_number(a) for a in about["anyOf"])
    if "enum" in about or "const" in about:
        return all(isinstance(v, int | float) for v in about.get("enum", [about.get("const")]))
    return about.get("type") in ("integer", "number")


def _type(about: Schema) -> str:
    if "$ref" in about:
        name = _heading(str(about["$ref"]).rpartition("/")[2])
        return f"[{name}](#{name.lower()})"
    if "const" in about:
        return f"`{about['const']}`"
    if "enum" in about:
        return ", ".join(f"`{v}`" for v in about["enum"])
    for several in ("anyOf", "oneOf"):
        if several in about:
            known = [_type(a) for a in about[several] if a.get("type") != "null"]
            return " or ".join(dict.fromkeys(known))
    if about.get("type") == "array" and "items" in about:
        return f"list of {_type(about['items'])}"
    if about.get("type") == "object":
        (values,) = about["patternProperties"].values()
        return f"name of a workload to {_type(values)}"
    if "[0-9]{4}-" in about.get("pattern", ""):
        return "month"
    return {"string": "text", "boolean": "yes or no", "integer": "whole number"}.get(
        about.get("type", ""), "number"
    ) + _bounds(about)


def _bounds(about: Schema) -> str:
    low, above = about.get("minimum"), about.get("exclusiveMinimum")
    high = about.get("maximum")
    said = []
    if low is not None:
        said.append(f"≥ {low:g}")
    if above is not None:
        said.append(f"> {above:g}")
    if high is not None and high < 1e7:
        said.append(f"≤ {high:g}")
    return f", {' and '.join(said)}" if said else ""


def _code(default: object) -> str:
    if default is None or default == []:
        return "none"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, dict):
        given = {k: v for k, v in default.items() if v not in (None, [], {})}
        return "its defaults" if not given or len(given) > 1 else f"`{_yaml(given)}`"
    return f"`{_yaml(default)}`"


def _yaml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_yaml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_yaml(v) for v in value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)
