"""Which card is cheaper for each workload, found by solving."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.scenario.inputs import Inputs
from planner.scenario.workloads import AnyWorkload
from planner.studies.choices import Bill, State, bill_of, settled
from planner.versus.conditions import Condition, alone, conditions

BOTH = "both"
TOGETHER = "all of them"
SMALLEST_SAVING = 0.01
"""Share of the cost from which on a mixed fleet is worth telling."""


@dataclass(frozen=True, slots=True)
class Winner:
    """The cheaper card for a workload.

    Attributes:
        workload: its name.
        winner: id of the card, `tie`, `none` (neither can), or `unknown`.
        reason: why it is unknown; else empty.
        costs: what each costs alone, in the order of the question.
        both: what the cheapest fleet of both costs.
        conditions: what would change the winner.
    """

    workload: str
    winner: str
    reason: str
    costs: tuple[Bill, ...]
    both: Bill
    conditions: tuple[Condition, ...]

    @property
    def is_contested(self) -> bool:
        """Whether each card alone can do it."""
        return all(c.state is State.CAN for c in self.costs)

    @property
    def mixed_is_cheaper(self) -> bool:
        """Whether a fleet of both kinds is proven to cost clearly less than either alone can."""
        if self.both.cents is None or any(
            c.state in (State.UNKNOWN, State.NOT_SIZED) for c in self.costs
        ):
            return False
        bounds = [c.bound for c in self.costs if c.bound is not None]
        return all(self.both.cents < b - SMALLEST_SAVING * abs(b) for b in bounds)


def winners(inputs: Inputs, gpus: tuple[str, str]) -> Iterator[Winner]:
    """The winner of every workload of a scenario, each planned alone."""
    for workload in inputs.scenario.workloads:
        yield _winner(alone(inputs, workload), workload, gpus)


def together(inputs: Inputs, gpus: tuple[str, str], name: str = TOGETHER) -> Winner:
    """The winner of all workloads of a scenario planned as one fleet."""
    costs, verdict = settled(inputs, gpus)
    both = bill_of(BOTH, gpus, inputs)
    return Winner(name, verdict.winner, verdict.reason, costs, both, ())


def _winner(inputs: Inputs, workload: AnyWorkload, gpus: tuple[str, str]) -> Winner:
    costs, verdict = settled(inputs, gpus)
    both = bill_of(BOTH, gpus, inputs)
    changing = tuple(conditions(inputs, workload, gpus, verdict.winner, costs))
    return Winner(workload.name, verdict.winner, verdict.reason, costs, both, changing)
