"""Reads the catalogue that comes with the program, and the overlays of a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from planner.catalog.catalog import Catalog, merge
from planner.catalog.schema import CatalogFile
from planner.errors import Diagnostic, InputError
from planner.file_schema import check
from planner.yaml_source import Document, parse


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
    """Read every YAML file below a folder as one catalogue.

    Raises:
        InputError: with the findings of all files.
    """
    findings: list[Diagnostic] = []
    documents = list(_documents(sorted(folder.rglob("*.yaml")), findings))
    return _merged(documents, findings, base=None)


def load_overlays(base: Catalog, files: Iterable[Path]) -> Catalog:
    """The base catalogue with overlays laid over it, later ones on top.

    Raises:
        InputError: with the findings of all files.
    """
    findings: list[Diagnostic] = []
    documents = list(_documents(files, findings))
    return _merged(documents, findings, base=base)


def _documents(files: Iterable[Path], findings: list[Diagnostic]) -> Iterator[Document]:
    for file in files:
        try:
            yield parse(file.read_bytes(), file=str(file))
        except OSError as error:
            message = f"cannot read the catalogue file `{file}`: {error.strerror}"
            findings.append(Diagnostic("unreadable-file", message))
        except InputError as error:
            findings.extend(error.diagnostics)


def _merged(documents: list[Document], findings: list[Diagnostic], base: Catalog | None) -> Catalog:
    parts: list[tuple[CatalogFile, Document]] = []
    for document in documents:
        part, wrong = check(document, CatalogFile, catalog_schema())
        findings.extend(wrong)
        if part is not None:
            parts.append((part, document))
    if not findings:
        catalog, wrong = merge(parts, base)
        if not wrong:
            return catalog
        findings.extend(wrong)
    raise InputError(findings)


@lru_cache(maxsize=1)
def catalog_schema() -> dict[str, Any]:
    """JSON Schema of a catalogue file."""
    return CatalogFile.model_json_schema()
