"""Reads a scenario file: shape first, then every rule; all findings at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any

from planner.catalog.catalog import Catalog
from planner.catalog.loading import default_catalog, load_overlays
from planner.errors import Diagnostic, InputError
from planner.file_schema import NO_GAPS, Gaps, check, salvage
from planner.scenario.benchmarks.joining import rows_of, with_rows
from planner.scenario.checks import CHECKS, Context, diagnostics
from planner.scenario.inputs import Inputs
from planner.scenario.mistaken import overlay_instead
from planner.scenario.models import models_of, with_models
from planner.scenario.schema import Scenario
from planner.yaml_source import Document, Value, parse, read_bytes

_STAND_INS: Mapping[str, Value] = {
    "schema": 1,
    "name": "stand-in",
    "start": "2000-01",
    "months": 12,
    "workloads": [
        {
            "name": "x",
            "task": "fixed",
            "need": {"cards": 1},
            "demand": [{"from": "2000-01", "count": 1}],
        }
    ],
    "sites": [{"name": "x", "facility_power_kw": 1, "electricity_per_kwh": 0}],
}


@lru_cache(maxsize=1)
def scenario_schema() -> dict[str, Any]:
    """JSON Schema of a scenario file."""
    return Scenario.model_json_schema()


def load_scenario(path: FilePath, catalog: Catalog | None = None) -> Inputs:
    """Read a scenario file and check it against the catalogue.

    Raises:
        InputError: with every finding, each with its place.
    """
    return read_scenario(read_bytes(path), file=str(path), folder=path.parent, catalog=catalog)


def read_scenario(
    text: str | bytes, *, file: str, folder: FilePath | None = None, catalog: Catalog | None = None
) -> Inputs:
    """Read a scenario from text.

    Args:
        text: YAML.
        file: the name to print in messages.
        folder: where relative paths of the scenario start; without it the scenario may name no
            files, so that a text from elsewhere cannot read any.
        catalog: the catalogue; the one that comes with the program if absent.

    Raises:
        InputError: with every finding, each with its place.
    """
    document = parse(text, file=file)
    shape = _shape(document)
    catalog, in_overlays = _with_overlays(catalog or default_catalog(), shape, folder)
    models = models_of(shape.scenario, catalog, folder, shape.document)
    gaps = shape.gaps
    if in_overlays:
        gaps = replace(gaps, left_out=gaps.left_out | {("catalog",)})
    context = Context(shape.scenario, catalog, shape.document, models.entries, gaps)
    broken = diagnostics(context, CHECKS)
    complete, known = with_models(shape.scenario, catalog, models)
    measured = rows_of(shape.scenario, known, folder, shape.document)
    findings = [*shape.findings, *in_overlays, *models.findings, *measured.findings, *broken]
    if findings:
        raise InputError(findings)
    return Inputs(complete, with_rows(known, measured, shape.scenario))


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is sound of a document, and what is not."""

    scenario: Scenario
    document: Document
    findings: tuple[Diagnostic, ...] = ()
    gaps: Gaps = NO_GAPS


def _shape(document: Document) -> _Shape:
    """Read a document as a scenario; where it is broken, as much of it as is sound.

    Raises:
        InputError: if nothing of it is.
    """
    checked = check(document, Scenario, scenario_schema)
    if checked.model is not None:
        return _Shape(checked.model, document)
    if (overlay := overlay_instead(document)) is not None:
        raise InputError([overlay])
    rest = salvage(document, checked, Scenario, scenario_schema, _STAND_INS)
    if rest is None:
        raise InputError(checked.findings)
    lacking = [n for n in ("workloads", "sites") if (n,) in rest.gaps.left_out]
    scenario = rest.model.model_copy(update=dict.fromkeys(lacking, ()))
    return _Shape(scenario, rest.document, checked.findings, rest.gaps)


def _with_overlays(
    base: Catalog, shape: _Shape, folder: FilePath | None
) -> tuple[Catalog, list[Diagnostic]]:
    """The catalogue with the scenario's overlays, and what is wrong with them."""
    overlays = shape.scenario.catalog.overlays
    found = [_unreadable(shape.document, i, folder, name) for i, name in enumerate(overlays)]
    findings = [f for f in found if f is not None]
    if findings or folder is None:
        return base, findings
    try:
        return load_overlays(base, [folder / name for name in overlays]), []
    except InputError as error:
        return base, list(error.diagnostics)


def _unreadable(
    document: Document, index: int, folder: FilePath | None, name: str
) -> Diagnostic | None:
    """Why a file that a scenario names cannot be read, said where it is named."""
    path, rule = ("catalog", "overlays", index), "unreadable-overlay"
    if folder is None:
        message = "a scenario that is not read from a file cannot name files"
        return document.diagnostic(rule, message, path)
    try:
        read_bytes(folder / name)
    except InputError as error:
        (cause,) = error.diagnostics
        return document.diagnostic(rule, cause.message, path, hint=cause.help)
    return None
