"""Reads a scenario file: shape first, then every rule; all findings at once."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from planner.catalog.architecture import ModelEntry
from planner.catalog.catalog import Catalog
from planner.catalog.loading import default_catalog, load_overlays
from planner.errors import Diagnostic, InputError
from planner.file_schema import check, salvage
from planner.scenario.checks import CHECKS, Context
from planner.scenario.inputs import Inputs
from planner.scenario.schema import Scenario
from planner.scenario.workloads import FixedWorkload, InlineModel
from planner.yaml_source import Document, parse


@lru_cache(maxsize=1)
def scenario_schema() -> dict[str, Any]:
    """JSON Schema of a scenario file."""
    return Scenario.model_json_schema()


def load_scenario(path: Path, catalog: Catalog | None = None) -> Inputs:
    """Read a scenario file and check it against the catalogue.

    Raises:
        InputError: with every finding, each with its place.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        message = f"cannot read `{path}`: {error.strerror}"
        raise InputError([Diagnostic("unreadable-file", message)]) from None
    return read_scenario(text, file=str(path), folder=path.parent, catalog=catalog)


def read_scenario(
    text: str | bytes, *, file: str, folder: Path = Path(), catalog: Catalog | None = None
) -> Inputs:
    """Read a scenario from text.

    Args:
        text: YAML.
        file: the name to print in messages.
        folder: where relative paths of the scenario start.
        catalog: the catalogue; the one that comes with the program if absent.

    Raises:
        InputError: with every finding, each with its place.
    """
    document = parse(text, file=file)
    base = catalog or default_catalog()
    scenario, findings = check(document, Scenario, scenario_schema())
    if scenario is None:
        rest = salvage(document, findings)
        scenario, _ = check(rest, Scenario, scenario_schema()) if rest else (None, [])
        if scenario is None or rest is None:
            raise InputError(findings)
        document = rest
    base = _with_overlays(base, scenario, folder, document, findings)
    context = Context(scenario, base, document)
    for rule in CHECKS:
        findings.extend(rule.find(context))
    if findings:
        raise InputError(findings)
    return _complete(scenario, base)


def _with_overlays(
    base: Catalog, scenario: Scenario, folder: Path, document: Document, findings: list[Diagnostic]
) -> Catalog:
    if not scenario.catalog.overlays:
        return base
    try:
        return load_overlays(base, [folder / name for name in scenario.catalog.overlays])
    except InputError as error:
        findings.extend(error.diagnostics)
        return base


def _complete(scenario: Scenario, catalog: Catalog) -> Inputs:
    """Add models that are given in place to the catalogue."""
    models: dict[str, ModelEntry] = dict(catalog.models)
    workloads = []
    for workload in scenario.workloads:
        if not isinstance(workload, FixedWorkload) and isinstance(workload.model, InlineModel):
            entry = _entry(workload.name, workload.model)
            models[entry.id] = entry
            workload = workload.model_copy(update={"model": entry.id})
        workloads.append(workload)
    scenario = scenario.model_copy(update={"workloads": tuple(workloads)})
    return Inputs(scenario, replace_models(catalog, models))


def replace_models(catalog: Catalog, models: dict[str, ModelEntry]) -> Catalog:
    """The catalogue with other models."""
    return Catalog(
        catalog.sources, catalog.gpus, catalog.hosts, models, catalog.engines,
        catalog.exchange_rates, catalog.price_books,
    )


def _entry(workload: str, model: InlineModel) -> ModelEntry:
    return ModelEntry(
        id=f"{workload.lower()}-model",
        name=f"model of {workload}",
        kind="decoder" if model.transformer else "diffusion",
        licence="given in the scenario",
        source="scenario",
        as_of="2026",
        parameters=model.parameters,
        transformer=model.transformer,
        diffusion=model.diffusion,
    )
