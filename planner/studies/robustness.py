"""Does the first purchase survive what is not known for sure?

For each of the least certain inputs, at both ends of its range, two short searches: what the
best fleet would cost then, and what it would cost with the first purchase already made. The
difference is the regret of having bought before knowing. More may always be bought.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from planner.formulation.setup import Setup, set_up, with_first_purchase
from planner.plan.schema import Plan, Sensitivity
from planner.scenario.inputs import Inputs
from planner.sizing.option import Sizing
from planner.sizing.sizing import size
from planner.solve.backend import Backend, Stop
from planner.solve.engine import explore, solve
from planner.solve.packing import Packing
from planner.solve.settings import Listener, Outcome, Settings
from planner.studies.uncertain import Uncertain, moved, uncertain_inputs

MOST = 3
_SECONDS = 90.0
"""For the whole study, whose work is limited without a clock and should take ten or so."""

_SECONDS_FOR_A_PLAN = 5.0
"""For a search at one end of a range where a short one found no plan."""
_NO_PLAN = float("inf")

Purchase = Mapping[tuple[str, str], int]
Packings = Sequence[Sequence[Packing]]


@dataclass(frozen=True, slots=True)
class Known:
    """What is left from a search.

    Attributes:
        inputs: its scenario and catalogue.
        sizing: its deployment options.
        packings: ways to serve each node that it met.
    """

    inputs: Inputs
    sizing: Sizing
    packings: Packings


def robustness(
    plan: Plan, known: Sequence[Known], backend: Backend, gap: float, stop: Stop
) -> list[Sensitivity]:
    """The least certain inputs of a plan and the regret of its first purchase.

    Args:
        plan: the plan.
        known: what the search that found it left, and then those for other hosts, if any.
        backend: solver.
        gap: regret as a share of the gross spend up to which the purchase survives.
        stop: ends the study early; what was not looked at is left out, also where time ran out.
    """
    study = _Study(plan, known, backend, gap, stop)
    most = uncertain_inputs(plan, known[0].inputs, known[0].sizing)[:MOST]
    return [found for u in most if (found := study.of(u)) is not None]


class _Study:
    def __init__(
        self, plan: Plan, known: Sequence[Known], backend: Backend, gap: float, stop: Stop
    ) -> None:
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
        costs = [self._costs(known, uncertain, factor) for known in self._known]
        kept, free = (min(of_all) for of_all in zip(*costs, strict=True))
        return None if max(kept, free) == _NO_PLAN else max(0, round(kept - free))

    def _costs(self, known: Known, uncertain: Uncertain, factor: float) -> tuple[float, float]:
        """Cost of the best fleet with the first purchase already made, and of the best of all."""
        changed = moved(known.inputs, uncertain, factor)
        sizing = size(changed.inputs, changed.pace) if changed.pace else known.sizing
        setup = set_up(changed.inputs, sizing)
        packings = known.packings
        if changed.pace or len(packings) != len(setup.problem.tree.nodes):
            packings = ()
        greedy, kept = not packings, _NO_PLAN
        if self._is_usable(known.inputs):
            settled = with_first_purchase(setup, self._first)
            outcome = self._explore(settled, packings, greedy=greedy)
            kept, packings = _cost(outcome), outcome.packings
        free = _cost(self._explore(setup, packings, greedy=greedy))
        return kept, min(kept, free)

    def _is_usable(self, inputs: Inputs) -> bool:
        """Whether all hosts of the first purchase may be in use."""
        slow = inputs.hosts().keys() - inputs.usable_hosts().keys()
        return not any(item in slow for _, item in self._first)

    def _explore(self, setup: Setup, packings: Packings, *, greedy: bool) -> Outcome:
        """A short search; a longer one where it ends without a plan, which proves nothing."""
        listener = Listener(stop=self._stop)
        settings = Settings(gap=self._gap, seconds=max(0.1, self._left))
        found = explore(setup, self._backend, settings, listener, packings, greedy=greedy)
        if found.solution is not None or found.infeasible:
            return found
        seconds = max(0.1, min(_SECONDS_FOR_A_PLAN, self._left))
        return solve(setup, self._backend, replace(settings, seconds=seconds), listener)


def _cost(outcome: Outcome) -> float:
    return _NO_PLAN if outcome.cost is None else outcome.cost


def _first_purchase(plan: Plan) -> Purchase:
    """What is bought in the first month, by (site, item)."""
    start = plan.inputs.scenario["start"]
    bought: Counter[tuple[str, str]] = Counter()
    for unit in plan.acquisitions:
        if unit.mode == "purchase" and unit.node == start:
            bought[unit.site, unit.item] += unit.count
    return dict(bought)
