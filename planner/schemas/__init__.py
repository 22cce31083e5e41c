"""JSON Schemas of the file formats: generated from the models, committed for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal, TypeAlias, assert_never, get_args

from pydantic import BaseModel

Kind: TypeAlias = Literal["scenario", "catalog", "plan", "claims"]
KINDS: tuple[Kind, ...] = get_args(Kind)

FOLDER = Path(__file__).parent
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def file_of(kind: Kind) -> Path:
    """The committed file of a schema."""
    return FOLDER / f"{kind}.schema.json"


def schema_text(kind: Kind) -> str:
    """The text of a schema as it stands in its file."""
    return json.dumps(generate(kind), indent=2, ensure_ascii=False) + "\n"


def generate(kind: Kind) -> dict[str, Any]:
    """The JSON Schema of a file format, from the model that reads it."""
    head = {
        "$schema": _DIALECT,
        "$id": f"urn:planner:{kind}:1",
        "title": f"planner {kind}, version 1",
    }
    return head | {k: v for k, v in _model(kind).model_json_schema().items() if k != "title"}


def write_all() -> list[Path]:
    """Write every schema to its file, and say which changed."""
    changed = []
    for kind in KINDS:
        file, text = file_of(kind), schema_text(kind)
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            changed.append(file)
    return changed


def _model(kind: Kind) -> type[BaseModel]:
    match kind:
        case "scenario":
            from planner.scenario.schema import Scenario

            return Scenario
        case "catalog":
            from planner.catalog.schema import CatalogFile

            return CatalogFile
        case "plan":
            from planner.plan.schema import Plan

            return Plan
        case "claims":
            from planner.claims.schema import (
                ClaimsFile,
            )

            return ClaimsFile
        case _:
            assert_never(kind)
