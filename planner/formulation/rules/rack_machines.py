"""Single machines: those that are built for racks stand in one, with their cards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import ceil, floor

from planner.formulation.expression import Expression, Variable, total
from planner.formulation.machines import Machine, is_apart, racks_at
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.formulation.variables import Variables
from planner.formulation.whole import steps_of

RULE = Rule(
    name="rack_machines",
    sentence="Where there are several racks, every machine for racks that is counted one by one "
    "stands in one of them with its cards, within the height, power and sockets of that rack.",
    formula=r"\sum_r y_{s,e,j,r,n} = r_{s,e,j,n}, \quad \sum_r u_{s,e,j,r,g,n} = u_{s,e,j,g,n}, "
    r"\quad u_{s,e,j,r,g,n} \le m_{e,g}\, y_{s,e,j,r,n}, \quad "
    r"\sum_{e,j} \big(w_e\, y_{s,e,j,r,n} + \sum_g w_g\, u_{s,e,j,r,g,n}\big) \le W_s",
    unit="machines, cards, height units, watts, sockets",
    about="housing",
)


def rows(problem: Problem, variables: Variables) -> Iterator[Row]:
    """Rows for each machine and node, and up to three for each rack and node."""
    single = variables.machines
    racks: dict[tuple[Machine, int], list[Variable]] = defaultdict(list)
    cards: dict[tuple[Machine, str, int], list[Variable]] = defaultdict(list)
    for (machine, _, node), stands in single.racked.items():
        racks[machine, node].append(stands)
    for (machine, rack, gpu, node), count in single.racked_cards.items():
        cards[machine, gpu, node].append(count)
        stands = single.racked[machine, rack, node]
        most = problem.host_rooms[machine.host].most[gpu]
        yield Row(RULE, count.key, count - most * stands, at_most=0)
    for key, standing in racks.items():
        used = single.standing[key]
        yield Row(RULE, used.key, total(standing) - used, at_least=0, at_most=0)
    for at, counts in cards.items():
        held = single.filled[at]
        yield Row(RULE, held.key, total(counts) - held, at_least=0, at_most=0)
    yield from _limits(problem, variables)


def _limits(problem: Problem, variables: Variables) -> Iterator[Row]:
    """Of each rack: its height, its power in whole steps, rounded up, and its sockets."""
    single = variables.machines
    steps = steps_of(w.load for w in problem.watts.values())
    taken: dict[tuple[str, int, int, str], list[Expression]] = defaultdict(list)
    for (machine, rack, node), stands in single.racked.items():
        facts, at = problem.facts[machine.host], (machine.site, rack, node)
        watts = ceil(problem.watts[machine.host].load * steps)
        taken[*at, "units"].append(facts.rack_units * stands)
        taken[*at, "watts"].append(watts * stands)
        taken[*at, "sockets"].append(facts.sockets * stands)
    for (machine, rack, gpu, node), count in single.racked_cards.items():
        watts = ceil(problem.watts[gpu].load * steps)
        taken[machine.site, rack, node, "watts"].append(watts * count)
    for (site, rack, node, what), parts in taken.items():
        room = _room(problem, site, what, steps)
        opened = variables.opened.get((site, rack, node))
        key = (site, f"rack{rack}", what, problem.tree.nodes[node].label)
        if room is not None and opened is None:
            yield Row(RULE, key, total(parts), at_most=room)
        elif room is not None and opened is not None:
            yield Row(RULE, key, total(parts) - room * opened, at_most=0)


def _room(problem: Problem, site: str, what: str, steps: int) -> int | None:
    racks = next(s.racks for s in problem.sites if s.name == site)
    assert racks is not None, "there are racks where machines stand in them"
    return {
        "units": racks.rack_units,
        "watts": floor(racks.watts * steps),
        "sockets": racks.sockets,
    }[what]


def applies(problem: Problem) -> bool:
    """Whether machines are counted one by one where there are several racks."""
    return any(racks_at(s) > 1 and is_apart(problem, s.name) for s in problem.sites)
