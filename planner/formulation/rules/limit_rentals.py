"""Rentals: an offer has so many machines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Variable, total
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="limit_rentals",
    sentence="No more machines of an offer are rented at a time than it has, whenever their terms "
    "began.",
    formula=r"\sum_v \mathrm{own}_{i,s,v,n} \le \mathrm{machines}_i",
    unit="machines",
    about="fleet",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each offer that says so, and each node at which several terms overlap."""
    held: dict[tuple[str, str, int], list[Variable]] = defaultdict(list)
    most: dict[tuple[str, str], int] = {}
    for vintage in problem.vintages:
        if vintage.mode == "rent" and vintage.offered is not None:
            most[vintage.site, vintage.item] = vintage.offered
            for at in variables.held_at(vintage):
                held[vintage.site, vintage.item, at.index].append(
                    variables.owned[vintage, at.index]
                )
    for (site, item, node), units in held.items():
        if len(units) > 1:
            label = problem.tree.nodes[node].label
            yield Row(RULE, (site, item, label), total(units), at_most=most[site, item])


def applies(problem: Problem) -> bool:
    """Whether something is rented of which there are so many."""
    return any(v.offered is not None for v in problem.vintages)
