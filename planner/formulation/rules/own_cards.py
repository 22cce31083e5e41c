"""Ownership of cards: what is installed is held."""

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Expression, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="own_cards",
    sentence="Cards installed in hosts are owned; an owned card may lie on the shelf.",
    formula=r"\sum_b m_{g,b}\, h_{s,b,n} \le \sum_v \mathrm{own}_{g,s,v,n}",
    unit="cards",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each site, kind of card that is bought loose, and node."""
    parts: dict[tuple[str, str, int], list[Expression]] = defaultdict(list)
    for (site, build, node), hosts in variables.hosts.items():
        for gpu, count in build.cards:
            if gpu in problem.loose_gpus:
                parts[site, gpu, node].append(count * hosts)
    for (vintage, node), held in variables.owned.items():
        if vintage.is_gpu and node >= 0:
            parts[vintage.site, vintage.item, node].append(-1 * held)
    for (site, gpu, node), terms in sorted(parts.items()):
        label = problem.tree.nodes[node].label
        yield Row(RULE, (site, gpu, label), total(terms), at_most=0)
