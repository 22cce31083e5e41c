"""Mistakes of typing in a claims file: names that are not known, tests that cannot be asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from planner.catalog.attributes import attributes_of, item_of, scalar
from planner.catalog.catalog import Catalog
from planner.catalog.loading import load_overlays
from planner.claims import files
from planner.claims.attributes import misspelt
from planner.claims.choosing import is_file, scenario_path
from planner.claims.schema import (
    Asserted,
    ChoiceAbout,
    ClaimsFile,
    FactAbout,
    FitAbout,
    PriceAbout,
    RateAbout,
    SumAbout,
)
from planner.claims.verdicts import FITS, FITTING
from planner.errors import Diagnostic, InputError, did_you_mean
from planner.yaml_source import Document, parse, read_bytes

Place: TypeAlias = tuple[str | int, ...]

CHOSEN = ("either", "tie", "none")
"""What a choice may assert beside the name of one."""


@dataclass(frozen=True, slots=True)
class Known:
    """Names that a page may use.

    Attributes:
        catalog: the catalogue.
        path: the file; its relative paths start in its folder.
        own: the catalogue with the page's own facts laid over it.
        findings: why the page's own facts cannot be read.
    """

    catalog: Catalog
    path: Path
    own: Catalog
    findings: Sequence[Diagnostic] = field(default_factory=tuple)

    @classmethod
    def of(cls, file: ClaimsFile, document: Document, path: Path, catalog: Catalog) -> Known:
        """What a page may name: the catalogue, and the facts that it brings itself."""
        overlay = file.own_facts.overlay
        if overlay is None:
            return cls(catalog, path, catalog)
        found = scenario_path(overlay, path.resolve().parent)
        if not is_file(found):
            message = f"there is no file `{overlay}`"
            hint = files.hint(overlay, path, "overlay")
            place = ("own_facts", "overlay")
            wrong = document.diagnostic("unknown-file", message, place, hint=hint)
            return cls(catalog, path, catalog, (wrong,))
        try:
            return cls(catalog, path, load_overlays(catalog, [found]))
        except InputError as error:
            return cls(catalog, path, catalog, tuple(error.diagnostics))


def mistakes(file: ClaimsFile, document: Document, known: Known) -> Iterator[Diagnostic]:
    """Every name of the claims that is not known, and every word that no test can give."""
    yield from misspelt(file.claims, document, known.catalog)
    for i, claim in enumerate(file.claims):
        about, place = claim.about, ("claims", i, "about")
        if isinstance(about, ChoiceAbout):
            yield from _of_choice(about, place, document, known)
            words = (*about.between, *CHOSEN)
            yield from _of_word(claim.asserts, words, i, document)
        else:
            yield from _of_names(document.get(place), place, document, known.catalog)
        if isinstance(about, FitAbout):
            yield from _of_word(claim.asserts, (*FITTING, "no", FITS), i, document)
        if isinstance(about, (FitAbout, RateAbout)):
            yield from _of_cases(about, place, document)
        if isinstance(about, (SumAbout, RateAbout, PriceAbout)):
            yield from _of_number(claim.asserts, i, document)
        if isinstance(about, FactAbout):
            yield from _of_kind(about, claim.asserts, i, document, known.catalog)


def _of_names(
    part: object, place: Place, document: Document, catalog: Catalog
) -> Iterator[Diagnostic]:
    """Names below a part of a claim, as they are written: cards, models, items, price books."""
    if isinstance(part, dict):
        for key, inner in part.items():
            yield from _of_names(inner, (*place, key), document, catalog)
    elif isinstance(part, list):
        for j, inner in enumerate(part):
            yield from _of_names(inner, (*place, j), document, catalog)
    elif isinstance(part, str):
        rule, what, names = _namespace(place, catalog)
        if rule and part not in names:
            yield _unknown(rule, part, what, names, place, document)


def _namespace(place: Place, catalog: Catalog) -> tuple[str, str, Collection[str]]:
    """What a text at a place must name: rule, words, and the names; an empty rule for nothing."""
    keys = [key for key in place if isinstance(key, str)]
    match keys[-1]:
        case "gpu" | "gpus":
            return "unknown-gpu", "a card of the catalogue", catalog.gpus
        case "model":
            return "unknown-model", "a model of the catalogue", catalog.models
        case "book":
            return "unknown-price-book", "a price book", catalog.price_books
        case "item" | "items":
            return "unknown-item", "an item of the catalogue", (*catalog.items, *catalog.models)
        case _:
            return "", "", ()


def _unknown(
    rule: str, name: str, what: str, names: Collection[str], place: Place, document: Document
) -> Diagnostic:
    hint = did_you_mean(name, names)
    return document.diagnostic(rule, f"`{name}` is not {what}", place, hint=hint)


def _of_choice(
    about: ChoiceAbout, place: Place, document: Document, known: Known
) -> Iterator[Diagnostic]:
    path = scenario_path(about.scenario, known.path.resolve().parent)
    if not is_file(path):
        message = f"there is no scenario `{about.scenario}`"
        hint = files.hint(about.scenario, known.path, "scenario")
        yield document.diagnostic("unknown-file", message, (*place, "scenario"), hint=hint)
        return
    cards = {*known.own.gpus, *_cards_of(about, path, known.catalog)}
    for name, chosen in about.between.items():
        for j, card in enumerate(chosen):
            if card not in cards:
                where = (*place, "between", name, j)
                yield _unknown("unknown-gpu", card, "a card", cards, where, document)


def _of_cases(
    about: FitAbout | RateAbout, place: Place, document: Document
) -> Iterator[Diagnostic]:
    """Fields that a case changes; `check` and the cases themselves are none of them."""
    fields = [name for name in type(about).model_fields if name not in ("check", "cases")]
    for j, case in enumerate(about.cases):
        for name in case.changes:
            if name not in fields:
                where = (*place, "cases", j, "changes", name)
                message = f"`{name}` is not a field of this test"
                hint = did_you_mean(name, fields)
                yield document.diagnostic("unknown-field", message, where, hint=hint, key=True)


def _cards_of(about: ChoiceAbout, scenario: Path, catalog: Catalog) -> Collection[str]:
    """Cards that the overlays of a scenario bring, in any case; none where they are wrong."""
    try:
        written: list[object] = [
            parse(read_bytes(scenario), file=str(scenario)).get(("catalog", "overlays")),
            *(case.changes.get("catalog.overlays") for case in about.cases),
        ]
        names = [name for overlays in written if isinstance(overlays, list) for name in overlays]
        files = dict.fromkeys(scenario.parent / name for name in names if isinstance(name, str))
        return [card for file in files for card in load_overlays(catalog, [file]).gpus]
    except InputError:
        return ()


def _of_word(
    asserts: Asserted, words: Sequence[str], index: int, document: Document
) -> Iterator[Diagnostic]:
    """The answer is a word, so that a word must be asserted, and one that can be the answer."""
    place: Place = ("claims", index, "asserts")
    told = ", ".join(f"`{word}`" for word in words)
    if asserts.equals is None:
        yield document.diagnostic("wrong-test", f"the answer is one of {told}: use `equals`", place)
        return
    stated = f"{asserts.equals}"
    if stated.strip().lower() not in [word.lower() for word in words]:
        message = f"`{stated}` can never be the answer, which is one of {told}"
        hint = did_you_mean(stated, words)
        yield document.diagnostic("wrong-answer", message, (*place, "equals"), hint=hint)


def _of_number(asserts: Asserted, index: int, document: Document) -> Iterator[Diagnostic]:
    """The answer is a number, so that nothing else must be asserted."""
    if isinstance(asserts.equals, (bool, str)):
        message = f"`{_written(asserts.equals)}` can never be the answer, which is a number"
        yield document.diagnostic("wrong-answer", message, ("claims", index, "asserts", "equals"))


def _written(value: bool | str) -> str:
    return value if isinstance(value, str) else "yes" if value else "no"


def _of_kind(
    about: FactAbout, asserts: Asserted, index: int, document: Document, catalog: Catalog
) -> Iterator[Diagnostic]:
    """A number cannot be a word, nor a word a number; `none` may be said of anything."""
    stated = asserts.equals if asserts.equals is not None else 0.0
    if isinstance(stated, bool) or f"{stated}".strip().lower() == "none":
        return
    entries = [entry for name in about.items if (entry := item_of(catalog, name)) is not None]
    have = [attributes_of(entry).get(about.attribute) for entry in entries]
    values = [scalar(found.value) for found in have if found is not None]
    told = [value for value in values if value is not None and not isinstance(value, bool)]
    if told and all(isinstance(value, str) is not isinstance(stated, str) for value in told):
        kind = "a word" if isinstance(told[0], str) else "a number"
        other = "a word" if isinstance(stated, str) else "a number"
        message = f"`{about.attribute}` is {kind} (`{told[0]}`), and {other} is asserted"
        key = next(k for k in ("equals", "at_least", "at_most", "between") if _given(asserts, k))
        yield document.diagnostic("wrong-kind", message, ("claims", index, "asserts", key))


def _given(asserts: Asserted, key: str) -> bool:
    return getattr(asserts, key) is not None
