"""Reads the catalogue that comes with the program, and the overlays of a scenario."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from planner.catalog.catalog import EMPTY, Catalog
from planner.catalog.duplicates import Part, seen_twice
from planner.catalog.merging import merge
from planner.catalog.schema import CatalogFile
from planner.errors import Diagnostic, InputError
from planner.file_schema import check
from planner.yaml_source import Document, parse, read_bytes


def data_folder() -> Path:
    """The folder of the catalogue files: inside the installed package, or in the checkout."""
    installed = Path(__file__).resolve().parent.parent / "_data" / "catalog"
    return installed if installed.is_dir() else Path(__file__).resolve().parents[2] / "catalog"


@lru_cache(maxsize=1)
def default_catalog() -> Catalog:
    """The catalogue that comes with the program.

    Raises:
        InputError: if a file of it is wrong.
    """
    return load_folder(data_folder())


def load_folder(folder: Path) -> Catalog:
    """Read every YAML file below a folder, but for its claims, as one catalogue.

    Raises:
        InputError: with the findings of all files.
    """
    claims = folder / "claims"
    parts, findings = _read(sorted(f for f in folder.rglob("*.yaml") if claims not in f.parents))
    catalog, wrong = merge(parts, None) if not findings else (EMPTY, findings)
    if wrong:
        raise InputError(wrong)
    return catalog


def load_overlays(base: Catalog, files: Iterable[Path]) -> Catalog:
    """The base catalogue with overlays laid over it, later ones on top.

    Raises:
        InputError: with the findings of all files.
    """
    parts, findings = _read(files)
    catalog = base
    for part in parts if not findings else []:
        catalog, wrong = merge([part], catalog)
        findings += wrong
    once = {document.file: (part, document) for part, document in parts}
    findings += [wrong for wrong in seen_twice([*once.values()]) if wrong not in findings]
    if findings:
        raise InputError(findings)
    return catalog


def _read(files: Iterable[Path]) -> tuple[list[Part], list[Diagnostic]]:
    parts: list[Part] = []
    findings: list[Diagnostic] = []
    for file in files:
        try:
            parts.append(read_part(parse(read_bytes(file), file=str(file))))
        except InputError as error:
            findings += error.diagnostics
    return parts, findings


def read_part(document: Document) -> Part:
    """One file of a catalogue.

    Raises:
        InputError: if it does not have the form of one.
    """
    checked = check(document, CatalogFile, catalog_schema)
    if checked.model is None:
        raise InputError(checked.findings)
    return checked.model, document


@lru_cache(maxsize=1)
def catalog_schema() -> dict[str, Any]:
    """JSON Schema of a catalogue file."""
    return CatalogFile.model_json_schema()
