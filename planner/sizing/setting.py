"""What the sizing of all workloads of a scenario shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import floor

from planner.catalog.items import Gpu, exact
from planner.scenario.inputs import Inputs
from planner.scenario.schema import Scenario
from planner.sizing.engines import Engines, Range
from planner.sizing.links import slowest_slot
from planner.units import MIB

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Setting:
    """Constants and limits that hold for every workload.

    Attributes:
        scenario: the scenario.
        engines: constants of the engines.
        slot: PCI Express generation of the slowest host that may be in use, or None; a fleet of
            faster hosts alone is sized apart (``planner.studies.slots``).
        max_share_ppm: share of a card's time that may be promised, millionths.
        pace: speed of a workload relative to the middle of its range; 1 where absent.
    """

    scenario: Scenario
    engines: Engines
    slot: int | None
    max_share_ppm: int
    pace: Mapping[str, float]

    @classmethod
    def of(cls, inputs: Inputs, pace: Mapping[str, float] | None = None) -> Setting:
        """The setting of a scenario.

        Raises:
            InputError: if a constant of an engine is missing from the catalogue.
        """
        engines = Engines.of(inputs.catalog)
        share = floor(exact(engines.sharing.max_time_share) * MILLION)
        slot = slowest_slot(inputs.usable_hosts().values())
        return cls(inputs.scenario, engines, slot, share, pace or {})

    def at_pace(self, workload: str, pace: float) -> Setting:
        """The same with one workload at a speed relative to the middle of its range."""
        return replace(self, pace={**self.pace, workload: pace})

    def slowdown(self, workload: str, speed: Range) -> float:
        """Factor on a time: 1 / pace, or 1 / low where the scenario plans with the low end."""
        if workload in self.pace:
            return 1.0 / self.pace[workload]
        return 1.0 / speed.low if self.scenario.robust == "low" else 1.0

    def usable_bytes(self, gpu: Gpu, *, ecc: bool) -> int:
        """Memory that replicas may use on a card, rounded down.

        What CUDA offers of the reported memory x utilisation, and with error correction on x
        what that leaves.
        """
        share = gpu.cuda_memory_fraction * exact(self.engines.sharing.memory_utilisation)
        if ecc:
            share *= gpu.ecc_capacity_factor
        return floor(gpu.memory_mib * MIB * share)
