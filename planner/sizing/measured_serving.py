"""Deployment options of language models whose speed was measured on the very configuration.

The speed comes from the rows (``measured_curve``); memory, and what a share of a card's time
means, from the formulas, as for any other option.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from planner.catalog.items import Gpu
from planner.scenario.inputs import Inputs
from planner.scenario.values import Precision
from planner.scenario.workloads import AnyWorkload, InferenceWorkload
from planner.sizing.candidate import Candidate, Point
from planner.sizing.inference import candidate, runnable, speed_of
from planner.sizing.levels import GROUPS, even_power, largest, session_levels
from planner.sizing.measured_curve import Curve, Measurement, Way, curves_of
from planner.sizing.option import Label, Option, Quantum, Refusal
from planner.sizing.serving import replica_of
from planner.sizing.setting import MILLION, Setting

MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class Served:
    """A replica whose speed was measured for some numbers of sessions.

    Attributes:
        formula: the replica as the formulas see it.
        curve: what was measured.
    """

    formula: Candidate
    curve: Curve

    def measured(self, sessions: int) -> Measurement | None:
        """What was measured of so many sessions, or None where the formula holds."""
        return self.curve.at(sessions)

    def step_s(self, sessions: int) -> float:
        """Seconds between two tokens; more sessions are never faster than was measured of fewer."""
        if found := self.measured(sessions):
            return found.step_s
        below, above = self.curve.around(sessions)
        step = self.formula.step_s(sessions)
        step = step if above is None else min(step, above.step_s)
        return step if below is None else max(step, below.step_s)

    def ttft_s(self, sessions: int) -> float:
        """Seconds to the first token; as the formula says where no row says it."""
        found = self.measured(sessions)
        if found is not None and found.ttft_s is not None:
            return found.ttft_s
        below, above = self.curve.around(sessions)
        ttft = self.formula.ttft_s(self.step_s(sessions))
        if above is not None and above.ttft_s is not None:
            ttft = min(ttft, above.ttft_s)
        return ttft if below is None or below.ttft_s is None else max(ttft, below.ttft_s)

    def fits(self, sessions: int) -> bool:
        """Whether a replica may hold some sessions; then it may hold fewer."""
        if self.formula.replica.memory_bytes(sessions) > self.formula.usable:
            return False
        limit = self.formula.ttft_ms
        in_time = limit is None or self.ttft_s(sessions) * MILLISECONDS <= limit
        share = self.formula.share_ppm(self.step_s(sessions))
        return in_time and share <= self.formula.max_share_ppm

    def point(self, sessions: int) -> Point:
        """What a number of sessions costs."""
        step_s = self.step_s(sessions)
        return Point(
            sessions=sessions,
            memory_bytes=self.formula.replica.memory_bytes(sessions),
            share_ppm=self.formula.share_ppm(step_s),
            step_us=ceil(self.formula.longest_step_s(sessions, step_s) * MILLION),
        )

    def refusal(self) -> Refusal:
        """Why not even one session fits."""
        found = self.formula
        if found.replica.memory_bytes(1) > found.usable:
            return found.refusal()
        step_s, was = self.step_s(1), self.curve.points[0].source
        if found.share_ppm(step_s) > found.max_share_ppm:
            got, name = found.max_share_ppm / MILLION / step_s, f"one session, as {was} says,"
            return found.subject.too_slow(name, got, found.rate, "tokens/s")
        assert found.ttft_ms is not None
        what = f"the first token, as {was} says,"
        return found.subject.too_late("ttft", what, self.ttft_s(1), found.ttft_ms)


def curves_for(workload: AnyWorkload, inputs: Inputs) -> Mapping[Way, Curve]:
    """What was measured of a workload, by card, precision and number of cards."""
    if not isinstance(workload, InferenceWorkload):
        return {}
    rows, catalog = inputs.catalog.benchmarks, inputs.catalog
    if inputs.scenario.benchmarks.engine == "any":
        return curves_of(workload, rows, catalog.sources, None)
    found: dict[Way, Curve] = {}
    for engine in ("vllm", "llama.cpp"):
        curves = curves_of(workload, rows, catalog.sources, engine)
        found |= {way: c for way, c in curves.items() if _engine_of(way[1]) == engine}
    return found


def _engine_of(precision: str) -> str:
    return "llama.cpp" if precision.startswith("gguf-") else "vllm"


def served_as_measured(
    workload: InferenceWorkload, inputs: Inputs, found: Candidate
) -> Served | None:
    """A replica with what was measured of it, or None if nothing was."""
    way = (found.gpu.id, found.replica.precision, found.replica.cards)
    if not any(row.gpu == way[0] and row.serves for row in inputs.catalog.benchmarks):
        return None
    curve = curves_for(workload, inputs).get(way)
    return None if curve is None else Served(found, curve)


def with_rows(
    found: Iterable[Option | Refusal],
    workload: AnyWorkload,
    inputs: Inputs,
    gpus: Sequence[Gpu],
    quantum: Quantum,
    setting: Setting,
) -> Iterator[Option | Refusal]:
    """Results of the formulas, those of measured configurations with their measured speed."""
    curves = {} if quantum.classes else curves_for(workload, inputs)
    replaced: dict[Way, list[Option | Refusal]] = {}
    by_id = {gpu.id: gpu for gpu in gpus}
    for way, curve in curves.items():
        if isinstance(workload, InferenceWorkload) and way[0] in by_id:
            served = _served(workload, inputs, by_id[way[0]], way, curve, setting)
            if served is not None:
                replaced[way] = list(_options(workload, served, quantum))
    for result in found:
        if (result.gpu, result.precision, result.gpus) not in replaced:
            yield result
    for results in replaced.values():
        yield from results


def _served(
    workload: InferenceWorkload,
    inputs: Inputs,
    gpu: Gpu,
    way: Way,
    curve: Curve,
    setting: Setting,
) -> Served | None:
    """The replica of a measured configuration, or None where it cannot be formed."""
    precision = next((p for p in workload.precision if p == way[1]), None)
    if precision is None:
        return None
    found = _candidate(workload, inputs, gpu, precision, way[2], setting)
    return None if found is None else Served(found, curve)


def _candidate(
    workload: InferenceWorkload,
    inputs: Inputs,
    gpu: Gpu,
    precision: Precision,
    cards: int,
    setting: Setting,
) -> Candidate | None:
    model = inputs.model(workload)
    kernels = runnable(workload, model, gpu, precision, setting)
    if isinstance(kernels, Refusal) or cards not in GROUPS:
        return None
    replica = replica_of(workload, model, precision, cards, setting.engines)
    found = candidate(workload, gpu, replica, kernels, setting)
    return None if isinstance(found, Refusal) else found


def _options(
    workload: InferenceWorkload, served: Served, quantum: Quantum
) -> Iterator[Option | Refusal]:
    """The same levels as those of the formula."""
    most = largest(served.fits, max(1, *quantum.demand))
    if most == 0:
        yield served.refusal()
        return
    part = served.formula.replica.cards == 1 and workload.isolation == "shared"
    points = [served.point(level) for level in (session_levels(most) if part else (most,))]
    full_mw = served.formula.full_power_mw()
    powers = even_power([(p.sessions, full_mw * p.share_ppm / MILLION) for p in points])
    for point, power in zip(points, powers, strict=True):
        yield _option(workload, served, point, power, part=part)


def _option(
    workload: InferenceWorkload, served: Served, point: Point, power_mw: int, *, part: bool
) -> Option:
    found, engine = served.formula, served.formula.replica.engine
    measured, speed = served.measured(point.sessions), speed_of(found.replica)
    modelled = f"{engine.ENGINE} {engine.version}, first constants"
    return Option(
        workload=workload.name,
        gpu=found.gpu.id,
        precision=found.replica.precision,
        gpus=found.replica.cards,
        part=part,
        link=found.machine.link.name,
        level=point.sessions,
        capacity=point.sessions,
        memory_bytes=point.memory_bytes,
        share_ppm=point.share_ppm,
        step_us=point.step_us,
        period_us=int(MILLION / found.rate),
        power_mw=power_mw,
        ecc=workload.requires.ecc,
        speed=(1.0, 1.0) if measured else (speed.low, speed.high),
        label=Label.MEASURED if measured else Label.MODELLED,
        source=measured.source if measured else modelled,
    )
