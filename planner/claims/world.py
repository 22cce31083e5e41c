"""What a claim is tested against: the catalogue, the page's own facts, and the other claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from planner.catalog.attributes import (
    Known,
    attributes_of,
    is_evidence,
    item_of,
    without_unit,
)
from planner.catalog.catalog import Catalog
from planner.claims.schema import (
    OwnFacts,
)


class UnknownError(Exception):
    """Something that a test needs is not known; the text says what."""


@dataclass(frozen=True, slots=True)
class World:
    """What claims of one page are tested against.

    Attributes:
        catalog: the catalogue.
        source: id of the page among the sources; what it says is no evidence for itself.
        own: the facts under which the page reckons.
        folder: folder of the claims file, where its relative paths start.
        stated: numbers that claims assert, by their ids.
    """

    catalog: Catalog
    source: str
    own: OwnFacts
    folder: Path
    stated: Mapping[str, float]

    def known(self, item: str, attribute: str) -> Known:
        """An attribute of an item, if somebody else than an article or the page knows it.

        Raises:
            UnknownError: if there is none, or only hearsay.
        """
        entry = item_of(self.catalog, item)
        if entry is None:
            raise UnknownError(f"the catalogue has no `{item}`")
        found = attributes_of(entry).get(attribute)
        if found is None:
            raise UnknownError(f"the catalogue has no {words(attribute)} of {item}")
        if not self.is_evidence(found.source):
            who = "the page itself" if found.source == self.source else "an article"
            raise UnknownError(f"only {who} says so of the {words(attribute)} of {item}")
        return found

    def is_evidence(self, source: str | None) -> bool:
        """Whether a source can decide a claim: more than hearsay, and not the page itself."""
        return source != self.source and is_evidence(source, self.catalog.sources)


def words(attribute: str) -> str:
    """The name of an attribute for people, without its unit."""
    return without_unit(attribute).replace("_", " ")


def number(value: float) -> str:
    """A number for people: four figures, whole thousands in full."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"
