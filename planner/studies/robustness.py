"""Does the first purchase survive what is not known for sure?

For each of the least certain inputs, at both ends of its range, two short searches: what the
best fleet would cost then, and what it would cost with the first purchase already made. The
difference is the regret of having bought before knowing. More may always be bought.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.formulation.setup import Setup, set_up, with_first_purchase
from planner.plan.schema import Plan, Sensitivity
from planner.scenario.inputs import Inputs
from planner.sizing.option import Sizing
from planner.sizing.sizing import size
from planner.solve.backend import Backend, Stop
from planner.solve.engine import explore
from planner.solve.packing import Packing
from planner.solve.settings import Listener, Outcome, Settings
from planner.studies.uncertain import Changed, Uncertain, moved, uncertain_inputs

MOST = 3
_SECONDS = 90.0
"""For the whole study, whose work is limited without a clock and should take ten or so."""

Purchase = Mapping[tuple[str, str], int]
Packings = Sequence[Sequence[Packing]]


@dataclass(frozen=True, slots=True)
class Known:
    """What is left from the search that found the plan.

    Attributes:
        inputs: its scenario and catalogue.
        sizing: its deployment options.
        packings: ways to serve each node that it met.
    """

    inputs: Inputs
    sizing: Sizing
    packings: Packings


def robustness(
    plan: Plan, known: Known, backend: Backend, gap: float, stop: Stop
) -> list[Sensitivity]:
    """The least certain inputs of a plan and the regret of its first purchase.

    Args:
        plan: the plan.
        known: what its search left.
        backend: solver.
        gap: regret as a share of the gross spend up to which the purchase survives.
        stop: ends the study early; what was not looked at is left out, also where time ran out.
    """
    study = _Study(plan, known, backend, gap, stop)
    most = uncertain_inputs(plan, known.inputs, known.sizing)[:MOST]
    return [found for u in most if (found := study.of(u)) is not None]


class _Study:
    def __init__(self, plan: Plan, known: Known, backend: Backend, gap: float, stop: Stop) -> None:
        self._plan, self._known, self._backend = plan, known, backend
        self._gap, self._stop = gap, stop
        self._first = _first_purchase(plan)
        self._ends = time.monotonic() + _SECONDS

    @property
    def _left(self) -> float:
        return self._ends - time.monotonic()

    def of(self, uncertain: Uncertain) -> Sensitivity | None:
        """Regret at both ends of one input's range; None if the study was stopped."""
        low, high = (self._regret(uncertain, f) for f in (uncertain.low, uncertain.high))
        if self._stop.requested or self._left <= 0:
            return None
        regrets = [r for r in (low, high) if r is not None]
        limit = self._gap * self._plan.objective.gross
        return Sensitivity(
            id=uncertain.id,
            text=uncertain.text,
            value=uncertain.value,
            low=round(uncertain.low, 6),
            high=round(uncertain.high, 6),
            range=uncertain.range,
            source=uncertain.source,
            exposure=uncertain.exposure,
            regret_low=low,
            regret_high=high,
            survives=len(regrets) == 2 and max(regrets) <= limit,
        )

    def _regret(self, uncertain: Uncertain, factor: float) -> int | None:
        """Cents that keeping the first purchase costs more; None if it leads to no plan."""
        changed = moved(self._known.inputs, uncertain, factor)
        setup = self._setup(changed)
        known = self._known.packings
        if changed.pace or len(known) != len(setup.problem.tree.nodes):
            known = ()
        settled = with_first_purchase(setup, self._first)
        kept = self._explore(settled, known, greedy=not known)
        free = self._explore(setup, kept.packings, greedy=not known)
        if free.solution is None or kept.solution is None:
            return None
        return max(0, round(_cost(kept) - _cost(free)))

    def _setup(self, changed: Changed) -> Setup:
        sizing = size(changed.inputs, changed.pace) if changed.pace else self._known.sizing
        return set_up(changed.inputs, sizing)

    def _explore(self, setup: Setup, packings: Packings, *, greedy: bool) -> Outcome:
        settings = Settings(gap=self._gap, seconds=max(0.1, self._left))
        listener = Listener(stop=self._stop)
        return explore(setup, self._backend, settings, listener, packings, greedy=greedy)


def _cost(outcome: Outcome) -> float:
    assert outcome.cost is not None
    return outcome.cost


def _first_purchase(plan: Plan) -> Purchase:
    """What is bought in the first month, by (site, item)."""
    start = plan.inputs.scenario["start"]
    bought: Counter[tuple[str, str]] = Counter()
    for unit in plan.acquisitions:
        if unit.mode == "purchase" and unit.node == start:
            bought[unit.site, unit.item] += unit.count
    return dict(bought)
