"""The committed JSON Schemas are those of the models, and editors find them."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from planner.catalog.loading import data_folder
from planner.catalog.schema import CatalogFile
from planner.file_schema import check
from planner.scenario.loading import scenario_schema
from planner.scenario.schema import Scenario
from planner.schemas import KINDS, Kind, file_of, generate, schema_text
from planner.yaml_source import Document, parse
from tests.scenario.small import base

ROOT = Path(__file__).parents[2]
SCENARIOS = sorted(f for f in (ROOT / "scenarios").rglob("*.yaml") if f.stem != "facts")
CLAIMS = sorted((data_folder() / "claims").glob("*.yaml"))
CATALOGUE = sorted(
    [*set(data_folder().rglob("*.yaml")) - set(CLAIMS), *(ROOT / "scenarios").rglob("facts.yaml")]
)
SHIPPED: list[tuple[Kind, Path]] = [
    *(("scenario", file) for file in SCENARIOS),
    *(("catalog", file) for file in CATALOGUE),
    *(("claims", file) for file in CLAIMS),
]
NAMES = [str(file.relative_to(ROOT)) for _, file in SHIPPED]


@lru_cache
def validator(kind: Kind) -> Draft202012Validator:
    return Draft202012Validator(generate(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_the_committed_schema_is_the_one_of_the_model(kind: Kind) -> None:
    stale = file_of(kind).read_text(encoding="utf-8") != schema_text(kind)
    assert not stale, f"{file_of(kind)} is stale; renew it with `planner schema --write`"


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_one_of_the_2020_dialect_with_a_name(kind: Kind) -> None:
    schema = generate(kind)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:planner:{kind}:1"
    assert kind in schema["title"]


def undescribed(schema: dict[str, Any]) -> Iterator[str]:
    """Fields without a description, of their own or of what they hold."""
    for name, group in {"": schema, **schema["$defs"]}.items():
        for field, said in group.get("properties", {}).items():
            if "description" not in said and "$ref" not in said:
                yield f"{name}.{field}"


@pytest.mark.parametrize("kind", ["scenario", "catalog", "claims"])
def test_every_field_of_a_file_is_described(kind: Kind) -> None:
    assert list(undescribed(generate(kind))) == []


@pytest.mark.parametrize(("kind", "file"), SHIPPED, ids=NAMES)
def test_a_shipped_file_names_its_schema_in_the_first_line(kind: Kind, file: Path) -> None:
    first = file.read_text(encoding="utf-8").split("\n", 1)[0]
    prefix = "# yaml-language-server: $schema="
    assert first.startswith(prefix)
    assert (file.parent / first.removeprefix(prefix)).resolve() == file_of(kind).resolve()


@pytest.mark.parametrize(("kind", "file"), SHIPPED, ids=NAMES)
def test_the_schema_accepts_a_shipped_file(kind: Kind, file: Path) -> None:
    document = parse(file.read_bytes(), file=str(file))
    assert [e.message for e in validator(kind).iter_errors(document.value)] == []


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    if isinstance(value, dict | list):
        for step, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(below, (*path, step))


WRONG: tuple[Any, ...] = (
    None, True, 0, -1, 1, 2.5, 3.0, 1e12, "", "x", "bf16", "2026-10", "2026-13", "no name", [], [1],
    ["bf16"], {}, {"x": 1}, {"kind": "gqa"}, {"parameters": 5},
)  # fmt: skip


def full() -> dict[str, Any]:
    """A scenario that uses most of the file format."""
    more = {
        "currency": "EUR", "step_months": 3, "discount_rate": 0.1, "robust": "low",
        "existing": [
            {"gpu": "rtx-a6000", "count": 1, "bought": "2024-01", "worth": 9},
            {"bridge": "bridge-a6000", "count": 1, "bought": "2024-01", "site": "lab"},
        ],
        "budget": {"windows": [{"until": "2027-03", "capital": 5}]},
        "fleet": {"gpus": ["rtx-a6000"], "max_gpu_models": 2},
        "catalog": {"overlays": ["a.yaml"], "exclude": ["x"], "prices": "2026-09"},
        "quotes": [{"item": "rtx-a6000", "price": 5, "from": "2026-12"}],
        "supply": [{"item": "rtx-a6000", "per_month": 2}],
        "lead_times": [{"item": "tower-2", "months": 3}],
        "leases": [{"item": "tower-2", "term_months": 12, "per_month": 90}],
        "rentals": [
            {
                "gpu": "h100-sxm", "per_hour": 2.5, "gpus": 8, "term_months": 3,
                "provider": "nimbus", "machines_max": 4, "jurisdiction": "EU",
            }
        ],
        "branches": [
            {"name": "b", "probability": 0.5, "from": "2027-01", "demand": {"chat": 2.0}}
        ],
    }  # fmt: skip
    scenario = base() | more
    shape = {"input_tokens": 900, "output_tokens": 200, "requests_per_s": 3}
    scenario["sites"][0] |= {"racks": {"model": "rack-42u", "count": 1, "buy": 2, "kw": 9}}
    scenario["workloads"][3] |= {"time_shared": True, "groups_at_a_time": 2}
    scenario["workloads"][0] |= {
        "isolation": "mig",
        "link": "nvlink",
        "requires": {
            "ecc": True,
            "attributes": [{"attribute": "x", "equals": 5}],
            "jurisdictions": ["EU"],
        },
        "measured": [
            {
                "gpu": "rtx-a6000",
                "precision": "bf16",
                "capacity": 1,
                "memory_gib": 1,
                "source": "s",
            },
            {
                "gpu": "rtx-a6000",
                "precision": "fp8",
                "classes": [shape],
                "memory_gib": 1,
                "source": "s",
            },
        ],
        "survive": {"cards": 1},
    }
    scenario["workloads"][0]["demand"].append({"from": "2027-01", "classes": [shape]})
    return scenario


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_the_schema_and_the_door_agree_on_every_shape(data: st.DataObject) -> None:
    changed = copy.deepcopy(full())
    path = data.draw(st.sampled_from([p for p in paths(changed) if p]))
    group: Any = changed
    for step in path[:-1]:
        group = group[step]
    change = data.draw(st.sampled_from(["replace", "remove", "add"]))
    if change == "replace":
        group[path[-1]] = data.draw(st.sampled_from(WRONG))
    elif change == "remove":
        del group[path[-1]]
    elif isinstance(group, dict):
        group["unheard_of"] = 1
    document = Document(changed, "x", (), {}, {})
    accepted = check(document, Scenario, scenario_schema).model is not None
    assert validator("scenario").is_valid(json.loads(json.dumps(changed))) == accepted


def test_the_schema_accepts_what_uses_most_of_the_format() -> None:
    assert validator("scenario").is_valid(full())
    assert check(Document(full(), "x", (), {}, {}), Scenario, scenario_schema).model is not None


def test_the_catalogue_model_reads_every_shipped_catalogue_file() -> None:
    from planner.catalog.loading import catalog_schema

    for file in CATALOGUE:
        document = parse(file.read_bytes(), file=str(file))
        assert check(document, CatalogFile, catalog_schema).findings == ()
