"""Pools: jobs take turns on the groups of a pool."""

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Variable, total
from planner.formulation.problem import PoolKind, Problem, pool_of
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="share_pools",
    sentence="The jobs of a pool take no more turns than its groups have hours.",
    formula=r"\sum_{o \in t} \tau_{s,o,n} \le G_{s,t,n}",
    unit="groups",
    about="serving",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each site, pool and node."""
    taken: dict[tuple[str, PoolKind, int], list[Variable]] = defaultdict(list)
    for (site, option, node), turns in variables.turns.items():
        taken[site, pool_of(option), node].append(turns)
    for key, groups in variables.pools.items():
        yield Row(RULE, groups.key, total(taken[key]) - groups, at_most=0)


def applies(problem: Problem) -> bool:
    """Whether some job takes turns."""
    return bool(problem.pooled_options)
