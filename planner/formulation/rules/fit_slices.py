"""MIG: a replica in an instance needs a card whose layout has one."""

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Expression, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="fit_slices",
    sentence="Every MIG instance runs at most one replica, and instances come with the layout by "
    "which a card is cut.",
    formula=r"\sum_{o \text{ in } p} x_{s,o,n} \le \sum_{L} a_{p,L}\, l_{s,g,L,n}",
    unit="instances",
    about="serving",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each site, kind of card, profile that some option uses, and node."""
    parts: dict[tuple[str, str, str, int], list[Expression]] = defaultdict(list)
    for (site, option, node), replicas in variables.replicas.items():
        if option.slice is not None:
            parts[site, option.gpu, option.slice, node].append(1 * replicas)
    for (site, gpu, layout, node), cut in variables.cuts.items():
        for profile, count in layout:
            if (site, gpu, profile, node) in parts:
                parts[site, gpu, profile, node].append(-count * cut)
    for (site, gpu, profile, node), terms in sorted(parts.items()):
        label = problem.tree.nodes[node].label
        yield Row(RULE, (site, gpu, profile, label), total(terms), at_most=0)


def applies(problem: Problem) -> bool:
    """Whether some option runs in an instance."""
    return bool(problem.sliced_options)
