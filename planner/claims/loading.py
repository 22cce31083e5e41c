"""Reads claims files: those that come with the program, or a buyer's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from planner.catalog.catalog import Catalog
from planner.catalog.loading import data_folder
from planner.claims.arithmetic import ExpressionError, names_in
from planner.claims.mistakes import Known, mistakes
from planner.claims.schema import (
    About,
    ClaimsFile,
    SumAbout,
)
from planner.errors import Diagnostic, InputError, did_you_mean
from planner.file_schema import check
from planner.yaml_source import Document, parse, read_bytes


@dataclass(frozen=True, slots=True)
class Page:
    """The claims of a page.

    Attributes:
        path: the file.
        file: what it holds.
    """

    path: Path
    file: ClaimsFile


def shipped() -> list[Path]:
    """The claims files that come with the program."""
    return sorted((data_folder() / "claims").glob("*.yaml"))


def load(paths: Sequence[Path], catalog: Catalog) -> list[Page]:
    """Read claims files.

    Args:
        paths: the files.
        catalog: where sources and price books must be known.

    Raises:
        InputError: with every finding of all files.
    """
    pages: list[Page] = []
    documents: list[Document] = []
    findings: list[Diagnostic] = []
    seen: dict[str, Path] = {}
    for path in paths:
        try:
            document = parse(read_bytes(path), file=str(path))
            checked = check(document, ClaimsFile, claims_schema)
        except InputError as error:
            findings += error.diagnostics
            continue
        findings += checked.findings
        if checked.model is None:
            continue
        findings += _wrong(Page(path, checked.model), document, catalog, seen)
        seen |= {claim.id: path for claim in checked.model.claims}
        pages.append(Page(path, checked.model))
        documents.append(document)
    findings += _circles(pages, documents)
    if findings:
        raise InputError(findings)
    return pages


def _wrong(
    page: Page, document: Document, catalog: Catalog, seen: dict[str, Path]
) -> Iterator[Diagnostic]:
    file = page.file
    if file.source not in catalog.sources:
        message = f"`{file.source}` is not among the sources of the catalogue"
        also = "a source of your own stands in a catalogue file that `--overlay` names"
        hint = did_you_mean(file.source, catalog.sources, also)
        yield document.diagnostic("unknown-source", message, ("source",), hint=hint)
    known = Known.of(file, document, page.path, catalog)
    yield from known.findings
    books = known.own.price_books
    if not known.findings and file.own_facts.prices not in books:
        message = f"`{file.own_facts.prices}` is not a price book"
        hint = did_you_mean(file.own_facts.prices, books)
        yield document.diagnostic("unknown-price-book", message, ("own_facts", "prices"), hint=hint)
    here: set[str] = set()
    for i, claim in enumerate(file.claims):
        if claim.id in here or claim.id in seen:
            message = f"`{claim.id}` stands twice"
            yield document.diagnostic("duplicate-id", message, ("claims", i, "id"))
        here.add(claim.id)
        if isinstance(claim.about, SumAbout):
            yield from _wrong_sum(claim.about, claim.id, i, document)
    yield from mistakes(file, document, known)


def _wrong_sum(about: SumAbout, claim: str, index: int, document: Document) -> Iterator[Diagnostic]:
    if claim in _rests_on(about):
        message = "a claim is no evidence for itself"
        yield document.diagnostic("own-evidence", message, ("claims", index, "about", "terms"))
    path = ("claims", index, "about", "expression")
    try:
        names = names_in(about.expression)
    except ExpressionError as error:
        yield document.diagnostic("bad-expression", f"{error}", path)
        return
    for name in sorted(names - set(about.terms)):
        lacking = [c.name for c in about.cases if name not in c.terms]
        if lacking or not about.cases:
            message = f"`{name}` is not among the terms"
            hint = did_you_mean(name, about.terms)
            yield document.diagnostic("unknown-term", message, path, hint=hint)


def _rests_on(about: About) -> list[str]:
    """Claims whose numbers are terms of a sum."""
    if not isinstance(about, SumAbout):
        return []
    every = [about.terms, *(case.terms for case in about.cases)]
    return [term.claim for terms in every for term in terms.values() if term.claim]


def _circles(pages: Sequence[Page], documents: Sequence[Document]) -> Iterator[Diagnostic]:
    """Claims that rest on one another in a circle; each circle is told at its first claim."""
    below = {c.id: _rests_on(c.about) for page in pages for c in page.file.claims}
    told: set[str] = set()
    for page, document in zip(pages, documents, strict=True):
        for i, claim in enumerate(page.file.claims):
            circle = _way_back(claim.id, below)
            if len(circle) > 1 and not told & set(circle):
                told |= set(circle)
                way = " on ".join(f"`{name}`" for name in (*circle, claim.id))
                message = f"claims are no evidence for one another: {way}"
                place = ("claims", i, "about", "terms")
                yield document.diagnostic("own-evidence", message, place)


def _way_back(start: str, below: Mapping[str, Sequence[str]]) -> list[str]:
    """The shortest way from a claim over those that it rests on back to it; empty if none."""
    ways = [[start]]
    seen = {start}
    for way in ways:
        for name in below.get(way[-1], ()):
            if name == start:
                return way
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []


@lru_cache(maxsize=1)
def claims_schema() -> dict[str, Any]:
    """JSON Schema of a claims file."""
    return ClaimsFile.model_json_schema()
