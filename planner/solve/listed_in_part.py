"""Some patterns and some builds, where there are too many to list them all.

What is found with them is a fleet; that nothing is found says little. Each kind of card gets, for
every workload, patterns that begin with it and are filled up with the others, the largest pieces
first; each host gets its fillings with one kind of card, and those that leave no place where they
can be listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from planner.formulation.builds import Build
from planner.formulation.fillings import HostFillings
from planner.formulation.patterns import CardPattern, CardRoom, pattern_of
from planner.formulation.problem import Problem
from planner.formulation.setup import Setup
from planner.sizing.option import Option

_MOST_BUILDS = 1_500
_MOST_FILLINGS = 5_000
"""Fillings of one host up to which those that leave no place are looked for."""


def listed_in_part(setup: Setup) -> Problem:
    """The problem with some of its patterns and builds."""
    problem = setup.problem
    peak = {
        w: max(problem.demand[w, node.index] for node in problem.tree.nodes)
        for w in problem.workloads
    }
    found: dict[CardPattern, None] = {}
    for room in problem.rooms.values():
        found |= dict.fromkeys(_patterns(room, problem.options, peak))
    return problem.restricted(tuple(found), tuple(_builds(setup)))


def _patterns(
    room: CardRoom, options: Sequence[Option], peak: dict[str, int]
) -> Iterator[CardPattern]:
    pieces: dict[str, list[Option]] = {}
    for option in options:
        if option.part and option.gpu == room.gpu and peak[option.workload]:
            pieces.setdefault(option.workload, []).append(option)
    useful = {w: _useful(found, peak[w]) for w, found in pieces.items()}
    names = sorted(useful)
    for place, name in enumerate(names):
        others = names[place + 1 :] + names[:place]
        for first in useful[name]:
            if room.holds((first,)):
                for order in (
                    others,
                    others[::-1],
                    sorted(others, key=lambda w: _bytes(useful[w])),
                ):
                    yield pattern_of(room.gpu, _filled(room, first, order, useful))


def _useful(options: Sequence[Option], peak: int) -> list[Option]:
    """Of each precision the largest, the one that just carries the peak, and a small one."""
    found: dict[Option, None] = {}
    for precision in sorted({o.precision for o in options}):
        levels = sorted((o for o in options if o.precision == precision), key=lambda o: o.level)
        enough = next((o for o in levels if o.capacity >= peak), levels[-1])
        found |= dict.fromkeys((enough, levels[len(levels) // 2], levels[0]))
    return sorted(found, key=lambda o: -o.capacity)


def _bytes(options: Sequence[Option]) -> int:
    return min(o.memory_bytes for o in options)


def _filled(
    room: CardRoom, first: Option, order: Sequence[str], useful: dict[str, list[Option]]
) -> tuple[Option, ...]:
    """A card with a replica and whatever of the others still finds a place, in an order."""
    chosen: tuple[Option, ...] = (first,)
    for name in order:
        fitting = (o for o in useful[name] if room.holds((*chosen, o)))
        more = next(fitting, None)
        chosen = chosen if more is None else (*chosen, more)
    return chosen


def _builds(setup: Setup) -> Iterator[Build]:
    every = sum(filled.number(_MOST_BUILDS) for filled in setup.fillings)
    for filled in setup.fillings:
        if every <= _MOST_BUILDS:
            yield from (filled.build(row) for row in range(len(filled.counts)))
        elif filled.number(_MOST_FILLINGS) <= _MOST_FILLINGS:
            yield from _plain(filled, int(filled.counts.sum(axis=1).max()))
        else:
            kinds = [gpu for gpu, most in filled.most.items() if most]
            alone = {gpu: filled.of({gpu}) for gpu in kinds}
            largest = max(int(found.counts.max()) for found in alone.values())
            for found in alone.values():
                yield from _plain(found, largest)


def _plain(filled: HostFillings, largest: int) -> Iterator[Build]:
    """Fillings with one kind of card, or with as many cards as any."""
    counts = filled.counts
    plain = ((counts > 0).sum(axis=1) == 1) | (counts.sum(axis=1) == largest)
    yield from (filled.build(int(row)) for row in np.flatnonzero(plain))
