"""A packing costs and needs what it says, and serving a node is decided exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.formulation.expression import Expression
from planner.formulation.model import build_model
from planner.formulation.objective import TERMS
from planner.formulation.patterns import pattern_of
from planner.formulation.problem import Problem
from planner.formulation.rules import RULES
from planner.formulation.tree import Node
from planner.sizing.option import Option
from planner.solve.backend import Program, Request, Status
from planner.solve.fleets.cards import pack_cards, thriftiest_cards
from planner.solve.fleets.state import Slot, loads_of, needs_of, slots_of
from planner.solve.mathopt import GSCIP
from planner.solve.packing import least_serving_cost, packing_of, serving_cost
from tests.fixtures.counts import CASES
from tests.fixtures.dice import Seeded
from tests.fixtures.options import random_case
from tests.formulation.by_hand import Kind, option, sizing_of
from tests.formulation.scenes import FIRST, HALF, groups, lab, lab_inputs, problem_of, sessions

SITE = "lab"


def named(problem: Problem, text: str) -> Option:
    return next(o for o in problem.options if o.name.startswith(text))


def cheapest_split(load: int, offers: Sequence[tuple[int, float]]) -> float | None:
    """Serve a whole load with (most, cents each) in the cheapest of all whole splits."""
    splits = product(*(range(most + 1) for most, _ in offers))
    costs = [
        sum(n * cents for n, (_, cents) in zip(split, offers, strict=True))
        for split in splits
        if sum(split) == load
    ]
    return min(costs, default=None)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 2), st.integers(0, 2), st.integers(0, 30))
def test_the_mean_load_is_served_as_cheaply_as_any_split_serves_it(
    large: int, small: int, load: int
) -> None:
    problem = replace(sessions(), load={("chat", 0): Fraction(load)})
    node = problem.tree.nodes[0]
    counts = {
        (SITE, named(problem, "chat@large")): large,
        (SITE, named(problem, "chat@small")): small,
    }
    per_watt = problem.cents_per_watt(SITE, 0)
    offers = [
        (o.capacity * n, float(o.watts_per_quantum * per_watt)) for (_, o), n in counts.items()
    ]
    expected = cheapest_split(load, offers)
    if expected is not None:
        assert serving_cost(problem, node, counts) == pytest.approx(expected)


def test_the_least_cost_of_serving_is_that_of_the_thriftiest_option_alone() -> None:
    problem = sessions()
    node = problem.tree.nodes[0]
    large, small = (named(problem, f"chat@{gpu}") for gpu in ("large", "small"))
    alone = [serving_cost(problem, node, {(SITE, o): 3}) for o in (large, small)]
    assert least_serving_cost(problem, node) == pytest.approx(min(alone))
    assert min(alone) < max(alone)


def test_a_packing_needs_a_card_for_each_pattern_and_places_for_each_group() -> None:
    problem = groups()
    four, pair = named(problem, "four"), named(problem, "pair")
    found = packing_of(problem, problem.tree.nodes[0], {(SITE, four): 1, (SITE, pair): 2}, {})
    assert found.state == {(SITE, "card", 1): 8, (SITE, "card", 2): 4, (SITE, "card", 4): 1}
    shared = lab()
    task = named(shared, "task")
    cards = {(SITE, pattern_of("card", [task])): 2}
    found = packing_of(shared, shared.tree.nodes[0], {(SITE, task): 2}, cards)
    assert found.state == {(SITE, "card", 1): 2}


def test_replicas_without_load_are_left_out_of_a_packing() -> None:
    problem = lab()
    node = problem.tree.nodes[0]
    assert node.label == FIRST
    found = packing_of(problem, node, {(SITE, named(problem, "pair")): 1}, {})
    assert (found.replicas, found.state, found.cents) == ({}, {}, 0.0)


def reachable(problem: Problem, node: Node, state: Mapping[Slot, int]) -> bool:
    """Whether a state carries the loads, by looking at everything that it can carry."""
    loads = loads_of(problem, node)
    carried = {tuple(0 for _ in loads)}
    for gpu in problem.gpus:
        carried = {
            tuple(min(a + b, most) for a, b, most in zip(x, y, loads.values(), strict=True))
            for x, y in product(carried, _by_kind(problem, loads, state, gpu))
        }
    return tuple(loads.values()) in carried


def _by_kind(
    problem: Problem, loads: Mapping[str, int], state: Mapping[Slot, int], gpu: str
) -> set[tuple[int, ...]]:
    """What the cards of a kind can carry of each load."""
    one_card = _undominated({_carries(loads, held) for held in _sets(problem, loads, gpu)})
    whole = [o for o in problem.whole_options if o.gpu == gpu and o.workload in loads]
    offered = {slot: n for slot, n in state.items() if slot[1] == gpu}
    found: set[tuple[int, ...]] = set()
    for replicas, left in _groups(whole, offered):
        totals = {_carries(loads, replicas)}
        for _ in range(left.get((SITE, gpu, 1), 0)):
            totals = _undominated(
                {
                    tuple(min(a + b, m) for a, b, m in zip(x, y, loads.values(), strict=True))
                    for x, y in product(totals, one_card)
                }
            )
        found |= totals
    return _undominated(found)


def _groups(
    options: Sequence[Option], state: Mapping[Slot, int]
) -> Iterator[tuple[list[Option], Mapping[Slot, int]]]:
    """Every set of replicas on whole cards that a state holds, and what is left of it."""
    if not options:
        yield [], state
        return
    first, *others = options
    yield from _groups(others, state)
    left = {slot: n - needs_of(SITE, first).get(slot, 0) for slot, n in state.items()}
    if all(slot in left for slot in needs_of(SITE, first)) and min(left.values()) >= 0:
        yield from (([first, *found], rest) for found, rest in _groups(options, left))


def _undominated(vectors: set[tuple[int, ...]]) -> set[tuple[int, ...]]:
    return {
        v
        for v in vectors
        if not any(w != v and all(a >= b for a, b in zip(w, v, strict=True)) for w in vectors)
    }


def _sets(problem: Problem, loads: Mapping[str, int], gpu: str) -> Iterator[list[Option]]:
    """Every set of replicas that a card holds."""
    shared = [o for o in problem.options if o.part and o.gpu == gpu]
    by_workload = [[None, *(o for o in shared if o.workload == w)] for w in loads]
    for chosen in product(*by_workload):
        held = [o for o in chosen if o is not None]
        if problem.rooms[gpu].holds(held):
            yield held


def _carries(loads: Mapping[str, int], replicas: Sequence[Option]) -> tuple[int, ...]:
    return tuple(
        min(most, sum(o.capacity for o in replicas if o.workload == w)) for w, most in loads.items()
    )


def random_states(seed: int) -> Iterator[tuple[Problem, Node, dict[Slot, int]]]:
    """A random problem with its options in random order, and states of up to five cards."""
    inputs, sizing = random_case(seed, "tiny")
    dice = Seeded.of("states", seed)
    problem = problem_of(inputs, sizing)
    options = list(problem.options)
    dice.source.shuffle(options)
    problem = replace(problem, options=tuple(options))
    for node in problem.tree.nodes[:2]:
        for _ in range(3):
            state: dict[Slot, int] = {}
            for gpu in problem.gpus:
                state[SITE, gpu, 1] = cards = dice.integer(0, 3 if len(problem.gpus) > 1 else 5)
                state |= {
                    slot: dice.integer(0, cards // slot[2])
                    for slot in slots_of(problem)
                    if slot[1] == gpu and slot[2] > 1
                }
            yield problem, node, state


def assert_decided_exactly(seed: int) -> set[Status]:
    seen = set()
    for problem, node, state in random_states(seed):
        status, packing = pack_cards(problem, node, state, GSCIP, Request())
        assert (packing is not None) == reachable(problem, node, state), (node.label, state)
        assert (status is Status.INFEASIBLE) == (packing is None)
        if packing is not None:
            assert all(state.get(slot, 0) >= n for slot, n in packing.state.items())
        seen.add(Status.INFEASIBLE if packing is None else Status.FEASIBLE)
    return seen


def test_whether_a_state_serves_a_node_is_decided_as_looking_at_everything_does() -> None:
    seen = set().union(*(assert_decided_exactly(seed) for seed in range(12)))
    assert seen == {Status.INFEASIBLE, Status.FEASIBLE}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12, 12 + CASES))
def test_whether_more_states_serve_a_node_is_decided_exactly(seed: int) -> None:
    assert_decided_exactly(seed)


SERVING = [f for f in RULES if f.rule.about == "serving"]
ENERGY = [f for f in TERMS if f.term.about == "serving"]


def least_by_rules(problem: Problem, node: Node, state: Mapping[Slot, int]) -> float | None:
    """What the rules about serving say that serving costs at least with so many cards."""
    model = build_model(problem, SERVING, ENERGY)
    rows = [row for row in model.rows if row.key[-1] == node.label]
    here = list(dict.fromkeys(v for row in rows for v in row.expression.terms))
    for variable in here:
        if variable.family == "installed":
            variable.upper = state.get((SITE, variable.key[1], 1), 0)
    cost = Expression({v: f for v, f in model.cost.terms.items() if v in here})
    answer = GSCIP.solve(Program(here, rows, cost), Request())
    return None if answer.values is None else answer.cost


BESIDE = [
    (Kind(step_ms=20, period_ms=40), Kind(step_ms=20), True),
    (Kind(step_ms=20, period_ms=39), Kind(step_ms=20), False),
    (Kind(gib=10.0), Kind(gib=30.0), True),
    (Kind(gib=10.5), Kind(gib=30.0), False),
    (Kind(gib=10.0, ecc=True), Kind(gib=26.0), True),
    (Kind(gib=10.0, ecc=True), Kind(gib=26.5), False),
    (Kind(share=0.5), Kind(share=0.4), True),
    (Kind(share=0.5), Kind(share=0.401), False),
]
"""Two replicas, and whether they may share a card."""


@pytest.mark.parametrize(("first", "second", "together"), BESIDE)
def test_two_replicas_fit_on_a_card_up_to_the_last_byte_share_and_microsecond(
    first: Kind, second: Kind, together: bool
) -> None:
    demand = {"chat": (1, 1), "note": (1, 1)}
    ways = [option("chat", kind=first), option("note", kind=second)]
    problem = problem_of(lab_inputs(demand), sizing_of(ways, demand, HALF))
    node = problem.tree.nodes[0]
    for cards, served in ((1, together), (2, True)):
        state = {(SITE, "card", 1): cards}
        status, packing = pack_cards(problem, node, state, GSCIP, Request())
        assert (packing is not None) == (status is not Status.INFEASIBLE) == served


def test_the_order_of_the_options_does_not_matter() -> None:
    levels = [option("chat", kind=Kind(capacity=n, level=n, gib=15.0 * n)) for n in (1, 2)]
    note = option("note", kind=Kind(gib=20.0))
    demand = {"chat": (1, 1), "note": (1, 1)}
    for options in ([*levels, note], [*reversed(levels), note]):
        problem = problem_of(lab_inputs(demand), sizing_of(options, demand, HALF))
        one_card = {(SITE, "card", 1): 1}
        status, packing = pack_cards(problem, problem.tree.nodes[0], one_card, GSCIP, Request())
        assert status is not Status.INFEASIBLE
        assert packing is not None


@pytest.mark.parametrize("seed", range(12))
def test_the_thriftiest_packing_costs_what_the_rules_about_serving_allow(seed: int) -> None:
    inputs, sizing = random_case(seed, "tiny")
    singles = replace(sizing, options=tuple(o for o in sizing.options if o.gpus == 1))
    problem = problem_of(inputs, singles)
    dice = Seeded.of("thrift", seed)
    for node in problem.tree.nodes[:2]:
        state = {(SITE, gpu, 1): dice.integer(1, 3) for gpu in problem.gpus}
        bound, packing = thriftiest_cards(problem, node, state, GSCIP, Request())
        expected = least_by_rules(problem, node, state)
        if expected is None:
            assert (bound, packing) == (float("inf"), None)
        else:
            assert packing is not None
            assert bound == pytest.approx(expected, abs=0.01)
            assert packing.cents == pytest.approx(expected, abs=0.01)
