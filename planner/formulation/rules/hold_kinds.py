"""Kinds: cards are held only of kinds that count."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Expression, total
from planner.formulation.problem import Problem, Vintage
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="hold_kinds",
    sentence="Cards that are held, loose or built into a host, in use or not, make their kind "
    "count.",
    formula=r"\sum_{s,v} \mathrm{own}_{i,s,v,n} \le U_{g}\, \mathrm{kind}_{g,n}",
    unit="units",
    about="fleet",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """One row for each kind of card and node."""
    held: dict[tuple[str, int], list[Expression]] = defaultdict(list)
    most: dict[str, int] = defaultdict(int)
    for (_, gpu), vintages in _by_kind(problem).items():
        most[gpu] += _most(problem, variables, vintages)
        for vintage in vintages:
            for at in variables.held_at(vintage):
                held[gpu, at.index].append(1 * variables.owned[vintage, at.index])
    for (gpu, node), kind in variables.kinds.items():
        if held[gpu, node]:
            yield Row(RULE, kind.key, total(held[gpu, node]) - most[gpu] * kind, at_most=0)


def _by_kind(problem: Problem) -> dict[tuple[str, str], list[Vintage]]:
    """Vintages by (item, kind of its cards)."""
    found: dict[tuple[str, str], list[Vintage]] = defaultdict(list)
    for vintage in problem.vintages:
        gpu = problem.kind_of(vintage)
        if gpu is not None:
            found[vintage.item, gpu].append(vintage)
    return found


def _most(problem: Problem, variables: Variables, vintages: list[Vintage]) -> int:
    """More units than this are never held: those that were there, and new ones of each offer.

    What is bought may be held beside what is leased: a price may rise before the term ends.
    """
    there = sum(v.count or 0 for v in vintages)
    settled = sum(v.least for v in vintages)
    if problem.favourable:
        return there + settled + sum(max(v.most, v.most_merged) for v in vintages)
    offers: dict[tuple[object, ...], list[Vintage]] = defaultdict(list)
    for vintage in vintages:
        if vintage.count is None:
            offer = (vintage.site, vintage.mode, vintage.term, vintage.per_month)
            offers[offer].append(vintage)
    new = (max(v.most for v in s) * _orders(problem, variables, s) for s in offers.values())
    return there + settled + sum(new)


def _orders(problem: Problem, variables: Variables, vintages: list[Vintage]) -> int:
    """Orders of an offer that may be of use at a time: one in service, others on their way.

    A term that ends within a step is held through it, and of no use any more.
    """
    if vintages[0].term is None:
        return 2 if vintages[0].lead else 1
    idle = Counter(
        node.index
        for vintage in vintages
        for node in variables.held_at(vintage)
        if not problem.in_service(vintage, node)
    )
    return 1 + max(idle.values(), default=0)


def applies(problem: Problem) -> bool:
    """Whether the kinds of cards are limited."""
    return problem.kinds_most is not None
