"""Groups: cards that serve one replica together sit in one host."""

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Expression, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="keep_groups_together",
    sentence="The cards of a group sit in one host; for powers of two, counting places of each "
    "size is enough.",
    formula=r"\sum_{o: k_o \ge k} (k_o/k)\, x_{s,o,n} + \sum_{t: k_t \ge k} (k_t/k)\, G_{s,t,n} "
    r"\le \sum_b \lfloor m_{g,b}/k \rfloor\, "
    r"h_{s,b,n} \quad k \in \{2,4,8\}",
    unit="places for k cards",
    about="housing",
)
SIZES = (2, 4, 8)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each site, kind of card, size that some group has, and node."""
    parts: dict[tuple[str, str, int, int], list[Expression]] = defaultdict(list)
    for (site, option, node), replicas in variables.replicas.items():
        for size in SIZES:
            if option.gpus >= size:
                places = option.gpus // size
                parts[site, option.gpu, size, node].append(places * replicas)
    for (site, pool, node), groups in variables.pools.items():
        for size in SIZES:
            if pool.gpus >= size:
                parts[site, pool.gpu, size, node].append(pool.gpus // size * groups)
    for (site, build, node), hosts in variables.builds.items():
        for gpu, count in build.cards:
            for size in SIZES:
                if count >= size and (site, gpu, size, node) in parts:
                    parts[site, gpu, size, node].append(-(count // size) * hosts)
    for (site, gpu, size, node), terms in sorted(parts.items()):
        label = problem.tree.nodes[node].label
        yield Row(RULE, (site, gpu, f"x{size}", label), total(terms), at_most=0)
