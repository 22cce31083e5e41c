"""Who wins with less and with more to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.scenario.demand import need_of
from planner.scenario.inputs import Inputs
from planner.scenario.workloads import AnyWorkload
from planner.studies.choices import NOBODY_KNOWS, settled
from planner.versus.conditions import alone
from planner.versus.demand import scaled_demand

FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Factors on the demand that are looked at."""


@dataclass(frozen=True, slots=True)
class Load:
    """A demand and its winner.

    Attributes:
        factor: on the demand of the scenario.
        peak: largest demand then.
        unit: unit of the demand.
        winner: id of the card, `tie`, `none` or `unknown`.
    """

    factor: float
    peak: float
    unit: str
    winner: str


def loads(
    inputs: Inputs, workload: AnyWorkload, gpus: tuple[str, str], winner: str
) -> Iterator[Load]:
    """The winner of a workload at every factor; nothing where that of today is not known.

    Args:
        inputs: the scenario.
        workload: one of its workloads.
        gpus: ids of the cards.
        winner: who wins at the demand of the scenario.
    """
    for factor in FACTORS if winner != NOBODY_KNOWS else ():
        scaled = alone(inputs, scaled_demand(workload, factor))
        need = need_of(scaled.scenario.workloads[0], scaled.scenario)
        then = winner if factor == 1 else settled(scaled, gpus)[1].winner
        yield Load(factor, float(need.peak), need.unit, then)
