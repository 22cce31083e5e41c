"""The model of a workload: an id of the catalogue, a config.json, or a description in place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from planner.catalog.architecture import ModelEntry
from planner.catalog.catalog import Catalog
from planner.catalog.schema import SourceEntry
from planner.errors import Diagnostic
from planner.scenario.model_files import UnreadableError, model_of
from planner.scenario.schema import Scenario
from planner.scenario.workloads import FixedWorkload, InlineModel, ModelWorkload
from planner.yaml_source import Document

SOURCE = "scenario"
"""Id of the source of models that come with the scenario."""
_HINT = "a model is an id of the catalogue, a Hugging Face config.json, or described in place"


@dataclass(frozen=True, slots=True)
class Models:
    """Models of the workloads.

    Attributes:
        entries: the model of each workload, by position; those that are known.
        added: those of them that the catalogue does not have.
        findings: files that cannot be read.
    """

    entries: Mapping[int, ModelEntry]
    added: tuple[ModelEntry, ...]
    findings: tuple[Diagnostic, ...]


def is_file(reference: str) -> bool:
    """Whether a reference to a model is a path, not an id of the catalogue."""
    return "/" in reference or reference.endswith(".json")


def models_of(
    scenario: Scenario, catalog: Catalog, folder: Path | None, document: Document
) -> Models:
    """Find the model of every workload.

    Args:
        scenario: the scenario.
        catalog: the catalogue.
        folder: where relative paths start; None if the scenario may not name files.
        document: the text of the scenario, for messages.
    """
    finder = _Finder(scenario.start, catalog, folder)
    entries: dict[int, ModelEntry] = {}
    findings: list[Diagnostic] = []
    for i, workload in enumerate(scenario.workloads):
        try:
            entry = None if isinstance(workload, FixedWorkload) else finder.find(workload)
        except UnreadableError as error:
            path = ("workloads", i, "model")
            found = document.diagnostic("unreadable-model", str(error), path, hint=_HINT)
            findings.append(found)
        else:
            entries.update({} if entry is None else {i: entry})
    return Models(entries, tuple(finder.added.values()), tuple(findings))


def peek(reference: str, catalog: Catalog, folder: Path, as_of: str) -> ModelEntry | None:
    """The model that an id or a path stands for, or None where a scenario would not find it."""
    try:
        return _Finder(as_of, catalog, folder).named(reference)
    except UnreadableError:
        return None


def with_models(scenario: Scenario, catalog: Catalog, models: Models) -> tuple[Scenario, Catalog]:
    """The scenario with an id for every model, and the catalogue that knows them all."""
    workloads = [
        w.model_copy(update={"model": models.entries[i].id}) if i in models.entries else w
        for i, w in enumerate(scenario.workloads)
    ]
    sources = {m.source: _source(m.source) for m in models.added}
    known = {**catalog.models, **{m.id: m for m in models.added}}
    return (
        scenario.model_copy(update={"workloads": tuple(workloads)}),
        replace(catalog, models=known, sources={**sources, **catalog.sources}),
    )


def _source(name: str) -> SourceEntry:
    return SourceEntry(id=name, title="given with the scenario", kind="official")


class _Finder:
    """Finds models; ``added`` holds those that the catalogue does not have."""

    def __init__(self, as_of: str, catalog: Catalog, folder: Path | None) -> None:
        self._as_of = as_of
        self._known = catalog.models
        self._folder = folder
        self.added: dict[str, ModelEntry] = {}

    def find(self, workload: ModelWorkload) -> ModelEntry | None:
        """The model of a workload, or None for an id that the catalogue does not have."""
        if isinstance(workload.model, InlineModel):
            entry = _described(workload.name, workload.model, self._as_of)
            return self._add(f"workload {workload.name}", entry)
        return self.named(workload.model)

    def named(self, reference: str) -> ModelEntry | None:
        """The model of an id or a path, or None for an id that the catalogue does not have."""
        if not is_file(reference):
            return self._known.get(reference)
        if reference not in self.added:
            self._add(reference, self._from_file(reference))
        return self.added[reference]

    def _add(self, reference: str, entry: ModelEntry) -> ModelEntry:
        """Keep a model under an id that no other has."""
        taken = {*self._known, *(m.id for m in self.added.values())}
        names = (f"{entry.id}-{n}" if n > 1 else entry.id for n in count(1))
        unused = next(name for name in names if name not in taken)
        self.added[reference] = entry.model_copy(update={"id": unused})
        return self.added[reference]

    def _from_file(self, reference: str) -> ModelEntry:
        if self._folder is None:
            raise UnreadableError("a scenario that is not read from a file cannot name files")
        name, path = _stem(Path(reference)), self._folder / reference
        return model_of(path, reference, name=name, source=SOURCE, as_of=self._as_of)


def _stem(path: Path) -> str:
    """A name for the model of a file: `models/qwen/config.json` is qwen."""
    name = path.parent.name if path.stem == "config" else path.stem
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("._-")[:60] or "model"


def _described(workload: str, model: InlineModel, as_of: str) -> ModelEntry:
    return ModelEntry(
        id=f"{workload.lower()}-model",
        name=f"the model of {workload}",
        kind="diffusion" if model.diffusion else "decoder",
        licence="given in the scenario",
        source=SOURCE,
        as_of=as_of,
        parameters=model.parameters,
        transformer=model.transformer,
        diffusion=model.diffusion,
    )
