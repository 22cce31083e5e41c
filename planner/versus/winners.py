"""Which card is cheaper for each workload, found by solving."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.scenario.inputs import Inputs
from planner.scenario.workloads import AnyWorkload
from planner.studies.choices import Bill, State
from planner.versus.conditions import Condition, alone, conditions
from planner.versus.loads import Load, loads
from planner.versus.settling import settled_with_both

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
        loads: who wins with less and more to do; empty where the winner is not known.
    """

    workload: str
    winner: str
    reason: str
    costs: tuple[Bill, ...]
    both: Bill
    conditions: tuple[Condition, ...]
    loads: tuple[Load, ...]

    @property
    def is_contested(self) -> bool:
        """Whether each card alone can do it."""
        return all(c.state is State.CAN for c in self.costs)

    @property
    def rests_on_quote(self) -> bool:
        """Whether the other card wins at a price within the range in which it lies."""
        return any(c.within for c in self.conditions)

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
    found = settled_with_both(inputs, gpus)
    return Winner(name, found.winner, found.reason, found.costs, found.both, (), ())


def _winner(inputs: Inputs, workload: AnyWorkload, gpus: tuple[str, str]) -> Winner:
    found = settled_with_both(inputs, gpus)
    return Winner(
        workload=workload.name,
        winner=found.winner,
        reason=found.reason,
        costs=found.costs,
        both=found.both,
        conditions=tuple(conditions(inputs, workload, gpus, found.winner, found.costs)),
        loads=tuple(loads(inputs, workload, gpus, found.winner)),
    )
