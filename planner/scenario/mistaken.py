"""A file of another kind where a scenario is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath

from planner.catalog.schema import CatalogFile
from planner.errors import Diagnostic
from planner.scenario.schema import Scenario
from planner.yaml_source import Document, Value


def overlay_instead(document: Document) -> Diagnostic | None:
    """What to do with a catalogue overlay, if the document is one."""
    if not isinstance(document.value, dict) or not _is_overlay(document.value):
        return None
    message = "this is a catalogue overlay (facts or prices), not a scenario"
    hint = f"name it in a scenario that stands beside it: `{_line(document)}`"
    return document.diagnostic("overlay-instead", message, (), hint=hint)


def _is_overlay(value: Mapping[str, Value]) -> bool:
    """Whether a file has sections of a catalogue, and nothing that only a scenario has."""
    overlays, scenarios = _fields(CatalogFile), _fields(Scenario)
    return bool(value.keys() & (overlays - scenarios)) and not value.keys() & (scenarios - overlays)


def _fields(model: type[CatalogFile] | type[Scenario]) -> set[str]:
    return {info.alias or name for name, info in model.model_fields.items()}


def _line(document: Document) -> str:
    book = document.get(("price_books", 0, "id"))
    prices = f", prices: {book}" if isinstance(book, str) else ""
    return f"catalog: {{overlays: [{FilePath(document.file).name}]{prices}}}"
