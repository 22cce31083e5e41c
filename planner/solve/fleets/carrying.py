"""How the loads of a node are carried in whole replicas: demand, what may be lost, and pools."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from planner.formulation.expression import Expression, Variable, total
from planner.formulation.problem import PoolKind, Problem, pool_of
from planner.formulation.rule import Row, Rule
from planner.sizing.option import Option
from planner.solve.fleets.state import GROUP_SIZES, State

_RULE = Rule("carry", "The loads of a node are carried.", "", "", "serving")

Carriers = Mapping[str, Sequence[tuple[Option, Expression]]]
"""By workload: options, and how many replicas of each there are."""


class Carrying:
    """Rows and variables that say that every load is carried.

    Args:
        problem: sets and parameters.
        loads: loads of the node.
    """

    def __init__(self, problem: Problem, loads: Mapping[str, int]) -> None:
        self._problem, self._loads = problem, loads
        self.variables: list[Variable] = []
        self.rows: list[Row] = []

    def carry(self, carriers: Carriers, turns: Mapping[str, Sequence[Expression]]) -> None:
        """Replicas and turns carry every load, also after a loss that is to be survived."""
        for workload, load in self._loads.items():
            replicas = carriers.get(workload, ())
            parts = [min(o.capacity, load) * count for o, count in replicas]
            survival = self._problem.survival.get(workload)
            if survival is None:
                self._row(total([*parts, *turns.get(workload, ())]), load)
            else:
                self._survive(replicas, load, survival.count)

    def _survive(self, replicas: Sequence[tuple[Option, Expression]], load: int, lost: int) -> None:
        """For the capacity of one of the options, what is left after a loss of so much each."""
        picked: list[Variable] = []
        for level in sorted({o.capacity for o, _ in replicas}):
            chosen = Variable("threshold", (replicas[0][0].workload, str(level)), 1)
            self.variables.append(chosen)
            picked.append(chosen)
            carried = total(min(o.capacity, level) * count for o, count in replicas)
            self._row(carried - (load + lost * level) * chosen, 0)
        self._row(total(picked), 1)

    def _row(self, expression: Expression, at_least: int) -> None:
        self.rows.append(Row(_RULE, (str(len(self.rows)),), expression, at_least))


class Pools:
    """Groups of pools on the cards of a state, and the turns that jobs take on them.

    Args:
        problem: sets and parameters.
        loads: loads of the node.
        state: cards and places.
    """

    def __init__(self, problem: Problem, loads: Mapping[str, int], state: State) -> None:
        self.groups: dict[tuple[str, PoolKind], Variable] = {}
        self.turns: dict[tuple[str, Option], Variable] = {}
        self.rows: list[Row] = []
        most = problem.turns_most
        for site in (s.name for s in problem.sites):
            for option in problem.pooled_options:
                there = int(state.get((site, option.gpu, 1), 0)) // option.gpus
                if option.workload in loads and problem.runs(site, option) and there:
                    key = (site, option.name)
                    self.turns[site, option] = Variable(
                        "turns", key, most[option.workload], integer=False
                    )
                    pool = pool_of(option)
                    ever = min(there, sum(most[w] for w in most if w in loads))
                    if (site, pool) not in self.groups:
                        self.groups[site, pool] = Variable("pools", (site, pool.name), ever)
        self._limit(most)

    @property
    def variables(self) -> Iterator[Variable]:
        """All variables."""
        yield from self.groups.values()
        yield from self.turns.values()

    def carried(self) -> dict[str, list[Expression]]:
        """What the turns carry, by workload."""
        found: dict[str, list[Expression]] = defaultdict(list)
        for (_, option), turns in self.turns.items():
            found[option.workload].append(option.capacity * turns)
        return found

    def cards(self, site: str, gpu: str) -> Iterator[Expression]:
        """Cards of a kind that the groups take."""
        for (at, pool), groups in self.groups.items():
            if (at, pool.gpu) == (site, gpu):
                yield pool.gpus * groups

    def places(self, site: str, gpu: str, size: int) -> Iterator[Expression]:
        """Places of a size that the groups take."""
        assert size in GROUP_SIZES
        for (at, pool), groups in self.groups.items():
            if (at, pool.gpu) == (site, gpu) and pool.gpus >= size:
                yield pool.gpus // size * groups

    def counts(
        self, value: Callable[[Variable], float]
    ) -> tuple[dict[tuple[str, PoolKind], int], dict[tuple[str, Option], float]]:
        """Groups and turns of a solution."""
        groups = {key: n for key, v in self.groups.items() if (n := round(value(v)))}
        turns = {key: part for key, v in self.turns.items() if (part := value(v)) > 0}
        return groups, turns

    def _limit(self, most: Mapping[str, int]) -> None:
        hours: dict[tuple[str, PoolKind], list[Variable]] = defaultdict(list)
        jobs: dict[str, list[Variable]] = defaultdict(list)
        for (site, option), turns in self.turns.items():
            hours[site, pool_of(option)].append(turns)
            jobs[option.workload].append(turns)
        for key, taken in hours.items():
            row = total(taken) - self.groups[key]
            self.rows.append(Row(_RULE, key[:1], row, at_most=0))
        for workload, taken in jobs.items():
            self.rows.append(Row(_RULE, (workload,), total(taken), at_most=most[workload]))
