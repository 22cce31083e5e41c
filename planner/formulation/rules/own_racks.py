"""Racks: those beyond the ones that stand there are owned."""

from collections import defaultdict
from collections.abc import Iterator

from planner.formulation.expression import Variable, total
from planner.formulation.holdings import in_service
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables

RULE = Rule(
    name="own_racks",
    sentence="Racks in use beyond those that stand at a site are held and have arrived, and no "
    "more are held than may be bought.",
    formula=r"\sum_r q_{s,r,n} \le \sum_{v:\, m(n) \ge m(v) + L} "
    r"\mathrm{own}_{\mathrm{rack},s,v,n}, \quad "
    r"\sum_v \mathrm{own}_{\mathrm{rack},s,v,n} \le \mathrm{buy}_s",
    unit="racks",
    about="housing",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """Two rows for each site that may buy racks, and node: racks in use, and racks held."""
    held = in_service(problem, variables)
    everything: dict[tuple[str, str, int], list[Variable]] = defaultdict(list)
    for (vintage, node), owned_units in variables.owned.items():
        everything[vintage.site, vintage.item, node].append(owned_units)
    racks = {site.name: site.racks for site in problem.sites if site.racks is not None}
    opened: dict[tuple[str, int], list[Variable]] = defaultdict(list)
    for (site, _, node), used in variables.opened.items():
        opened[site, node].append(used)
    for (site, node), used_racks in opened.items():
        owned = held[site, racks[site].item, node]
        key = (site, racks[site].item, problem.tree.nodes[node].label)
        yield Row(RULE, key, total(used_racks) - total(owned), at_most=0)
        bought = total(everything[site, racks[site].item, node])
        if bought.terms:
            yield Row(RULE, (*key, "most"), bought, at_most=racks[site].buy)


def applies(problem: Problem) -> bool:
    """Whether racks may be bought somewhere."""
    return any(site.racks is not None and site.racks.buy for site in problem.sites)
