"""Budget: capital within a fiscal window."""

from collections.abc import Iterator

from planner.formulation.expression import Expression, total
from planner.formulation.parameters import Window
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.tree import Node
from planner.formulation.variables import Variables

RULE = Rule(
    name="keep_budget",
    sentence="At every node, purchases minus sales since the start of its fiscal window are within "
    "the capital of that window; a sale funds no purchase in another window, and the value at the "
    "horizon is no cash.",
    formula=r"\sum_{n' \preceq n,\, n' \in F} \Big[\sum_{v = n'} \mathrm{buy}_{i,v}\, "
    r"\mathrm{own}_{i,s,v,v} - \sum_{v \ne n'} \mathrm{sell}_{i,v,n'} "
    r"(\mathrm{own}_{i,s,v,a(n')} - \mathrm{own}_{i,s,v,n'})\Big] \le B_F",
    unit="cents",
    about="fleet",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each node of a window."""
    net = {node.index: _net(problem, variables, node) for node in problem.tree.nodes}
    for node in problem.tree.nodes:
        window = next((w for w in problem.windows if w.first <= node.month < w.end), None)
        if window is not None:
            so_far = total(net[n.index] for n in _since(problem, window, node))
            yield Row(RULE, (window.label, node.label), so_far, at_most=window.cents)


def _since(problem: Problem, window: Window, node: Node) -> Iterator[Node]:
    return (n for n in problem.tree.path(node) if n.month >= window.first)


def _net(problem: Problem, variables: Variables, node: Node) -> Expression:
    """Purchases minus sales at a node."""
    before = -1 if node.parent is None else node.parent
    parts: list[Expression] = []
    for vintage in problem.vintages:
        held = variables.owned.get((vintage, node.index))
        if vintage.node == node.index:
            parts.append(vintage.buy * variables.owned[vintage, node.index])
            continue
        then = variables.owned.get((vintage, before))
        receipt = vintage.sell.get(node.index, 0)
        if problem.favourable:
            receipt = vintage.credit.get(node.index, receipt)
        if then is not None and held is not None and receipt:
            parts.append(-receipt * (then - held))
    return total(parts)


def applies(problem: Problem) -> bool:
    """Whether capital is limited."""
    return bool(problem.windows)
