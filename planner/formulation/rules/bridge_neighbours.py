"""NVLink: a bridge joins cards in places next to each other."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from planner.formulation.expression import Expression, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="bridge_neighbours",
    sentence="A host joins no more pairs by bridges than it has places next to each other, and "
    "than it has pairs of cards of a kind.",
    formula=r"\sum_{g \in S} \sum_{o \text{ bridged on } g} x_{s,o,n} \le \sum_b \min\Big(P_b, "
    r"\sum_{g \in S} \lfloor m_{g,b}/2 \rfloor\Big) h_{s,b,n} \quad S \subseteq G",
    unit="pairs",
    about="housing",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each site, set of kinds of cards that bridges join there, and node.

    The pairs that one host can have form a polymatroid, and so do those of many hosts together,
    with the sum of their rank functions: the rows for all sets are exact.
    """
    pairs: dict[tuple[str, int], dict[str, list[Expression]]] = defaultdict(dict)
    for (site, option, node), replicas in variables.replicas.items():
        if problem.is_bridged(option):
            pairs[site, node].setdefault(option.gpu, []).append(1 * replicas)
    for (site, pool, node), groups in variables.pools.items():
        if problem.is_bridged(pool):
            pairs[site, node].setdefault(pool.gpu, []).append(1 * groups)
    for (site, node), by_gpu in pairs.items():
        for size in range(1, len(by_gpu) + 1):
            for kinds in combinations(sorted(by_gpu), size):
                places = total(
                    min(problem.facts[b.host].bridge_pairs, sum(b.count(g) // 2 for g in kinds))
                    * hosts
                    for (s, b, n), hosts in variables.builds.items()
                    if (s, n) == (site, node)
                )
                joined = total(part for g in kinds for part in by_gpu[g])
                key = (site, "+".join(kinds), problem.tree.nodes[node].label)
                yield Row(RULE, key, joined - places, at_most=0)


def applies(problem: Problem) -> bool:
    """Whether some option joins cards by a bridge."""
    return any(problem.is_bridged(o) for o in problem.options)
