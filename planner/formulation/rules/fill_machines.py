"""Single machines: the cards in each fit into its host together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from planner.formulation.expression import Variable, total
from planner.formulation.host_rooms import HostRoom
from planner.formulation.machines import Machine, by_machine
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="fill_machines",
    sentence="The cards of a machine that is counted one by one fit into its host together: "
    "number, slots, coolers and supplies; and a machine in use has a card.",
    formula=r"\sum_g a_{g,i}\, u_{s,e,j,g,n} \le A_{e,i}\, r_{s,e,j,n}, \quad "
    r"\sum_{g:\, \text{width} \ge k} u_{s,e,j,g,n} \le \sum_i P_{e,i,k}\, "
    r"\lambda_{s,e,j,i,n}, \quad "
    r"\sum_i \lambda_{s,e,j,i,n} = r_{s,e,j,n} \le \sum_g u_{s,e,j,g,n}",
    unit="cards, slots, watts",
    about="housing",
)
Cards = Mapping[str, Variable]


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """For each machine and node, one row for each limit of its host.

    Where a host has only one way to use its slots, the machine stands for it.
    """
    single = variables.machines
    cards: dict[tuple[Machine, int], dict[str, Variable]] = defaultdict(dict)
    ways: dict[tuple[Machine, int], list[Variable]] = defaultdict(list)
    for (machine, gpu, node), count in single.filled.items():
        cards[machine, node][gpu] = count
    for (machine, _, node), way in single.ways.items():
        ways[machine, node].append(way)
    for (machine, node), used in single.standing.items():
        room, held = problem.host_rooms[machine.host], cards[machine, node]
        if room.built_in:
            yield from _built_in(room, held, used)
        else:
            yield from _placed(room, held, used, ways[machine, node] or [used])


def _built_in(room: HostRoom, cards: Cards, used: Variable) -> Iterator[Row]:
    for gpu, count in room.built_in.items():
        row = cards[gpu] - count * used
        yield Row(RULE, _key(used, gpu), row, at_least=0, at_most=0)


def _placed(room: HostRoom, cards: Cards, used: Variable, ways: list[Variable]) -> Iterator[Row]:
    yield Row(RULE, _key(used, "any"), total(cards.values()) - used, at_least=0)
    yield Row(RULE, _key(used, "all"), total(cards.values()) - room.cards * used, at_most=0)
    for gpu, count in cards.items():
        if room.most[gpu] < room.cards:
            yield Row(RULE, _key(used, gpu), count - room.most[gpu] * used, at_most=0)
    for limit in room.limits:
        taken = total(limit.weights[g] * n for g, n in cards.items() if limit.weights.get(g))
        yield Row(RULE, _key(used, limit.name), taken - limit.most * used, at_most=0)
    for width in room.widths:
        taken = total(n for g, n in cards.items() if g in width.gpus)
        places = total(p * way for p, way in zip(width.places, ways, strict=True))
        yield Row(RULE, _key(used, f"width{width.width}"), taken - places, at_most=0)
    if ways != [used]:
        yield Row(RULE, _key(used, "ways"), total(ways) - used, at_least=0, at_most=0)


def _key(used: Variable, what: str) -> tuple[str, ...]:
    return (*used.key[:2], what, used.key[-1])


def applies(problem: Problem) -> bool:
    """Whether machines are counted one by one somewhere."""
    return by_machine(problem)
