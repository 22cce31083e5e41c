"""Survival: after a loss the rest still carries the demand."""

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Expression, Variable, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables
from planner.sizing.option import Option

RULE = Rule(
    name="survive_losses",
    sentence="After the loss of any so many replicas, or of the cards that carry them, the others "
    "still carry the demand.",
    formula=r"\sum_{o} \min(c_o, t)\, x_{s,o,n} \ge (d_{w,n} + q\, t)\, \beta_{w,t,n}, \quad "
    r"\sum_{t \in \{c_o\}} \beta_{w,t,n} = 1",
    unit="quanta of the workload",
    about="serving",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """For each such workload and node, one row for each capacity and one that picks a capacity.

    What the largest q replicas carry together is min over t of q t + the sum of (c - t)+ over all
    replicas, and the minimum is at one of the capacities. A card carries at most one replica of a
    workload, and a group is lost with any of its cards, so losing cards is losing replicas.
    """
    replicas: dict[tuple[str, int], list[tuple[Option, Variable]]] = defaultdict(list)
    for (_, option, node), count in variables.replicas.items():
        if option.workload in problem.survival:
            replicas[option.workload, node].append((option, count))
    picked: dict[tuple[str, int], list[Expression]] = defaultdict(list)
    for (workload, level, node), chosen in variables.thresholds.items():
        carried = total(min(o.capacity, level) * x for o, x in replicas[workload, node])
        need = problem.demand[workload, node] + problem.survival[workload].count * level
        yield Row(RULE, chosen.key, carried - need * chosen, at_least=0)
        picked[workload, node].append(1 * chosen)
    for (workload, node), choices in picked.items():
        key = (workload, "one", problem.tree.nodes[node].label)
        yield Row(RULE, key, total(choices), at_least=1, at_most=1)


def applies(problem: Problem) -> bool:
    """Whether some workload survives the loss of replicas or cards."""
    return any(s.unit != "hosts" for s in problem.survival.values())
