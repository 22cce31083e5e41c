"""Single machines of a solution: what each is, and what is told apart on it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping
from fractions import Fraction
from typing import TypeVar

from planner.formulation.builds import Build
from planner.formulation.expression import Variable
from planner.formulation.machines import Cut, Machine, Piece, Standing, Together, racks_at
from planner.formulation.problem import Problem
from planner.formulation.variables import Variables

Whole = Callable[[Variable], int]
"""Rounds the value of a variable."""
Key = tuple[Machine, int]
What = TypeVar("What", bound=Hashable)


def standings(decisions: Variables, whole: Whole) -> tuple[Standing, ...]:
    """The machines in use at every node, where machines are counted one by one."""
    single = decisions.machines
    cards: dict[Key, dict[str, int]] = defaultdict(dict)
    for (machine, gpu, node), v in single.filled.items():
        cards[machine, node][gpu] = whole(v)
    pieces: dict[Key, dict[Piece, int]] = defaultdict(dict)
    for (machine, piece, node), v in single.pieces.items():
        pieces[machine, node][piece] = whole(v)
    shared: dict[Key, dict[Together, int]] = defaultdict(dict)
    for (machine, together, node), v in single.shared.items():
        shared[machine, node][together] = whole(v)
    cuts: dict[Key, dict[Cut, int]] = defaultdict(dict)
    for (machine, cut, node), v in single.sliced.items():
        cuts[machine, node][cut] = whole(v)
    return tuple(
        Standing(
            machine=key[0],
            node=key[1],
            build=_build(decisions.problem, key[0].host, _some(cards[key])),
            pieces=_some(pieces[key]),
            shared=_some(shared[key]),
            cuts=_some(cuts[key]),
            rack=_rack(decisions, whole, key),
        )
        for key, used in single.standing.items()
        if whole(used)
    )


def _build(problem: Problem, host: str, cards: Mapping[str, int]) -> Build:
    """A host with some cards; it need not be one of the builds that are listed."""
    inside = tuple(sorted(cards.items()))
    watts = [(problem.watts[host], 1), *((problem.watts[gpu], n) for gpu, n in inside)]
    idle = sum((w.idle * n for w, n in watts), Fraction(0))
    return Build(host, inside, idle, sum((w.load * n for w, n in watts), Fraction(0)))


def _rack(decisions: Variables, whole: Whole, key: Key) -> int | None:
    """The rack of a machine: the one that was chosen, or the only one."""
    machine, node = key
    site = next(s for s in decisions.problem.sites if s.name == machine.site)
    if not decisions.problem.facts[machine.host].racked or not racks_at(site):
        return None
    chosen = decisions.machines.racked
    racks = range(1, racks_at(site) + 1)
    return next((r for r in racks[1:] if whole(chosen[machine, r, node])), 1)


def racked_of(
    decisions: Variables, whole: Whole, machines: tuple[Standing, ...]
) -> dict[tuple[str, Build, int, int], int]:
    """Hosts of a build in each rack; where machines are counted one by one, as these say."""
    apart = decisions.machines.apart
    found = Counter(
        (m.machine.site, m.build, m.rack, m.node) for m in machines if m.rack is not None
    )
    elsewhere = {k: whole(v) for k, v in decisions.racked.items() if k[0] not in apart}
    return _some(dict(found) | elsewhere)


def hosts_of(
    decisions: Variables, whole: Whole, machines: tuple[Standing, ...]
) -> dict[tuple[str, Build, int], int]:
    """Hosts in use as each build; where machines are counted one by one, as these say."""
    apart = decisions.machines.apart
    found = Counter((m.machine.site, m.build, m.node) for m in machines)
    elsewhere = {k: whole(v) for k, v in decisions.builds.items() if k[0] not in apart}
    return _some(dict(found) | elsewhere)


def _some(counts: Mapping[What, int]) -> dict[What, int]:
    return {key: n for key, n in counts.items() if n}
