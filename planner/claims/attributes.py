"""Attributes that claims ask for and no item of the catalogue has: misspelt, or of nobody known."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeAlias

from planner.catalog.attributes import attributes_of, item_of
from planner.catalog.catalog import Catalog
from planner.catalog.health.ranges import every_item
from planner.claims.schema import About, Claim, FactAbout, SumAbout
from planner.claims.terms_schema import Term
from planner.errors import Diagnostic, did_you_mean, nearest
from planner.yaml_source import Document

Place: TypeAlias = tuple[str | int, ...]
ALIKE = 0.85
"""How alike two names of attributes are from which on one must be meant by the other."""
_LISTED = "`planner catalog show ITEM` lists the attributes of an item"


@dataclass(frozen=True, slots=True)
class Asked:
    """An attribute that no item of the catalogue has.

    Attributes:
        claim: id of the claim that asks for it.
        attribute: its name.
        place: where it stands in the claims file.
        known: attributes of the items that it is asked of.
    """

    claim: str
    attribute: str
    place: Place
    known: Collection[str]

    @property
    def meant(self) -> str | None:
        """The attribute that must be meant, if one is so much like it."""
        near = nearest(self.attribute, self.known)
        if near is None:
            return None
        return near if self.attribute in near or _alike(self.attribute, near) >= ALIKE else None


def misspelt(claims: Sequence[Claim], document: Document, catalog: Catalog) -> Iterator[Diagnostic]:
    """Attributes that nobody has, and that are all but the name of one that the items have."""
    for asked in unheard_of(claims, catalog):
        if (meant := asked.meant) is not None:
            message = f"`{asked.attribute}` is not an attribute of the catalogue"
            hint = did_you_mean(meant, [meant], _LISTED)
            yield document.diagnostic("unknown-attribute", message, asked.place, hint=hint)


def warnings(claims: Sequence[Claim], catalog: Catalog) -> Iterator[str]:
    """A sentence for each attribute that nobody has, with the claims that rest on it."""
    found: dict[str, list[Asked]] = {}
    for asked in unheard_of(claims, catalog):
        found.setdefault(asked.attribute, []).append(asked)
    for attribute, every in found.items():
        told = ", ".join(dict.fromkeys(asked.claim for asked in every))
        hint = did_you_mean(attribute, {n for asked in every for n in asked.known}, _LISTED)
        yield (
            f"no item of the catalogue has an attribute `{attribute}`, so this cannot be checked: "
            f"{told}; {hint}"
        )


def unheard_of(claims: Sequence[Claim], catalog: Catalog) -> Iterator[Asked]:
    """Attributes of items that exist, which neither they nor any other item has."""
    lacking = [
        Asked(claim.id, attribute, ("claims", i, "about", *place), known)
        for i, claim in enumerate(claims)
        for place, items, attribute in _facts(claim.about)
        if (known := _attributes(items, catalog)) and attribute not in known
    ]
    every = {name for e in every_item(catalog) for name in attributes_of(e)} if lacking else set()
    return (asked for asked in lacking if asked.attribute not in every)


def _facts(about: About) -> Iterator[tuple[Place, Sequence[str], str]]:
    """Every attribute that a claim asks for: where it is named, of which items, and its name."""
    if isinstance(about, FactAbout):
        yield ("attribute",), about.items, about.attribute
    if isinstance(about, SumAbout):
        parts: list[tuple[Place, Mapping[str, Term]]] = [(("terms",), about.terms)]
        parts += [(("cases", j, "terms"), case.terms) for j, case in enumerate(about.cases)]
        for place, terms in parts:
            for name, term in terms.items():
                if term.fact is not None:
                    where = (*place, name, "fact", "attribute")
                    yield where, (term.fact.item,), term.fact.attribute


def _attributes(items: Sequence[str], catalog: Catalog) -> set[str]:
    entries = [entry for name in items if (entry := item_of(catalog, name)) is not None]
    return {name for entry in entries for name in attributes_of(entry)}


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()
