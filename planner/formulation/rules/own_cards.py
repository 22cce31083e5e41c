"""Ownership of cards: what is installed is held."""

from collections.abc import Iterator

from planner.formulation.expression import total
from planner.formulation.holdings import in_service
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="own_cards",
    sentence="Cards installed in hosts are held and have arrived; a card that is held may lie on "
    "the shelf, and cards built into a host are held with it.",
    formula=r"u_{g,s,n} \le \sum_{v:\, m(n) \ge m(v) + L_g} \mathrm{own}_{g,s,v,n}",
    unit="cards",
    about="fleet",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each site, kind of card that is bought loose, and node."""
    held = in_service(problem, variables)
    rented = {site.name for site in problem.sites if site.rental}
    for key, installed in variables.installed.items():
        if key[1] in problem.loose_gpus and key[0] not in rented:
            yield Row(RULE, installed.key, installed - total(held[key]), at_most=0)
