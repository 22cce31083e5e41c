"""One measurement of a language model at work, whatever program took it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

MILLISECONDS = 1000.0
MOST_FAILED = 0.01
"""Share of requests that may fail; a benchmark with more says nothing of the rest."""


class BenchmarkError(ValueError):
    """A file of measurements cannot be used; the message says which field, and why."""

    def __init__(self, message: str, line: int = 0, hint: str | None = None) -> None:
        """Keep the line of the file, 0 where it has none, and what to do."""
        super().__init__(message)
        self.line = line
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement; all sessions are busy, one request after the other.

    Attributes:
        gpu: id of the card.
        cards: cards that served together.
        model: id of the model.
        precision: precision of the weights.
        kv_cache: precision of the cache of keys and values.
        engine: program that ran the model, for example ``vllm``.
        version: its version, empty if not known.
        input_tokens: mean prompt.
        output_tokens: mean answer.
        concurrency: sessions at a time.
        ttft_ms: mean milliseconds to the first token, or None.
        itl_ms: mean milliseconds between two tokens of a session.
        tokens_per_s: tokens written per second, all sessions together.
        source: where it can be found.
        date: when it was taken, empty if not known.
    """

    gpu: str
    cards: int
    model: str
    precision: str
    kv_cache: str
    engine: str
    version: str
    input_tokens: int
    output_tokens: int
    concurrency: int
    ttft_ms: float | None
    itl_ms: float
    tokens_per_s: float
    source: str
    date: str

    @property
    def configuration(self) -> tuple[str, int, str, str, str, str]:
        """What must be the same for two rows to be compared."""
        return (self.gpu, self.cards, self.model, self.precision, self.kv_cache, self.engine)


@dataclass(frozen=True, slots=True)
class Given:
    """What the user says of the files, since they do not; None where nothing is said."""

    gpu: str | None = None
    cards: int | None = None
    model: str | None = None
    precision: str | None = None
    kv_cache: str | None = None
    engine: str | None = None
    version: str | None = None
    source: str | None = None

    def pick(self, name: str, found: str | None, default: str | None = None) -> str:
        """What the user says, else what the file says, else a default.

        Raises:
            BenchmarkError: if nobody says it.
        """
        said: str | None = getattr(self, name)
        value = said if said is not None else found or default
        if value is None:
            option = {"version": "engine-version"}.get(name, name).replace("_", "-")
            raise BenchmarkError(f"the file does not say its {name}", hint=f"say it: --{option}")
        return value


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers of a JSON object, by name."""

    data: Mapping[str, object]
    where: str = ""

    def number(self, name: str) -> float:
        """A positive number.

        Raises:
            BenchmarkError: if it is missing, or of another type, or not positive.
        """
        value = self.data.get(name)
        if value is None:
            raise BenchmarkError(f"there is no `{self.where}{name}`")
        if isinstance(value, str):
            value = _parsed(value)
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            shown = self.data[name]
            raise BenchmarkError(f"`{self.where}{name}` is {shown!r}, not a number")
        if value <= 0:
            raise BenchmarkError(f"`{self.where}{name}` is {value:g}, not above 0")
        return float(value)

    def count(self, name: str) -> float:
        """A number that may be 0 or missing: 0 then."""
        return self.number(name) if self.data.get(name) not in (None, 0, "", "0", 0.0) else 0.0

    def text(self, name: str) -> str | None:
        """A text, or None where it is missing."""
        value = self.data.get(name)
        return value if isinstance(value, str) and value else None

    def inner(self, name: str) -> Numbers:
        """An object inside.

        Raises:
            BenchmarkError: if it is missing or of another type.
        """
        value = self.data.get(name)
        if not isinstance(value, Mapping):
            raise BenchmarkError(f"there is no object `{self.where}{name}`")
        return Numbers(value, f"{self.where}{name}.")

    def has(self, name: str) -> bool:
        """Whether there is a value."""
        return self.data.get(name) is not None


def _parsed(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


def check_failed(failed: float, done: float) -> None:
    """Refuse a benchmark of which too many requests failed.

    Raises:
        BenchmarkError: if more than one in a hundred did.
    """
    if failed > MOST_FAILED * (failed + done):
        raise BenchmarkError(f"{failed:.0f} of {failed + done:.0f} requests failed")
