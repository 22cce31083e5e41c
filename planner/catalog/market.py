"""What was seen: dated prices, rentals, loss of value, tariffs and terms, measured speeds.

None of it is bought from directly: the price books choose among it, and people look it up.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from planner.catalog.facts import AsOf, Confidence, Currency, Entry, Fact, Id, SourceId

Condition = Literal["new", "used", "refurbished", "mixed"]


class Span(Entry):
    """A figure that is given as one number, or as a range, or both."""

    value: float | None = Field(default=None, ge=0)
    """The figure; the middle of the range if absent."""
    low: float | None = Field(default=None, ge=0)
    """Low end of the range."""
    high: float | None = Field(default=None, ge=0)
    """High end of the range."""

    @model_validator(mode="after")
    def _says_something(self) -> Span:
        if self.value is None and self.low is None and self.high is None:
            raise ValueError("give `value`, or `low` and `high`")
        if self.value is None and (self.low is None or self.high is None):
            raise ValueError("one end alone is no range: give `low` and `high`, or `value`")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("`low` must not be above `high`")
        if self.value is not None and not (
            (self.low is None or self.low <= self.value)
            and (self.high is None or self.value <= self.high)
        ):
            raise ValueError("`value` must lie between `low` and `high`")
        return self

    @property
    def middle(self) -> float:
        """The figure, or the middle of its range."""
        if self.value is not None:
            return self.value
        ends = [end for end in (self.low, self.high) if end is not None]
        return sum(ends) / len(ends)


class PriceObservation(Span):
    """A price that somebody asked or paid on a date, in the currency that was printed."""

    item: Id
    """Id of a card, a host, a rack or a bridge."""
    currency: Currency
    """Currency of the price."""
    vat_rate: float = Field(default=0.0, ge=0, le=0.5)
    """Value-added tax that the price includes, as a share of the net price."""
    condition: Condition
    """Condition of the goods."""
    kind: Literal["asking", "list", "sold", "index"]
    """`list` is the maker's price, `asking` a shop's, `sold` was paid, `index` is an average."""
    as_of: AsOf
    """Date of the price."""
    source: SourceId
    """Id of the source."""
    confidence: Confidence | None = None
    """How far to trust it; as the kind of its source suggests if absent."""
    note: str | None = None
    """Anything a reader must know to use the price."""


class RentalObservation(Span):
    """What a card, or a machine, was let for."""

    item: Id | None = None
    """Id of the card; absent where a whole machine without a name in the catalogue is let."""
    name: str | None = None
    """What is let, where it is more than one card."""
    provider: str
    """Who lets it."""
    per: Literal["gpu-hour", "machine-month"]
    """What is paid for."""
    terms: str
    """The terms: on demand, spot, community host, reserved."""
    setup: float = Field(default=0.0, ge=0)
    """What is paid once, in the same currency."""
    currency: Currency
    """Currency of the price."""
    vat_rate: float = Field(default=0.0, ge=0, le=0.5)
    """Value-added tax that the price includes, as a share of the net price."""
    as_of: AsOf
    """Date of the price."""
    source: SourceId
    """Id of the source."""
    confidence: Confidence | None = None
    """How far to trust it; as the kind of its source suggests if absent."""
    note: str | None = None
    """Anything a reader must know to use the price."""


class SeriesPoint(Entry):
    """One point of a series of prices."""

    as_of: AsOf
    """Date."""
    value: float = Field(gt=0)
    """Price at that date."""


class DepreciationEntry(Entry):
    """What a thing cost at two dates, and so what it lost (or gained) a year."""

    item: Id | None = None
    """Id of the card, where the catalogue has it."""
    name: str
    """What it is."""
    currency: Currency
    """Currency of the prices."""
    condition: Condition
    """Condition of the goods."""
    first: SeriesPoint
    """The earlier price."""
    last: SeriesPoint
    """The later price."""
    source: SourceId
    """Id of the source."""
    note: str | None = None
    """Anything a reader must know to use the series."""


class ReferenceEntry(Entry):
    """A figure of the surroundings: a tariff, a PUE, a rate for space, a licence, a rule."""

    id: Id
    """Name."""
    kind: Literal[
        "electricity", "pue", "colocation", "support", "licence", "power-rule", "residual", "draw"
    ]
    """What sort of figure it is."""
    scope: str
    """Where, for whom and for what it holds."""
    unit: str
    """Unit of the value, for example `GBP/kWh`."""
    value: Fact[float | bool]
    """The figure, with its source."""


class BenchmarkEntry(Entry):
    """A measured speed: of decoding, or of serving if it states `kv_cache` and `itl_ms`."""

    id: Id
    """Name of the row."""
    gpu: Id
    """Id of the card."""
    cards: int = Field(default=1, ge=1, le=64)
    """Cards of the group."""
    model: Id
    """Id of the model."""
    precision: Literal[
        "fp32", "bf16", "fp8", "int8", "awq-int4", "gptq-int4", "nf4", "nvfp4", "mxfp4",
        "gguf-q8_0", "gguf-q6_k", "gguf-q5_k_m", "gguf-q4_k_m", "gguf-q3_k_s", "gguf-q2_k",
    ]  # fmt: skip
    """Precision of the weights."""
    sessions: int = Field(default=1, ge=1)
    """Sessions at a time."""
    input_tokens: int = Field(ge=0)
    """Tokens of the prompt."""
    output_tokens: int = Field(ge=0)
    """Tokens of the answer."""
    tokens_per_s: float = Field(gt=0)
    """Tokens per second of all sessions together."""
    kv_cache: Literal["bf16", "fp8", "nvfp4"] | None = None
    """Precision of the cache of keys and values."""
    ttft_ms: float | None = Field(default=None, gt=0)
    """Mean milliseconds to the first token."""
    itl_ms: float | None = Field(default=None, gt=0)
    """Mean milliseconds between two tokens of a session."""
    engine: str
    """Program that ran it."""
    version: str | None = None
    """Its version."""
    source: SourceId
    """Id of the source."""
    as_of: AsOf
    """Date of the measurement."""
    note: str | None = None
    """Anything a reader must know to use the figure."""

    @property
    def serves(self) -> bool:
        """Whether it measured a server with prompts, so that plans may use it."""
        return self.kv_cache is not None and self.itl_ms is not None and self.input_tokens > 0
