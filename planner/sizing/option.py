"""What sizing yields: deployment options, and refusals with their reasons in numbers.

Quantities are integers, rounded to the safe side once, here: bytes, shares and steps up,
capacities down. The formulation and the audit work on the same integers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from planner.scenario.assumptions import Assumption

Layout: TypeAlias = "tuple[tuple[str, int], ...]"
"""A way to cut a card: (profile, number), sorted by profile."""


class Label(StrEnum):
    """How a performance figure is known."""

    MEASURED = "measured"
    CALIBRATED = "calibrated"
    MODELLED = "modelled"


@dataclass(frozen=True, slots=True, eq=False)
class Option:
    """One way to run one replica of a workload; two options are the same if they are one object.

    Attributes:
        workload: name of the workload.
        gpu: card.
        precision: precision of the weights.
        gpus: cards of one replica (1, 2, 4 or 8), all in one host.
        part: whether the replica may share its card; then ``gpus`` is 1.
        link: what joins the cards: ``none``, ``pcie``, ``nvlink`` or ``nvswitch``.
        level: concurrency level: sessions, the share of the card's time in percent, or the number
            of needs that are stated directly.
        capacity: load that the replica carries, in quanta of the workload (rounded down).
        memory_bytes: memory on each card (rounded up).
        share_ppm: share of the card's time at full load, millionths (rounded up).
        step_us: longest time for which it keeps the card busy without a pause, microseconds.
        period_us: for latency-bound work, the time within which its step must have come and gone.
        power_mw: mean power above idle at full load, all its cards together, milliwatts.
        ecc: whether it needs error correction.
        speed: relative range of its speed (low, high) around the middle, for example (0.7, 1.3).
        label: how its speed is known.
        source: where the speed comes from.
        slice: MIG profile in which the replica runs alone, for example ``1g.24gb``; ``part`` is
            False and ``gpus`` is 1 then.
        pooled: whether the work runs on a group of whole cards in turn with other jobs; then
            ``capacity`` is what a group carries that works for it through the whole month.
        rates: for demand by request classes: requests per second of each class, in the order of
            the classes, if the replica gets that class only; 0 where it cannot. ``capacity`` is
            1 then and counts replicas.
    """

    workload: str
    gpu: str
    precision: str
    gpus: int
    part: bool
    link: str
    level: int
    capacity: int
    memory_bytes: int
    share_ppm: int
    step_us: int
    period_us: int | None
    power_mw: int
    ecc: bool
    speed: tuple[float, float]
    label: Label
    source: str
    slice: str | None = None
    pooled: bool = False
    rates: tuple[Fraction, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether a replica takes whole cards for itself."""
        return not self.part and not self.pooled and self.slice is None

    @property
    def watts_per_quantum(self) -> Fraction:
        """Power above idle for each quantum that is served."""
        return Fraction(self.power_mw, 1000 * self.capacity)

    @property
    def name(self) -> str:
        """Short unique name, for example ``chat@rtx-a6000/awq-int4/x1/s20``."""
        kind = "s" if self.part else "p" if self.pooled else "w"
        cut = f"{self.slice}/" if self.slice else ""
        link = "nvlink/" if self.link == "nvlink" else ""
        group = f"{self.precision}/x{self.gpus}/{link}{cut}"
        return f"{self.workload}@{self.gpu}/{group}{kind}{self.level}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a card cannot run a workload in some way, in numbers.

    Attributes:
        workload: name of the workload.
        gpu: card.
        precision: precision, or None where the reason holds for all.
        gpus: cards in the group, or None where the reason holds for all.
        rule: short stable name of the reason, for example ``memory``.
        text: the reason with its numbers.
        shortfall: how far it is from fitting (1.0 = just not), to find the nearest miss.
        slice: MIG profile, where the reason holds for an instance only; the text names it.
    """

    workload: str
    gpu: str
    precision: str | None
    gpus: int | None
    rule: str
    text: str
    shortfall: float = float("inf")
    slice: str | None = None


@dataclass(frozen=True, slots=True)
class ClassLoad:
    """Requests of one shape.

    Attributes:
        name: for people, for example ``900 in, 200 out``.
        input_tokens: tokens of the prompt.
        output_tokens: tokens of the answer.
        demand: requests per second with headroom in each month.
    """

    name: str
    input_tokens: int
    output_tokens: int
    demand: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Quantum:
    """The unit in which a workload's load is counted as an integer.

    Attributes:
        unit: unit of the load for people, for example ``sessions``.
        size: load of one quantum in that unit.
        demand: load with headroom in each month, quanta (rounded up).
        load: mean load for the energy bill in each month, quanta.
        classes: for demand by request classes: each class, in the order in which the scenario
            names them first. The load of such a workload is routed in fractions; ``demand`` is 1
            where any class has load, and ``load`` is the mean load as a share of the demand.
    """

    unit: str
    size: Fraction
    demand: tuple[int, ...]
    load: tuple[Fraction, ...]
    classes: tuple[ClassLoad, ...] = ()


@dataclass(frozen=True, slots=True)
class Sizing:
    """All deployment options of a scenario.

    Attributes:
        options: every option that fits, sorted by name.
        refusals: what does not fit, with its reason.
        quanta: unit and load of each workload.
        usable_bytes: memory of a card that replicas may use, by (gpu, with error correction).
        max_share_ppm: share of a card's time that may be promised, millionths.
        assumptions: defaults that were used.
        layouts: legal ways to cut a card, by card: profiles with their number; only maximal ones,
            and only where some workload asks for a MIG instance.
    """

    options: tuple[Option, ...]
    refusals: tuple[Refusal, ...]
    quanta: Mapping[str, Quantum]
    usable_bytes: Mapping[tuple[str, bool], int]
    max_share_ppm: int
    assumptions: tuple[Assumption, ...] = field(default=())
    layouts: Mapping[str, tuple[Layout, ...]] = field(default_factory=dict)
