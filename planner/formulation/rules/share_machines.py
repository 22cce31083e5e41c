"""Single machines: replicas on a part of a card need such a card in their machine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Expression, total
from planner.formulation.machines import PART, Machine, Piece, by_machine
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="share_machines",
    sentence="A replica that is told apart and runs in a MIG instance, or beside others that are, "
    "needs a card of its machine with an instance or a place for it.",
    formula=r"y_{s,e,j,i,n} \le \sum_{Q \ni i} z_{s,e,j,Q,n}, \quad "
    r"\sum_{i \text{ in } p} y_{s,e,j,i,n} \le \sum_L a_{p,L}\, l_{s,e,j,L,n}",
    unit="replicas",
    about="serving",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each machine, MIG profile or sort of replicas on shared cards, and node."""
    single = variables.machines
    shared: dict[tuple[Machine, Piece, int], list[Expression]] = defaultdict(list)
    instances: dict[tuple[Machine, str, str, int], list[Expression]] = defaultdict(list)
    for (machine, pieces, node), cards in single.shared.items():
        for piece in pieces:
            shared[machine, piece, node].append(-1 * cards)
    for (machine, (gpu, layout), node), cards in single.sliced.items():
        for profile, number in layout:
            instances[machine, gpu, profile, node].append(-number * cards)
    taken: dict[tuple[Machine, str, str, int], list[Expression]] = defaultdict(list)
    for (machine, piece, node), count in single.pieces.items():
        if piece.place == PART and piece.option:
            places = shared[machine, piece, node]
            yield Row(RULE, count.key, total([1 * count, *places]), at_most=0)
        elif piece.place not in ("", PART):
            taken[machine, piece.gpu, piece.place, node].append(1 * count)
    for key, counts in taken.items():
        machine, gpu, profile, node = key
        name = (machine.site, machine.name, gpu, profile, problem.tree.nodes[node].label)
        yield Row(RULE, name, total([*counts, *instances[key]]), at_most=0)


def applies(problem: Problem) -> bool:
    """Whether machines are counted one by one somewhere."""
    return by_machine(problem)
