"""A solution without what nobody needs, in numbers that a plan can state exactly.

A search stops as soon as nothing can become cheaper by much, so what it hands over may run
replicas that carry nothing, hold groups that no job uses, and switch on machines where nothing is
deployed. Leaving that away breaks no promise and costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from math import ceil

from planner.catalog.items import exact
from planner.formulation.problem import PoolKind, Problem, pool_of
from planner.plan.routing import NOTHING, SLACK, stated_routing, utilisation
from planner.sizing.option import Option
from planner.solve.solution import Solution
from planner.units import HOURS_PER_MONTH

Ranked = list[tuple[Fraction, str, str, Option]]
"""Ways to carry a load: price of a unit, name, site, option."""


def tidy(solution: Solution) -> Solution:
    """The same plan without spare replicas, turns, groups and machines."""
    for step in (stated_routing, without_spare_replicas, without_spare_turns, without_idle_nodes):
        solution = step(solution)
    return solution


def hours(turns: Fraction) -> float:
    """Hours of a month as the plan states them, for a number of groups that work all through it."""
    return float(turns * HOURS_PER_MONTH)


def without_spare_replicas(solution: Solution) -> Solution:
    """Leave away replicas that neither the demand needs nor the load uses, the dearest first.

    A replica that the demand could spare may still serve the mean load at less cost than others;
    that one stays. Where a workload survives losses, spares are what was asked for, and stay.
    """
    problem = solution.problem
    kept = dict(solution.replicas)
    for (workload, node), found in _ranked(problem, kept).items():
        if problem.classes_of(workload):
            for _, _, site, option in found:
                busy = utilisation(solution, site, option, node)
                kept[site, option, node] = min(kept[site, option, node], ceil(busy - NOTHING))
        elif workload not in problem.survival:
            need = Fraction(problem.demand[workload, node])
            capacities = {(s, o): o.capacity * kept[s, o, node] for _, _, s, o in found}
            for (site, option), lacking in _lacking(
                found, capacities, need, problem.load[workload, node]
            ):
                count = min(kept[site, option, node], max(0, ceil(lacking / option.capacity)))
                kept[site, option, node] = count
                capacities[site, option] = option.capacity * count
    return replace(solution, replicas={k: n for k, n in kept.items() if n})


def without_spare_turns(solution: Solution) -> Solution:
    """Leave away turns that no job needs, the dearest first, and then groups without work.

    Where a solver's tolerance left a job short of its demand, the hours of its pools that nobody
    takes make up for it.
    """
    problem = solution.problem
    kept = {
        (site, option, node): count
        for (site, option, node), count in solution.turns.items()
        if (site, pool_of(option), node) in solution.pools
        and option.capacity * count > problem.demand[option.workload, node] * NOTHING
    }
    for (workload, node), found in _ranked(problem, kept).items():
        need = Fraction(problem.demand[workload, node])
        capacities = {(s, o): o.capacity * kept[s, o, node] for _, _, s, o in found}
        for (site, option), lacking in _lacking(
            found, capacities, need, problem.load[workload, node]
        ):
            enough = min(kept[site, option, node], max(Fraction(0), lacking / option.capacity))
            kept[site, option, node] = enough
            capacities[site, option] = option.capacity * enough
    _make_up(solution, kept)
    turns = {key: exact(hours(count)) / HOURS_PER_MONTH for key, count in kept.items() if count > 0}
    used = _taken(turns)
    pools = {k: min(n, ceil(used.get(k, 0) - NOTHING)) for k, n in solution.pools.items()}
    return replace(solution, turns=turns, pools={k: n for k, n in pools.items() if n})


def _make_up(solution: Solution, turns: dict[tuple[str, Option, int], Fraction]) -> None:
    """Give jobs that are a little short of their demand what is left of their pools.

    Where nothing is left, the pools give a little more than they have: as much as the audit allows
    to numbers that come from a solver.
    """
    problem, taken = solution.problem, _taken(turns)
    for (workload, node), found in _ranked(problem, turns).items():
        need, ways = problem.demand[workload, node], [(s, o) for _, _, s, o in found]
        busy = sum((turns[s, o, node] for s, o in ways), Fraction(0))
        carried = sum((o.capacity * turns[s, o, node] for s, o in ways), Fraction(0))
        for stretch in (Fraction(1), 1 + SLACK):
            for site, option in ways:
                pool = (site, pool_of(option), node)
                left = solution.pools[pool] * stretch - taken[pool]
                free = problem.turns_most[workload] * stretch - busy
                missing = need / stretch - carried
                more = max(Fraction(0), min(missing / option.capacity, left, free))
                turns[site, option, node] += more
                taken[pool] += more
                busy, carried = busy + more, carried + more * option.capacity


def _taken(
    turns: Mapping[tuple[str, Option, int], Fraction],
) -> dict[tuple[str, PoolKind, int], Fraction]:
    """Groups of each pool that are kept busy."""
    taken: dict[tuple[str, PoolKind, int], Fraction] = {}
    for (site, option, node), count in turns.items():
        pool = (site, pool_of(option), node)
        taken[pool] = taken.get(pool, Fraction(0)) + count
    return taken


def without_idle_nodes(solution: Solution) -> Solution:
    """Switch off the machines of nodes at which nothing is deployed."""
    busy = {node for _, _, node in solution.replicas} | {node for _, _, node in solution.pools}
    return replace(
        solution,
        patterns={k: n for k, n in solution.patterns.items() if k[2] in busy},
        cuts={k: n for k, n in solution.cuts.items() if k[3] in busy},
        hosts={k: n for k, n in solution.hosts.items() if k[2] in busy},
        racked={k: n for k, n in solution.racked.items() if k[3] in busy},
        machines=tuple(m for m in solution.machines if m.node in busy),
    )


def cents_per_kwh(problem: Problem) -> dict[str, Fraction]:
    """Price of a kilowatt-hour of IT power at each place; none where others pay for it."""
    return {s.name: Fraction(0) if s.rental else s.pue * s.cents_per_kwh for s in problem.sites}


def _ranked(
    problem: Problem, counts: Mapping[tuple[str, Option, int], object]
) -> dict[tuple[str, int], Ranked]:
    """What carries each workload at each node, by what a unit costs in energy."""
    tariff = cents_per_kwh(problem)
    found: dict[tuple[str, int], Ranked] = {}
    for site, option, node in counts:
        price = Fraction(option.power_mw, option.capacity) * tariff[site]
        found.setdefault((option.workload, node), []).append((price, option.name, site, option))
    return {key: sorted(ranked, key=lambda e: e[:3]) for key, ranked in found.items()}


def _lacking(
    found: Ranked,
    capacities: Mapping[tuple[str, Option], Fraction | int],
    need: Fraction,
    load: Fraction,
) -> Iterator[tuple[tuple[str, Option], Fraction]]:
    """For each way, the dearest first, what it must carry beside the others.

    The caller lowers ``capacities`` between the steps.
    """
    cheaper = sum(capacities.values(), Fraction(0))
    dearer = Fraction(0)
    for _, _, site, option in reversed(found):
        cheaper -= capacities[site, option]
        yield (site, option), max(load - cheaper, need - cheaper - dearer)
        dearer += capacities[site, option]
