"""Single machines: together they are the hosts in use and their cards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Expression, Variable, total
from planner.formulation.machine_variables import MachineVariables
from planner.formulation.machines import Machine, by_machine
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="count_machines",
    sentence="Where machines are counted one by one, those of a kind are together the hosts in use "
    "with their cards, and are numbered in an order of their cards.",
    formula=r"\sum_j r_{s,e,j,n} = r_{e,s,n}, \quad \sum_j u_{s,e,j,g,n} = "
    r"\sum_{b \text{ of } e} m_{g,b}\, h_{s,b,n}, \quad "
    r"\sum_i i\, u_{s,e,j,g_i,n} \ge \sum_i i\, u_{s,e,j+1,g_i,n}",
    unit="machines, cards",
    about="housing",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """For each kind of host and node, rows for the hosts, for each kind of card, and for the order.

    The order takes no fleet away, since machines of a kind differ in nothing but their number.
    """
    single = variables.machines
    yield from _hosts(single, variables)
    yield from _cards(single, variables)
    yield from _order(problem, single)


def _hosts(single: MachineVariables, variables: Variables) -> Iterator[Row]:
    standing: dict[tuple[str, str, int], list[Variable]] = defaultdict(list)
    for (machine, node), used in single.standing.items():
        standing[machine.site, machine.host, node].append(used)
    for key, running in variables.running.items():
        if key[0] in single.apart:
            yield Row(RULE, running.key, total(standing[key]) - running, at_least=0, at_most=0)


def _cards(single: MachineVariables, variables: Variables) -> Iterator[Row]:
    cards: dict[tuple[str, str, str, str], list[Expression]] = defaultdict(list)
    for (machine, gpu, _), count in single.filled.items():
        cards[machine.site, machine.host, gpu, count.key[-1]].append(1 * count)
    for (site, build, _), hosts in variables.builds.items():
        for gpu, number in build.cards if site in single.apart else ():
            cards[site, build.host, gpu, hosts.key[-1]].append(-number * hosts)
    for key, parts in sorted(cards.items()):
        yield Row(RULE, key, total(parts), at_least=0, at_most=0)


def _order(problem: Problem, single: MachineVariables) -> Iterator[Row]:
    weight = {gpu: i for i, gpu in enumerate(problem.gpus, start=1)}
    size: dict[tuple[Machine, int], list[Expression]] = defaultdict(list)
    for (machine, gpu, node), count in single.filled.items():
        size[machine, node].append(weight[gpu] * count)
    for (machine, node), used in single.standing.items():
        after = Machine(machine.site, machine.host, machine.number + 1)
        if (after, node) in single.standing:
            key = (machine.site, machine.name, "before", used.key[-1])
            smaller = total(size[after, node]) - total(size[machine, node])
            yield Row(RULE, key, smaller, at_most=0)


def applies(problem: Problem) -> bool:
    """Whether machines are counted one by one somewhere."""
    return by_machine(problem)
