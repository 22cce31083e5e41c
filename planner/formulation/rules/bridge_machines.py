"""Single machines: bridges join so many pairs of places of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Variable, total
from planner.formulation.machines import Machine, by_machine
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="bridge_machines",
    sentence="A machine that is counted one by one joins no more pairs by bridges than it has "
    "places next to each other.",
    formula=r"\sum_{i \text{ bridged}} y_{s,e,j,i,n} \le P_e\, r_{s,e,j,n}",
    unit="pairs",
    about="housing",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each machine and node with bridged pairs."""
    single = variables.machines
    pairs: dict[tuple[Machine, int], list[Variable]] = defaultdict(list)
    for (machine, piece, node), count in single.pieces.items():
        if piece.bridged:
            pairs[machine, node].append(count)
    for key, joined in pairs.items():
        used = single.standing[key]
        places = problem.facts[key[0].host].bridge_pairs
        yield Row(RULE, used.key, total(joined) - places * used, at_most=0)


def applies(problem: Problem) -> bool:
    """Whether machines are counted one by one and some option joins cards by a bridge."""
    return by_machine(problem) and any(problem.is_bridged(o) for o in problem.options)
