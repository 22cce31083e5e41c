"""How fast a configuration was measured to be, by the number of its sessions.

A row counts for a workload only if card, number of cards, model, precision, cache and engine are
the very same, and the mean prompt and answer are within ``LENGTHS`` of the workload's. Between two
rows the times are interpolated on a straight line if the numbers of sessions are no more than
``GAP`` times apart. Nothing is extrapolated: outside the formula holds, but more sessions are
never faster than fewer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from planner.catalog.market import BenchmarkEntry
from planner.catalog.schema import SourceEntry
from planner.scenario.demand import mean_input_tokens, mean_output_tokens
from planner.scenario.workloads import InferenceWorkload

LENGTHS = 0.1
"""How far the mean prompt and the mean answer of a row may be from those of a workload."""
GAP = 4
"""Between two rows whose sessions are further apart than this factor nothing is interpolated."""
MILLI = 1e-3
Way: TypeAlias = tuple[str, str, int]
"""Card, precision of the weights, cards."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a row says of a number of sessions.

    Attributes:
        sessions: sessions at a time.
        step_s: seconds between two tokens of a session.
        ttft_s: seconds to the first token, or None.
        source: title and date of the row.
    """

    sessions: int
    step_s: float
    ttft_s: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Curve:
    """The rows of one configuration, by rising sessions; a step never gets shorter."""

    points: tuple[Measurement, ...]

    def around(self, sessions: int) -> tuple[Measurement | None, Measurement | None]:
        """The nearest rows with at most and at least so many sessions."""
        at = bisect_left(self.points, sessions, key=lambda p: p.sessions)
        above = self.points[at] if at < len(self.points) else None
        if above is not None and above.sessions == sessions:
            return above, above
        return (self.points[at - 1] if at else None), above

    def at(self, sessions: int) -> Measurement | None:
        """What was measured of so many sessions, or lies between two rows; None outside."""
        below, above = self.around(sessions)
        if below is None or above is None or above.sessions > GAP * below.sessions:
            return None
        return below if below is above else _between(below, above, sessions)


def _between(below: Measurement, above: Measurement, sessions: int) -> Measurement:
    share = (sessions - below.sessions) / (above.sessions - below.sessions)
    ttft = None
    if below.ttft_s is not None and above.ttft_s is not None:
        ttft = below.ttft_s + share * (above.ttft_s - below.ttft_s)
    return Measurement(
        sessions=sessions,
        step_s=below.step_s + share * (above.step_s - below.step_s),
        ttft_s=ttft,
        source=_source(below, above),
    )


def _source(below: Measurement, above: Measurement) -> str:
    named = dict.fromkeys((below.source, above.source))
    return f"{' and '.join(named)}, between {below.sessions} and {above.sessions} sessions"


def curves_of(
    workload: InferenceWorkload,
    rows: Iterable[BenchmarkEntry],
    sources: Mapping[str, SourceEntry],
    engine: str | None,
) -> Mapping[Way, Curve]:
    """The curves that a workload may use, by what they were measured on.

    Args:
        workload: the workload.
        rows: measured rows.
        sources: titles of their sources.
        engine: rows of other engines do not count; None for all.
    """
    found: dict[Way, dict[int, BenchmarkEntry]] = defaultdict(dict)
    for row in rows:
        if _fits(row, workload) and engine in (None, row.engine):
            chosen = found[row.gpu, row.precision, row.cards]
            before = chosen.get(row.sessions)
            if before is None or _rank(row, workload) < _rank(before, workload):
                chosen[row.sessions] = row
    return {way: _curve(chosen.values(), sources) for way, chosen in found.items()}


def _fits(row: BenchmarkEntry, workload: InferenceWorkload) -> bool:
    same = row.serves and row.model == workload.model and row.kv_cache == workload.kv_cache
    return same and max(_distances(row, workload)) <= LENGTHS


def _distances(row: BenchmarkEntry, workload: InferenceWorkload) -> tuple[float, float]:
    """How far the mean prompt and answer are from the workload's, as shares of these."""
    prompt, answer = mean_input_tokens(workload), mean_output_tokens(workload)
    return (abs(row.input_tokens - prompt) / prompt, abs(row.output_tokens - answer) / answer)


def _rank(row: BenchmarkEntry, workload: InferenceWorkload) -> tuple[float, tuple[int, ...], float]:
    """The nearest lengths first, then the newest row, then the slowest."""
    newest = tuple(-int(part) for part in row.as_of.replace("Q", "").split("-"))
    return (max(_distances(row, workload)), newest, -(row.itl_ms or 0.0))


def _curve(rows: Iterable[BenchmarkEntry], sources: Mapping[str, SourceEntry]) -> Curve:
    points: list[Measurement] = []
    slowest, latest = 0.0, 0.0
    for row in sorted(rows, key=lambda r: r.sessions):
        assert row.itl_ms is not None
        slowest = max(slowest, row.itl_ms * MILLI)
        latest = max(latest, (row.ttft_ms or 0.0) * MILLI)
        ttft = None if row.ttft_ms is None else latest
        points.append(Measurement(row.sessions, slowest, ttft, _title(row, sources)))
    return Curve(tuple(points))


def _title(row: BenchmarkEntry, sources: Mapping[str, SourceEntry]) -> str:
    source = sources.get(row.source)
    engine = f"{row.engine} {row.version}" if row.version else row.engine
    title = source.title if source else row.source
    return f"{title} ({engine}, {row.id})"
