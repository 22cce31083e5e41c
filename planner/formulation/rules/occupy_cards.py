"""Cards: what is shared and what is taken whole fits into the cards that are installed."""

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Expression, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="occupy_cards",
    sentence="Shared cards and cards taken whole are no more than the cards installed in hosts.",
    formula=r"\sum_{P} z_{s,g,P,n} + \sum_{o \text{ whole}} k_o\, x_{s,o,n} "
    r"\le \sum_b m_{g,b}\, h_{s,b,n}",
    unit="cards",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each site, kind of card and node."""
    used: dict[tuple[str, str, int], list[Expression]] = defaultdict(list)
    for (site, pattern, node), cards in variables.patterns.items():
        used[site, pattern.gpu, node].append(1 * cards)
    for (site, option, node), replicas in variables.replicas.items():
        if not option.part:
            used[site, option.gpu, node].append(option.gpus * replicas)
    for (site, build, node), hosts in variables.hosts.items():
        for gpu, count in build.cards:
            used[site, gpu, node].append(-count * hosts)
    for (site, gpu, node), parts in sorted(used.items()):
        label = problem.tree.nodes[node].label
        yield Row(RULE, (site, gpu, label), total(parts), at_most=0)
