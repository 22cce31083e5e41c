"""Requests by class: shares that a solver found, as the requests per second that a plan states."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from planner.catalog.items import exact
from planner.sizing.option import Option
from planner.solve.solution import Solution

NOTHING = Fraction(1, 10**7)
"""Shares and turns below this are the solver's tolerance, not work."""
SLACK = 9 * NOTHING
"""Most that hours and the time of replicas may be exceeded by, or be missing."""
Key = tuple[str, Option, int, int]
"""Site, option, number of the class, node."""
Shares = dict[Key, Fraction]


def stated_routing(solution: Solution) -> Solution:
    """Shares that add up to 1 and stand for the requests per second that the plan states."""
    shares = _adding_up(
        {
            (site, option, number, node): share
            for (site, option, number, node), share in solution.routed.items()
            if share > NOTHING and (site, option, node) in solution.replicas
        }
    )
    _relieve(solution, shares)
    routed = {}
    for (site, option, number, node), share in shares.items():
        amount = solution.problem.class_demand[option.workload, number, node]
        routed[site, option, number, node] = exact(requests(share * amount)) / amount
    return replace(solution, routed=routed)


def requests(amount: Fraction) -> float:
    """Requests per second as the plan states them."""
    return float(amount)


def utilisation(solution: Solution, site: str, option: Option, node: int) -> Fraction:
    """Replicas of an option that the requests routed to them keep busy."""
    return _busy(solution, solution.routed, site, option, node)


def _adding_up(shares: Shares) -> Shares:
    whole: dict[tuple[str, int, int], Fraction] = defaultdict(Fraction)
    for (_, option, number, node), share in shares.items():
        whole[option.workload, number, node] += share
    return {
        (site, option, number, node): share / whole[option.workload, number, node]
        for (site, option, number, node), share in shares.items()
    }


def _relieve(solution: Solution, shares: Shares) -> None:
    """Send what keeps replicas busy a little more than all of their time to others with time."""
    for site, option, node in sorted(
        {(s, o, n) for s, o, _, n in shares}, key=lambda e: (e[2], e[0], e[1].name)
    ):
        busy = _busy(solution, shares, site, option, node)
        most = solution.replicas[site, option, node] * (1 + SLACK)
        if busy <= most:
            continue
        for key in [k for k in shares if (k[0], k[1], k[3]) == (site, option, node)]:
            excess = shares[key] * (1 - most / busy)
            for other in _others(solution, shares, key, excess):
                shares[other] += excess
                shares[key] -= excess
                break


def _others(solution: Solution, shares: Shares, key: Key, excess: Fraction) -> Iterator[Key]:
    """Replicas that get requests of a class and have time for more."""
    _, option, number, node = key
    for other in list(shares):
        site, taking, n, at = other
        if other != key and (taking.workload, n, at) == (option.workload, number, node):
            amount = solution.problem.class_demand[taking.workload, number, node]
            busy = _busy(solution, shares, site, taking, node)
            more = excess * amount / taking.rates[number]
            if busy + more <= solution.replicas[site, taking, node]:
                yield other


def _busy(
    solution: Solution, shares: Mapping[Key, Fraction], site: str, option: Option, node: int
) -> Fraction:
    busy = Fraction(0)
    for number in solution.problem.classes_of(option.workload):
        share = shares.get((site, option, number, node))
        if share:
            amount = solution.problem.class_demand[option.workload, number, node]
            busy += share * amount / option.rates[number]
    return busy
