"""Ownership of cards: what is installed is held."""

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Variable, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="own_cards",
    sentence="Cards installed in hosts are owned; an owned card may lie on the shelf, and cards "
    "built into a host are owned with it.",
    formula=r"u_{g,s,n} \le \sum_v \mathrm{own}_{g,s,v,n}",
    unit="cards",
    about="fleet",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each site, kind of card that is bought loose, and node."""
    held: dict[tuple[str, str, int], list[Variable]] = defaultdict(list)
    for (vintage, node), owned in variables.owned.items():
        held[vintage.site, vintage.item, node].append(owned)
    for key, installed in variables.installed.items():
        if key[1] in problem.loose_gpus:
            yield Row(RULE, installed.key, installed - total(held[key]), at_most=0)
