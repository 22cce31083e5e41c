"""Pages that compare two cards: who wins their scenarios, and what becomes of their claims."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from planner.catalog.loading import data_folder, default_catalog
from planner.claims.checking import judge, world_of
from planner.claims.choosing import inputs_of_case, scenarios_folder
from planner.claims.loading import Page, load
from planner.claims.schema import (
    ChoiceCase,
)
from planner.claims.verdicts import Judged
from planner.claims.world import World
from planner.studies.choices import bill_of, verdict_of


@dataclass(frozen=True)
class TwoCards:
    """A page and its folder of scenarios.

    Attributes:
        name: of the claims file and of the folder.
        between: the two choices, by their names.
    """

    name: str
    between: dict[str, tuple[str, ...]]

    @cached_property
    def page(self) -> Page:
        (page,) = load([data_folder() / "claims" / f"{self.name}.yaml"], default_catalog())
        return page

    @cached_property
    def world(self) -> World:
        return world_of(self.page, [self.page], default_catalog())

    @property
    def folder(self) -> Path:
        return scenarios_folder() / self.name

    @property
    def scenarios(self) -> set[str]:
        """Every scenario of the folder; the page's own facts are none."""
        return {file.stem for file in self.folder.glob("*.yaml")} - {"facts"}

    def winner(self, scenario: str, facts: str, **changes: object) -> str:
        """The cheapest of the two; dots of a path are written as two underscores."""
        case = ChoiceCase.model_validate(
            {
                "name": facts,
                "facts": facts,
                "changes": {k.replace("__", "."): v for k, v in changes.items()},
            }
        )
        inputs = inputs_of_case(f"{self.name}/{scenario}.yaml", case, self.world)
        return verdict_of(
            [bill_of(name, cards, inputs) for name, cards in self.between.items()]
        ).winner

    def judged(self, claim: str) -> Judged:
        found = next(c for c in self.page.file.claims if c.id == claim)
        return judge(found, self.world, self.page.file.title)
