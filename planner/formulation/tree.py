"""Time as a tree of nodes; a plain roadmap is a path.

A node stands for one or more months in which nothing that matters changes. Purchases and
sales happen at its first month.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Node:
    """A stretch of months.

    Attributes:
        index: position in the tree; a parent comes before its children.
        label: first month, for example ``2026-10``.
        parent: index of the parent, or None for the root.
        month: first month, counted from the start of the roadmap.
        length: months that the node stands for.
        probability: probability that the node is reached.
    """

    index: int
    label: str
    parent: int | None
    month: int
    length: int
    probability: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class TimeTree:
    """The nodes in an order in which parents come first, and the discount factors.

    Attributes:
        nodes: the nodes.
        discounts: discount factor of each month from 0 to the horizon, the horizon included.
    """

    nodes: tuple[Node, ...]
    discounts: tuple[Fraction, ...]

    @property
    def horizon(self) -> int:
        """The month after the last one."""
        return len(self.discounts) - 1

    def path(self, node: Node) -> tuple[Node, ...]:
        """The nodes from the root to a node, both included."""
        found = [node]
        while found[-1].parent is not None:
            found.append(self.nodes[found[-1].parent])
        return tuple(reversed(found))

    def below(self, node: Node) -> tuple[Node, ...]:
        """A node and everything after it."""
        inside = {node.index}
        found = [node]
        for later in self.nodes[node.index + 1 :]:
            if later.parent in inside:
                inside.add(later.index)
                found.append(later)
        return tuple(found)

    def leaves(self) -> tuple[Node, ...]:
        """The nodes at which the roadmap ends."""
        parents = {n.parent for n in self.nodes}
        return tuple(n for n in self.nodes if n.index not in parents)

    def weight(self, node: Node) -> Fraction:
        """Probability times discount factor of the node's first month."""
        return node.probability * self.discounts[node.month]

    def running_weight(self, node: Node, since: int = 0) -> Fraction:
        """Probability times the discount factors of all months of a node from a month on."""
        months = self.discounts[max(node.month, since) : node.month + node.length]
        return node.probability * sum(months, Fraction(0))

    def closing_weight(self, node: Node) -> Fraction:
        """Probability times the discount factor at the horizon."""
        return node.probability * self.discounts[self.horizon]


def path_tree(
    labels: Sequence[str], starts: Sequence[int], discounts: Sequence[Fraction]
) -> TimeTree:
    """A path of nodes.

    Args:
        labels: label of each month of the roadmap.
        starts: months at which a node starts; the first is 0.
        discounts: discount factor of each month and of the horizon.
    """
    ends = [*starts[1:], len(labels)]
    nodes = tuple(
        Node(i, labels[a], i - 1 if i else None, a, b - a)
        for i, (a, b) in enumerate(zip(starts, ends, strict=True))
    )
    return TimeTree(nodes, tuple(discounts))
