"""Re-buy: the roadmap step by step, each step as if nothing was known of what comes after it.

A step is what lies between two changes of demand. Its problem is the roadmap cut off where it
ends: loads before it are served already, what was ordered and sold before it is settled, and
what is held at its end counts at its resale value there. All limits stay what they are, and so
does every unit, so that the steps join to one solution of the whole problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

from planner.formulation.problem import Problem, Vintage
from planner.formulation.setup import Setup
from planner.formulation.tree import Node
from planner.scenario.inputs import Inputs
from planner.solve.settings import Outcome
from planner.solve.solution import Solution
from planner.units import Month

Search = Callable[[Setup, str, int], Outcome]
"""Solves the problem of a step: its setup, its first month, and how many steps are left."""
Key = TypeVar("Key", bound=tuple[object, ...])
Value = TypeVar("Value")
Held = Mapping[tuple[Vintage, int], int]


@dataclass(frozen=True, slots=True)
class Walk:
    """What came of all steps.

    Attributes:
        outcomes: of each step that was taken; the last one may have no solution.
        last: the problem of the last step that was taken.
        month: its first month.
        solution: all steps together, of the whole problem; None where a step has none.
    """

    outcomes: tuple[Outcome, ...]
    last: Setup
    month: str
    solution: Solution | None


def step_by_step(setup: Setup, inputs: Inputs, search: Search) -> Walk:
    """Take one step after the other.

    Args:
        setup: the whole problem; its roadmap is a path.
        inputs: its scenario.
        search: solves the problem of a step.
    """
    worth = _Worth(setup.problem, inputs)
    held: dict[tuple[Vintage, int], int] = {}
    parts: list[tuple[range, Solution]] = []
    outcomes: list[Outcome] = []
    every = list(steps(setup.problem))
    for number, nodes in enumerate(every):
        step = _Step(setup.problem, nodes, held, worth)
        small = replace(setup, problem=step.problem)
        month = setup.problem.tree.nodes[nodes[0]].label
        outcome = search(small, month, len(every) - number)
        outcomes.append(outcome)
        if outcome.solution is None:
            return Walk(tuple(outcomes), small, month, None)
        parts.append((nodes, outcome.solution))
        held.update(step.ownership(outcome.solution))
    solution = _joined(setup.problem, parts, held)
    return Walk(tuple(outcomes), small, month, solution)


def first_step(setup: Setup, inputs: Inputs, search: Search) -> Outcome:
    """The first step alone, for a comparison of several problems; as in `step_by_step`."""
    every = list(steps(setup.problem))
    step = _Step(setup.problem, every[0], {}, _Worth(setup.problem, inputs))
    month = setup.problem.tree.nodes[0].label
    return search(replace(setup, problem=step.problem), month, len(every) + 1)


def steps(problem: Problem) -> Iterator[range]:
    """Indexes of the nodes of each step; a new one begins where what is asked for changes."""
    first, before = 0, _asked(problem, problem.tree.nodes[0])
    for node in problem.tree.nodes[1:]:
        now = _asked(problem, node)
        if now != before:
            yield range(first, node.index)
            first, before = node.index, now
    yield range(first, len(problem.tree.nodes))


def _asked(problem: Problem, node: Node) -> object:
    """Demand and load of all workloads at a node."""
    whole = [
        (problem.demand[w, node.index], problem.load[w, node.index]) for w in problem.workloads
    ]
    classes = {(w, k): d for (w, k, n), d in problem.class_demand.items() if n == node.index}
    return whole, classes


class _Worth:
    """What a unit would bring in a month, sold or kept."""

    def __init__(self, problem: Problem, inputs: Inputs) -> None:
        self._nodes, self._scenario = problem.tree.nodes, inputs.scenario
        self._prices = inputs.prices()
        self._start = Month.parse(inputs.scenario.start)

    def at(self, vintage: Vintage, month: int) -> int:
        """Cents for one unit; 0 where neither a sale nor the horizon counts."""
        if not (self._scenario.resale or self._scenario.horizon_value):
            return 0
        if vintage.mode == "existing":
            lot = self._scenario.existing[int(vintage.label.removeprefix("lot")) - 1]
            return self._prices.existing_value(lot, self._start + month)
        if vintage.mode == "purchase":
            assert vintage.node is not None
            age = month - self._nodes[vintage.node].month
            return self._prices.value(vintage.item, vintage.buy, age)
        return 0


class _Step:
    """The problem of one step, and whose units are which there."""

    def __init__(self, whole: Problem, nodes: range, held: Held, worth: _Worth) -> None:
        self._whole, self._nodes, self._held, self._worth = whole, nodes, held, worth
        last = whole.tree.nodes[nodes[-1]]
        self._end = last.month + last.length
        self._origin = {
            self._cut(v): v for v in whole.vintages if v.node is None or v.node <= nodes[-1]
        }
        self.problem = replace(
            whole,
            tree=replace(
                whole.tree,
                nodes=whole.tree.nodes[: nodes[-1] + 1],
                discounts=whole.tree.discounts[: self._end + 1],
            ),
            demand=self._asked_now(whole.demand, 0),
            load=self._asked_now(whole.load, Fraction(0)),
            class_demand=self._asked_now(whole.class_demand, Fraction(0)),
            vintages=tuple(v for v in self._origin if not _is_gone(v)),
        )

    def ownership(self, solution: Solution) -> Iterator[tuple[tuple[Vintage, int], int]]:
        """Units that are held at the nodes of the step, by vintage of the whole problem."""
        for (vintage, node), count in solution.owned.items():
            if node in self._nodes:
                yield (self._origin[vintage], node), count

    def _cut(self, vintage: Vintage) -> Vintage:
        """A vintage up to the end of the step, with what is settled of it."""
        first = vintage.node or 0
        settled = {n: self._held.get((vintage, n), 0) for n in range(first, self._nodes[0])}
        closing = vintage.closing
        if self._nodes[-1] + 1 < len(self._whole.tree.nodes):
            value = self._worth.at(vintage, self._end)
            closing = {self._nodes[-1]: value} if value else {}
        return replace(
            vintage,
            sell={n: cents for n, cents in vintage.sell.items() if n <= self._nodes[-1]},
            credit={n: cents for n, cents in vintage.credit.items() if n <= self._nodes[-1]},
            closing=closing,
            least=self._held.get((vintage, self._nodes[0] - 1), 0),
            settled=settled,
        )

    def _asked_now(self, asked: Mapping[Key, Value], nothing: Value) -> dict[Key, Value]:
        """What is asked for at the nodes of the step; nothing before."""
        kept = range(self._nodes[-1] + 1)
        return {
            key: amount if key[-1] in self._nodes else nothing
            for key, amount in asked.items()
            if key[-1] in kept
        }


def _is_gone(vintage: Vintage) -> bool:
    """Whether nothing of a vintage was ever ordered."""
    return vintage.node is not None and vintage.settled.get(vintage.node) == 0


def _joined(problem: Problem, parts: Sequence[tuple[range, Solution]], held: Held) -> Solution:
    """The solutions of all steps as one of the whole problem."""

    def of_all(pick: Callable[[Solution], Mapping[Key, Value]]) -> dict[Key, Value]:
        found = ((nodes, pick(solution)) for nodes, solution in parts)
        return {k: v for nodes, mine in found for k, v in mine.items() if k[-1] in nodes}

    patterns, hosts = of_all(lambda s: s.patterns), of_all(lambda s: s.hosts)
    return Solution(
        problem=problem.restricted(
            tuple(dict.fromkeys(p for _, p, _ in patterns)),
            tuple(dict.fromkeys(b for _, b, _ in hosts)),
        ),
        replicas=of_all(lambda s: s.replicas),
        patterns=patterns,
        hosts=hosts,
        owned={key: count for key, count in held.items() if count},
        cuts=of_all(lambda s: s.cuts),
        pools=of_all(lambda s: s.pools),
        turns=of_all(lambda s: s.turns),
        routed=of_all(lambda s: s.routed),
        racked=of_all(lambda s: s.racked),
        machines=tuple(m for nodes, s in parts for m in s.machines if m.node in nodes),
    )
