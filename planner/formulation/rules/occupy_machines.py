"""Single machines: what is told apart takes no more cards than its machine has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Expression, total
from planner.formulation.machines import PART, Machine, by_machine
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="occupy_machines",
    sentence="Groups and replicas that are told apart take no more cards of their machine than it "
    "has; the cards of a group sit in one machine.",
    formula=r"\sum_{i \text{ on } g} k_i\, y_{s,e,j,i,n} + \sum_Q z_{s,e,j,Q,n} + "
    r"\sum_L l_{s,e,j,L,n} \le u_{s,e,j,g,n}",
    unit="cards",
    about="housing",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each machine, kind of card and node.

    What is not told apart takes single cards, which are anywhere: ``occupy_cards`` counts those.
    """
    single = variables.machines
    used: dict[tuple[Machine, str, int], list[Expression]] = defaultdict(list)
    for (machine, piece, node), count in single.pieces.items():
        if piece.whole or (piece.place == PART and not piece.option):
            used[machine, piece.gpu, node].append(piece.gpus * count)
    for (machine, pieces, node), cards in single.shared.items():
        used[machine, pieces[0].gpu, node].append(1 * cards)
    for (machine, (gpu, _), node), cards in single.sliced.items():
        used[machine, gpu, node].append(1 * cards)
    for key, parts in used.items():
        held = single.filled[key]
        yield Row(RULE, held.key, total(parts) - held, at_most=0)


def applies(problem: Problem) -> bool:
    """Whether machines are counted one by one somewhere."""
    return by_machine(problem)
