"""Co-location: a replica on a part of a card needs a card whose pattern has a place for it."""

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Variable, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="share_cards",
    sentence="A replica on a part of a card needs a card whose pattern has a place for it.",
    formula=r"x_{s,o,n} \le \sum_{P \in \mathcal P_g} a_{o,P}\, z_{s,g,P,n}",
    unit="replicas",
    about="serving",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each site, option on a part of a card, and node with load."""
    places: dict[tuple[str, str, int], list[Variable]] = defaultdict(list)
    for (site, pattern, node), cards in variables.patterns.items():
        for option in pattern.replicas:
            places[site, option.name, node].append(cards)
    for (site, option, node), replicas in variables.replicas.items():
        if option.part:
            room = total(places[site, option.name, node])
            label = problem.tree.nodes[node].label
            yield Row(RULE, (site, option.name, label), replicas - room, at_most=0)
