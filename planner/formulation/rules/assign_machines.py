"""Single machines: what must be told apart runs on some machine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Expression, Variable, total
from planner.formulation.machines import Cut, Piece, Together, by_machine
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="assign_machines",
    sentence="Where machines are counted one by one, every group of cards, and every replica that "
    "must be told apart, is on one of them; shared and cut cards are those that there are.",
    formula=r"\sum_{e,j} y_{s,e,j,i,n} = \sum_{o \in i} x_{s,o,n} + \sum_{t \in i} "
    r"G_{s,t,n}, \quad "
    r"\sum_{e,j} z_{s,e,j,Q,n} \le \sum_{P \supseteq Q} z_{s,g,P,n}, \quad "
    r"\sum_{e,j} l_{s,e,j,L,n} \le l_{s,g,L,n}",
    unit="replicas, groups, cards",
    about="serving",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each site, sort of replicas or groups, set that shares a card, cut, and node."""
    single = variables.machines
    pieces: dict[tuple[str, Piece, int], list[Variable]] = defaultdict(list)
    for (machine, piece, node), count in single.pieces.items():
        pieces[machine.site, piece, node].append(count)
    for (site, piece, node), counts in single.sources.items():
        placed = total(pieces[site, piece, node]) - total(counts)
        key = (site, piece.name, problem.tree.nodes[node].label)
        yield Row(RULE, key, placed, at_least=0, at_most=0)
    yield from _shared(problem, variables)
    yield from _sliced(variables)


def _shared(problem: Problem, variables: Variables) -> Iterator[Row]:
    """Cards that several workloads may share are those with such a pattern."""
    single = variables.machines
    cards: dict[tuple[str, Together, int], list[Expression]] = defaultdict(list)
    for (machine, pieces, node), count in single.shared.items():
        cards[machine.site, pieces, node].append(1 * count)
    for (site, pattern, node), count in variables.patterns.items():
        apart = single.apart.get(site)
        pieces = apart.together(pattern.replicas) if apart is not None else ()
        if (site, pieces, node) in cards:
            cards[site, pieces, node].append(-1 * count)
    for (site, pieces, node), parts in cards.items():
        named = "+".join(piece.name for piece in pieces)
        key = (site, f"shared {named}", problem.tree.nodes[node].label)
        yield Row(RULE, key, total(parts), at_most=0)


def _sliced(variables: Variables) -> Iterator[Row]:
    """Cards that are cut are those that are cut by that layout."""
    cards: dict[tuple[str, Cut, int], list[Variable]] = defaultdict(list)
    for (machine, cut, node), count in variables.machines.sliced.items():
        cards[machine.site, cut, node].append(count)
    for (site, (gpu, layout), node), counts in cards.items():
        there = variables.cuts[site, gpu, layout, node]
        yield Row(RULE, there.key, total(counts) - there, at_most=0)


def applies(problem: Problem) -> bool:
    """Whether machines are counted one by one somewhere."""
    return by_machine(problem)
