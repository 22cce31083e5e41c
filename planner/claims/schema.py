"""The file format of claims: what a page states, and what it is tested against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, JsonValue, model_validator

from planner.catalog.dates import begins_after
from planner.catalog.facts import AsOf, Currency, Entry, SourceId
from planner.catalog.schema import Scalar
from planner.claims.terms_schema import ClaimId, Names, Term
from planner.scenario.values import KvPrecision, Name, Precision, Version
from planner.scenario.workloads import Size


class Asserted(Entry):
    """What is asserted about a figure; give one test."""

    equals: Scalar | None = None
    """The figure, or the word, that is stated."""
    tolerance: float = Field(default=0.01, ge=0, le=1)
    """How far a number may be off and still be called right, as a share of it.

    Bounds (`at_least`, `at_most`), years and counts are exact unless it is given.
    """
    at_least: float | None = None
    """A number that it reaches."""
    at_most: float | None = None
    """A number that it does not pass."""
    between: tuple[float, float] | None = None
    """Two numbers between which it lies, each with the tolerance."""

    @model_validator(mode="after")
    def _one_test(self) -> Asserted:
        tests = (self.equals, self.at_least, self.at_most, self.between)
        if sum(t is not None for t in tests) != 1:
            raise ValueError("give one of `equals`, `at_least`, `at_most` and `between`")
        if self.between is not None and self.between[0] > self.between[1]:
            raise ValueError("`between` has the lower number first")
        return self

    @property
    def slack(self) -> float:
        """The tolerance where it is given, else none."""
        return self.tolerance if "tolerance" in self.model_fields_set else 0.0


class FactAbout(Entry):
    """A fact of the catalogue, of each of some items that the page calls by one name."""

    check: Literal["fact"]
    """Kind of test."""
    items: Names
    """Ids of cards, hosts, racks, bridges or models; each is a case."""
    attribute: str
    """Name of the attribute; one that no item of the catalogue has cannot be checked."""


class SumCase(Entry):
    """A case of a sum: some of its terms are others."""

    name: str
    """What is different."""
    terms: Mapping[str, Term] = {}
    """Terms that take the place of those of the same name."""


class SumAbout(Entry):
    """A sum of facts, prices, memory and speeds."""

    check: Literal["sum"]
    """Kind of test."""
    expression: str = Field(max_length=300)
    """The sum over the names of the terms: + - * / and brackets, min, max, round."""
    terms: Mapping[str, Term]
    """The terms by name."""
    unit: str = ""
    """Unit of the result, for people."""
    cases: tuple[SumCase, ...] = ()
    """What the page leaves open; the terms as they stand if absent."""


class FitCase(Entry):
    """A case of a fit: some of its fields are others."""

    name: str
    """What is different."""
    changes: Mapping[str, JsonValue]
    """Fields that take the place of those of the same name."""


class FitAbout(Entry):
    """A model on a card: does its memory fit?

    `ok` uses at most nine tenths of the usable memory, `edge` more than that, `no` more than all;
    `fits` is `ok` or `edge`.
    """

    check: Literal["fit"]
    """Kind of test."""
    gpus: Names
    """Ids of cards that the page calls by one name; each is a case."""
    model: Name
    """Id of the model."""
    cards: int = Field(default=1, ge=1, le=64)
    """Cards of the group."""
    task: Literal["inference", "finetune", "image", "embedding"] = "inference"
    """What the model does."""
    precision: Precision = "bf16"
    """Precision of the weights."""
    kv_cache: KvPrecision = "bf16"
    """Precision of the cache."""
    context_tokens: Size = 2048
    """Tokens of a session, or of a training sequence."""
    sessions: Size = 1
    """Sessions at a time."""
    method: Literal["full", "lora", "qlora"] = "lora"
    """For fine-tuning: what is trained."""
    optimizer: Literal["adamw", "adamw-8bit"] = "adamw"
    """For fine-tuning: optimizer."""
    utilisation: float | None = Field(default=None, gt=0, le=1)
    """Share of the memory that may be used; the program's if absent."""
    cases: tuple[FitCase, ...] = ()
    """What the page leaves open; the fields as they stand if absent."""


class RateAbout(Entry):
    """A speed of serving: true where it fits the memory and the bandwidth allows it."""

    check: Literal["rate"]
    """Kind of test."""
    gpus: Names
    """Ids of cards that the page calls by one name; each is a case."""
    model: Name
    """Id of the model."""
    cards: int = Field(default=1, ge=1, le=64)
    """Cards of the group."""
    precision: Precision
    """Precision of the weights."""
    kv_cache: KvPrecision = "bf16"
    """Precision of the cache."""
    context_tokens: Size = 1024
    """Tokens of a session."""
    sessions: Size = 1
    """Sessions at a time; the speed is that of all of them together."""
    cases: tuple[FitCase, ...] = ()
    """What the page leaves open; the fields as they stand if absent."""


class Period(Entry):
    """A span of time, as a case."""

    name: str
    """What people call it."""
    since: AsOf
    """First date."""
    until: AsOf
    """Last date."""

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if begins_after(self.since, self.until):
            raise ValueError("`since` must not be after `until`")
        return self


class PriceAbout(Entry):
    """Prices that were seen: does what the page states agree with them?"""

    check: Literal["price"]
    """Kind of test."""
    items: Names
    """Ids of the items that the page calls by one name; what was seen of all counts."""
    currency: Currency
    """Currency of the page."""
    condition: Literal["new", "used", "refurbished", "mixed"] | None = None
    """Condition of the goods; any if absent."""
    statistic: Literal["lowest", "median", "highest"] = "median"
    """Which of the prices seen is compared."""
    periods: tuple[Period, ...] = Field(min_length=1, max_length=12)
    """When; each is a case."""


class ChoiceCase(Entry):
    """A case of a choice: under which facts, and what of the scenario is different."""

    name: str
    """What is different."""
    facts: Literal["own", "catalogue"] = "catalogue"
    """The page's own facts and prices, or those of the catalogue."""
    changes: Mapping[str, JsonValue] = {}
    """Values of the scenario by their path, for example `workloads.0.context_tokens`."""


class ChoiceAbout(Entry):
    """What to buy: the scenario is solved with each choice alone, and the cheapest wins."""

    check: Literal["choice"]
    """Kind of test."""
    scenario: str
    """Path of the scenario, from the claims file or from the scenarios of the program."""
    between: Mapping[str, Names] = Field(min_length=1)
    """The choices: name and ids of the cards that each may use."""
    cases: tuple[ChoiceCase, ...] = (
        ChoiceCase(name="the page's own facts", facts="own"),
        ChoiceCase(name="the catalogue's facts", facts="catalogue"),
    )
    """Under what; by default the page's own facts, and those of the catalogue."""


class ReferenceAbout(Entry):
    """A figure of the surroundings: a tariff, a term, a rule."""

    check: Literal["reference"]
    """Kind of test."""
    ids: Names
    """Ids among the catalogue's references, each a case; unknown ones cannot be checked."""


About: TypeAlias = Annotated[
    FactAbout | SumAbout | FitAbout | RateAbout | PriceAbout | ChoiceAbout | ReferenceAbout,
    Field(discriminator="check"),
]


class Claim(Entry):
    """One thing that a page states."""

    id: ClaimId
    """Its name."""
    line: int | None = Field(default=None, ge=1)
    """Line of the page."""
    kind: Literal["spec", "fit", "rule", "recommendation", "throughput", "economics", "price"]
    """What sort of statement it is."""
    says: str
    """The statement, in the words of this file."""
    about: About
    """What it is tested against."""
    asserts: Asserted
    """What is asserted."""
    proposed: Literal["holds", "refuted", "depends", "unverifiable"] | None = None
    """What people said at a first reading; the test does not look at it."""
    remark: str | None = None
    """What a reader should know about the test, or about the page."""


class OwnFacts(Entry):
    """The facts and prices under which a page reckons."""

    overlay: str | None = None
    """Path of a catalogue overlay, as for scenarios."""
    prices: Name = "2026-09"
    """Id of its price book."""


class ClaimsFile(Entry):
    """Claims of one page."""

    schema_version: Version = Field(alias="schema")
    """Version of this file format."""
    title: str
    """What the page is."""
    source: SourceId
    """Its id among the sources of the catalogue; what it says is no evidence for itself."""
    own_facts: OwnFacts = OwnFacts()
    """The facts under which it reckons."""
    claims: tuple[Claim, ...] = Field(min_length=1, max_length=5000)
    """What it states."""
