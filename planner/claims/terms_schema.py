"""The terms of a sum: facts, prices, memory and speeds, as a claims file names them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from planner.catalog.dates import begins_after
from planner.catalog.facts import AsOf, Currency, Entry, Id
from planner.scenario.values import KvPrecision, Name, Positive, Precision
from planner.scenario.workloads import Size

Names = Annotated[tuple[Name, ...], Field(min_length=1, max_length=100)]
ClaimId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=80)]


class Attribute(Entry):
    """An attribute of an item, as a number."""

    item: Name
    """Id of a card, host, rack, bridge or model."""
    attribute: str
    """Name of the attribute."""


class PriceTerm(Entry):
    """The price of an item in a price book, without tax."""

    item: Name
    """Id of the item."""
    book: Name
    """Id of the book."""
    currency: Currency = "USD"
    """Currency in which it is wanted."""
    end: Literal["low", "middle", "high"] = "middle"
    """Which end of its range."""


class WeightsTerm(Entry):
    """Memory of a model's weights, 10^9 bytes."""

    model: Name
    """Id of the model."""
    precision: Precision
    """Precision of the weights."""


class TrainingTerm(Entry):
    """Memory that training takes on one card, 10^9 bytes."""

    model: Name
    """Id of the model."""
    method: Literal["full", "lora", "qlora"]
    """What is trained."""
    optimizer: Literal["adamw", "adamw-8bit"] = "adamw"
    """Optimizer."""
    part: Literal["state", "all"] = "all"
    """`state` leaves activations, sharding, context and fragmentation out."""
    sequence_tokens: Size = 2048
    """Length of a training sequence."""


class CacheTerm(Entry):
    """Memory of keys and values of one session, 10^9 bytes."""

    model: Name
    """Id of the model."""
    kv_cache: KvPrecision = "bf16"
    """Precision of the cache."""
    context_tokens: Size
    """Tokens of the session."""


class ServingQuestion(Entry):
    """A language model on a card or a group of cards."""

    gpu: Name
    """Id of the card."""
    cards: int = Field(default=1, ge=1, le=64)
    """Cards of the group."""
    model: Name
    """Id of the model."""
    precision: Precision
    """Precision of the weights."""
    kv_cache: KvPrecision = "bf16"
    """Precision of the cache."""
    context_tokens: Size = 1024
    """Tokens of a session."""
    sessions: Size = 1
    """Sessions at a time."""
    bandwidth_gb_s: Positive | None = None
    """Bandwidth that the page itself states, in place of the catalogue's."""


class SpeedTerm(ServingQuestion):
    """Tokens per second of all sessions together."""

    of: Literal["ceiling", "low", "middle", "high"] = "ceiling"
    """`ceiling` is what the bandwidth allows, the others are the ends of the estimate."""


class TuningTerm(Entry):
    """Training tokens per second on one card, at the high end of the estimate."""

    gpu: Name
    """Id of the card."""
    model: Name
    """Id of the model."""
    method: Literal["full", "lora", "qlora"]
    """What is trained."""
    sequence_tokens: Size = 2048
    """Length of a training sequence."""
    of: Literal["low", "middle", "high"] = "high"
    """Which end of the estimate."""


class ObservedTerm(Entry):
    """A price that was seen, the tax taken off."""

    items: Names
    """Ids of the items that count as the same."""
    currency: Currency = "USD"
    """Currency in which it is wanted."""
    condition: Literal["new", "used", "refurbished", "mixed"] | None = None
    """Condition of the goods; any if absent."""
    since: AsOf
    """First date."""
    until: AsOf
    """Last date."""
    statistic: Literal["lowest", "median", "highest"] = "median"
    """Which of those that were seen."""

    @model_validator(mode="after")
    def _in_order(self) -> ObservedTerm:
        if begins_after(self.since, self.until):
            raise ValueError("`since` must not be after `until`")
        return self


class Term(Entry):
    """A number; give one of the fields."""

    stated: float | None = None
    """A number of the page, or one that the test needs."""
    claim: ClaimId | None = None
    """The number that another claim asserts."""
    fact: Attribute | None = None
    """A fact of the catalogue."""
    reference: Id | None = None
    """A tariff, a rule or another figure of the surroundings."""
    price: PriceTerm | None = None
    """A price of a book."""
    observed: ObservedTerm | None = None
    """A price that was seen."""
    weights_gb: WeightsTerm | None = None
    """Memory of weights."""
    training_gb: TrainingTerm | None = None
    """Memory of training."""
    cache_gb: CacheTerm | None = None
    """Memory of a session."""
    tokens_per_s: SpeedTerm | None = None
    """Speed of serving."""
    tuning_tokens_per_s: TuningTerm | None = None
    """Speed of training."""

    @model_validator(mode="after")
    def _one_term(self) -> Term:
        if len(self.model_fields_set) != 1:
            raise ValueError("give one kind of term")
        return self
