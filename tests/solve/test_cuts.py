"""What the search over fleets learns is true of every fleet that serves, the cheapest above all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import pytest

from planner.formulation.expression import Expression
from planner.formulation.model import Model
from planner.formulation.setup import Setup
from planner.formulation.tree import Node
from planner.solve.backend import Answer, Backend, Feature, Program, Request, Status
from planner.solve.fleets.knowledge import Knowledge, Known
from planner.solve.fleets.search import FleetSearch
from planner.solve.fleets.state import Slot, slots_of
from planner.solve.mathopt import GSCIP
from planner.solve.settings import Listener, Method
from planner.solve.solution import Solution, solution_of
from planner.solve.watch import Watch
from tests.fixtures.counts import CASES
from tests.fixtures.dice import Seeded
from tests.formulation.by_hand import Kind, option, sizing_of
from tests.formulation.scenes import HALF, lab_inputs
from tests.solve.searches import by, model_of, packing_at, setup_of, state_at
from tests.solve.test_backends import fours_without_pairs, random_setup

SITE = "lab"
STEEP = (33, 39, 51, 53, 55)
"""Scenarios in which fractions serve where whole replicas cannot."""
NEAR = 1e-9
CENTS = 0.01


def knowledge_of(setup: Setup) -> list[Known]:
    """What a search learned, by index of the node."""
    search = FleetSearch(setup, GSCIP, Watch(by(Method.DECOMPOSITION, seconds=20.0), Listener()))
    search.seed()
    search.run()
    return search._knowledge.of


def served_at_all(setup: Setup) -> bool:
    """Whether every load has an option; the engine does not search otherwise."""
    loads = {w for (w, _), n in setup.problem.demand.items() if n}
    return loads <= {o.workload for o in setup.problem.options}


def solutions(model: Model, seed: int) -> Iterator[Solution]:
    """The cheapest plan, and plans that are cheapest at random prices."""
    dice = Seeded.of("prices", seed)
    priced = [v for v in model.variables if v.family in ("owned", "installed", "running", "served")]
    costs = [model.cost]
    costs += [Expression({v: dice.integer(1, 100) for v in priced}) for _ in range(3)]
    for cost in costs:
        answer = GSCIP.solve(Program(model.variables, model.rows, cost), Request(seconds=20.0))
        if answer.values is not None:
            yield solution_of(model.decisions, answer.values)


def reaches(state: Mapping[Slot, int], thresholds: Mapping[Slot, int]) -> bool:
    return any(state.get(slot, 0) >= least for slot, least in thresholds.items())


def assert_true(known: Known, state: Mapping[Slot, int], cents: float) -> Counter[str]:
    """Nothing that is known is refuted by a state that serves a node for so many cents."""
    for cut in known.linear:
        assert cut.violation(state) <= NEAR, cut
    for step in known.steps:
        assert reaches(state, step.thresholds), step
    for line in known.lines:
        assert line.at(state) <= cents + CENTS, line
    for cost in known.costs:
        assert reaches(state, cost.thresholds) or cost.cents <= cents + CENTS, cost
    for refused in known.refused:
        assert not all(refused.get(slot, 0) >= n for slot, n in state.items()), refused
    assert known.least <= cents + CENTS
    return Counter(
        linear=len(known.linear), steps=len(known.steps), lines=len(known.lines),
        costs=len(known.costs),
    )  # fmt: skip


def assert_no_plan_refutes_what_is_learned(setup: Setup, seed: int) -> Counter[str]:
    found: Counter[str] = Counter()
    if not served_at_all(setup):
        return found
    known = knowledge_of(setup)
    for solution in solutions(model_of(setup), seed):
        for node in setup.problem.tree.nodes:
            cents = packing_at(solution, node).cents
            found += assert_true(known[node.index], state_at(solution, node), cents)
    return found


def test_no_plan_refutes_a_cut_a_step_or_a_line() -> None:
    found: Counter[str] = Counter()
    for seed in (*range(10), *STEEP):
        found += assert_no_plan_refutes_what_is_learned(random_setup(seed), seed)
    assert min(found[kind] for kind in ("linear", "steps", "lines", "costs")) >= 5, found


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 10 + CASES))
def test_no_plan_refutes_a_cut_a_step_or_a_line_on_more_scenarios(seed: int) -> None:
    assert_no_plan_refutes_what_is_learned(random_setup(seed), seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_no_plan_refutes_a_cut_a_step_or_a_line_on_larger_scenarios(seed: int) -> None:
    assert_no_plan_refutes_what_is_learned(random_setup(seed, "small"), seed)


def test_a_group_of_four_needs_its_places_where_no_group_of_two_exists() -> None:
    setup = fours_without_pairs()
    assert [slot[2] for slot in slots_of(setup.problem)] == [1, 2, 4, 8]
    assert assert_no_plan_refutes_what_is_learned(setup, 0)


class NeverSays(Backend):
    """A solver whose limits always come first."""

    name = "never says"

    def supports(self, feature: Feature) -> bool:
        return True

    def solve(self, program: Program, request: Request) -> Answer:
        return Answer(Status.NO_SOLUTION, None, float("inf"), float("-inf"), 0)


def pairs(backend: Backend = GSCIP) -> tuple[Knowledge, Node]:
    """One and a half pairs of cards are enough in fractions; whole ones are two pairs."""
    demand = {"chat": (3, 3)}
    ways = [option("chat", kind=Kind(capacity=2, gpus=2, part=False))]
    setup = setup_of(lab_inputs(demand), sizing_of(ways, demand, HALF))
    return Knowledge(setup.problem, backend, lambda request: request), setup.problem.tree.nodes[0]


def state(cards: int) -> dict[Slot, int]:
    """So many cards, and as many places for pairs as could be of use."""
    return {(SITE, "card", 1): cards, (SITE, "card", 2): 2}


def test_a_state_that_whole_replicas_cannot_use_has_no_cost_and_is_remembered() -> None:
    knowledge, node = pairs()
    assert knowledge.linear_cut(node, state(3)) is None
    assert knowledge.cost_step(node, state(3)) is None
    assert knowledge.of[node.index].refused
    assert knowledge.can_serve(node, state(3)) is False
    assert knowledge.cost_step(node, state(4)) is not None
    assert knowledge.can_serve(node, state(4)) is True


def test_a_refused_state_is_widened_as_far_as_it_cannot_serve() -> None:
    knowledge, node = pairs()
    knowledge.refuse(node, {})
    (step,) = knowledge.of[node.index].steps
    assert step.thresholds == {(SITE, "card", 1): 4}


def test_what_stays_open_is_not_refused() -> None:
    knowledge, node = pairs(NeverSays())
    assert knowledge.can_serve(node, state(3)) is None
    knowledge.refuse(node, {})
    (step,) = knowledge.of[node.index].steps
    assert step.thresholds == {(SITE, "card", 1): 3}


def test_the_packing_behind_a_cost_is_learned_even_if_the_proposal_counts_too_few_places() -> None:
    ways = [
        option("chat", "card", Kind(capacity=2, gpus=2, part=False, watts=10)),
        option("chat", "card", Kind(capacity=1, level=2, part=False, watts=90)),
    ]
    demand = {"chat": (2, 2)}
    problem = setup_of(lab_inputs(demand), sizing_of(ways, demand, HALF)).problem
    knowledge = Knowledge(problem, GSCIP, lambda request: request)
    node = problem.tree.nodes[0]
    step = knowledge.cost_step(node, {(SITE, "card", 1): 2})
    assert step is not None
    cents = [packing.cents for packing in knowledge.of[node.index].packings]
    assert min(cents) == pytest.approx(step.cents, abs=CENTS)
