"""A solution of the inner master as a solution of the whole problem."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from planner.formulation.builds import Build
from planner.formulation.expression import Variable
from planner.formulation.holdings import in_service
from planner.formulation.objective import TERMS
from planner.formulation.parameters import RackLimits, SiteLimits
from planner.formulation.patterns import CardPattern
from planner.formulation.problem import PoolKind
from planner.formulation.setup import Setup
from planner.sizing.option import Option
from planner.solve.backend import Backend, Request
from planner.solve.fleets.masters import InnerMaster, Refined, to_be_refined
from planner.solve.fleets.seating import places_needed, seat
from planner.solve.solution import Solution

_STEPS = 10**9


def assemble(
    setup: Setup,
    inner: InnerMaster,
    values: Mapping[Variable, float],
    backend: Backend,
    request: Request,
) -> Solution | Refined:
    """Seat every card in a host and join all counts.

    Returns:
        The solution; or, where the summed limits of the hosts hold but no filling does, what must
        be housed exactly.
    """
    packings = inner.packings(values)
    replicas: dict[tuple[str, Option, int], int] = {}
    patterns: dict[tuple[str, CardPattern, int], int] = {}
    builds: dict[tuple[str, Build, int], int] = {}
    racked: dict[tuple[str, Build, int, int], int] = {}
    pools: dict[tuple[str, PoolKind, int], int] = {}
    turns: dict[tuple[str, Option, int], Fraction] = {}
    for node in setup.problem.tree.nodes:
        packing = packings[node.index]
        for (site, option), count in packing.replicas.items():
            replicas[site, option, node.index] = count
        for (site, pattern), count in packing.patterns.items():
            patterns[site, pattern, node.index] = count
        for (site, pool), count in packing.pools.items():
            pools[site, pool, node.index] = count
        for (site, option), part in packing.turns.items():
            turns[site, option, node.index] = Fraction(round(part * _STEPS), _STEPS)
        for limits in setup.problem.sites:
            site = limits.name
            cards = _counts(inner.decisions.installed, values, site, node.index)
            hosts = _counts(inner.decisions.running, values, site, node.index)
            needs = places_needed(packing.state, site)
            racks = _racks(inner, values, limits, node.index)
            seated = seat(setup, cards, hosts, needs, racks, backend, request)
            if seated is None:
                return to_be_refined(setup, site, hosts, cards)
            for (build, rack), count in seated.items():
                builds[site, build, node.index] = builds.get((site, build, node.index), 0) + count
                if rack is not None:
                    racked[site, build, rack, node.index] = count
    owned = {
        key: n
        for key, v in inner.decisions.owned.items()
        if key[1] >= 0 and (n := round(values[v]))
    }
    problem = setup.problem.restricted(
        tuple(dict.fromkeys(p for _, p, _ in patterns)),
        tuple(dict.fromkeys(b for _, b, _ in builds)),
    )
    return Solution(
        problem, replicas, patterns, builds, owned, pools=pools, turns=turns, racked=racked
    )


def _racks(
    inner: InnerMaster, values: Mapping[Variable, float], site: SiteLimits, node: int
) -> tuple[RackLimits, int] | None:
    """The racks of a site and how many there are at a node; None if hosts need none."""
    if site.racks is None:
        return None
    held = in_service(inner.problem, inner.decisions)[site.name, site.racks.item, node]
    return site.racks, site.racks.count + sum(round(values[v]) for v in held)


def _counts(
    variables: Mapping[tuple[str, str, int], Variable],
    values: Mapping[Variable, float],
    site: str,
    node: int,
) -> dict[str, int]:
    return {
        item: n
        for (s, item, at), v in variables.items()
        if (s, at) == (site, node) and (n := round(values[v]))
    }


def gross_cost(inner: InnerMaster, values: Mapping[Variable, float]) -> float:
    """Discounted spend of a solution without its receipts, cents."""
    cents = sum(p.cents for p in inner.packings(values))
    for file in TERMS:
        if file.term.about == "fleet" and file.term.category != "resale":
            cost = file.cost(inner.problem, inner.decisions)
            cents += sum(float(f) * values[v] for v, f in cost.terms.items())
    return cents
