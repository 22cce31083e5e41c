"""NVLink: a bridged pair needs its bridges."""

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Expression, total
from planner.formulation.holdings import in_service
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="own_bridges",
    sentence="Cards that are joined by a bridge have one that is held and has arrived.",
    formula=r"\sum_{o \text{ bridged}} b_g\, x_{s,o,n} \le \sum_{v:\, m(n) \ge m(v) + L_b} "
    r"\mathrm{own}_{b,s,v,n}",
    unit="bridges",
    about="serving",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each site, kind of bridge and node with bridged options."""
    held = in_service(problem, variables)
    used: dict[tuple[str, str, int], list[Expression]] = defaultdict(list)
    for (site, option, node), pairs in variables.replicas.items():
        if problem.is_bridged(option):
            bridge = problem.bridges[option.gpu]
            used[site, bridge.item, node].append(bridge.per_pair * pairs)
    for (site, pool, node), pairs in variables.pools.items():
        if problem.is_bridged(pool):
            bridge = problem.bridges[pool.gpu]
            used[site, bridge.item, node].append(bridge.per_pair * pairs)
    for key, needs in sorted(used.items()):
        site, bridge_item, node = key
        label = problem.tree.nodes[node].label
        yield Row(RULE, (site, bridge_item, label), total(needs) - total(held[key]), at_most=0)


def applies(problem: Problem) -> bool:
    """Whether some option joins cards by a bridge."""
    return any(problem.is_bridged(o) for o in problem.options)
