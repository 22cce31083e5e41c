"""Rules that a scenario must keep beyond its shape; each is a record with two examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from planner.catalog.catalog import Catalog
from planner.errors import Diagnostic
from planner.scenario.schema import Scenario
from planner.yaml_source import Document, Path


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule looks at."""

    scenario: Scenario
    catalog: Catalog
    document: Document

    def at(
        self, rule: str, message: str, *path: str | int, help: str | None = None
    ) -> Diagnostic:
        """A finding at a place of the scenario."""
        place: Path = tuple(path)
        return self.document.diagnostic(rule, message, place, help=help)


@dataclass(frozen=True, slots=True)
class Check:
    """A rule: its id, its sentence, what finds breaches, and an example that keeps or breaks it.

    The examples are fragments of YAML that are laid over a small valid scenario.
    """

    id: str
    sentence: str
    find: Callable[[Context], Iterator[Diagnostic]]
    passes: str
    fails: str
