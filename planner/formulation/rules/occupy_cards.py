"""Cards: what is shared and what is taken whole fits into the cards that are installed."""

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Expression, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="occupy_cards",
    sentence="Shared cards, cards that are cut, and cards taken whole by replicas or by groups of "
    "a pool are no more than the cards installed in hosts.",
    formula=r"\sum_{P} z_{s,g,P,n} + \sum_{L} l_{s,g,L,n} + \sum_{o \text{ whole}} k_o\, x_{s,o,n} "
    r"+ \sum_{t \ni g} k_t\, G_{s,t,n} \le u_{g,s,n}",
    unit="cards",
    about="serving",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each site, kind of card and node."""
    used: dict[tuple[str, str, int], list[Expression]] = defaultdict(list)
    for (site, pattern, node), cards in variables.patterns.items():
        used[site, pattern.gpu, node].append(1 * cards)
    for (site, option, node), replicas in variables.replicas.items():
        if option.whole:
            used[site, option.gpu, node].append(option.gpus * replicas)
    for (site, gpu, _, node), cut in variables.cuts.items():
        used[site, gpu, node].append(1 * cut)
    for (site, pool, node), groups in variables.pools.items():
        used[site, pool.gpu, node].append(pool.gpus * groups)
    for key, installed in variables.installed.items():
        yield Row(RULE, installed.key, total(used[key]) - installed, at_most=0)
