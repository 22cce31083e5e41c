"""Workloads that nothing can run, said before any solve, with the nearest miss in numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import isfinite

from planner.formulation.fillings import HostFillings
from planner.formulation.problem import Problem
from planner.formulation.setup import Setup
from planner.sizing.fixed import NO_PRECISION
from planner.sizing.option import Option, Quantum, Refusal, Sizing

_SHOWN = 3


def obstacles(sizing: Sizing, setup: Setup) -> list[str]:
    """A sentence for each load without any deployment option at any site.

    It is about a whole workload, or about a class of requests that no option of it answers.
    """
    offered = [option for option in setup.problem.options if _places(setup, option)]
    found = []
    for workload, quantum in sizing.quanta.items():
        options = [option for option in offered if option.workload == workload]
        if any(quantum.demand) and not options:
            found.append(" ".join(_sentences(workload, sizing, setup)))
        elif options:
            found += _unanswered(workload, quantum, options)
    return found


def _unanswered(workload: str, quantum: Quantum, options: Sequence[Option]) -> Iterator[str]:
    """Classes of requests that none of the options answers."""
    for number, asked in enumerate(quantum.classes):
        if any(asked.demand) and not any(option.rates[number] for option in options):
            yield (
                f"{workload} has requests of {asked.name} tokens, and no card that may be used "
                "answers any; where its speeds are measured, the class must be among the rows."
            )


def _places(setup: Setup, option: Option) -> list[str]:
    """Sites and providers at which an option can be deployed."""
    problem = setup.problem
    return [
        site.name
        for site in problem.sites
        if problem.runs(site.name, option)
        and problem.most_units[site.name, option.gpu]
        and any(_houses(problem, site.name, filled, option) for filled in setup.fillings)
    ]


def _houses(problem: Problem, site: str, filled: HostFillings, option: Option) -> bool:
    """Whether a host may stand at a site and has room for one replica."""
    return bool(problem.most_units.get((site, filled.host.id))) and _takes(problem, filled, option)


def _takes(problem: Problem, filled: HostFillings, option: Option) -> bool:
    """Whether a host has room for one replica, wherever it may stand."""
    facts, need = problem.facts[filled.host.id], problem.host_needs.get(option.workload)
    enough = need is None or (
        need.cpu_cores <= facts.cpu_cores and need.memory_gib <= facts.memory_gib
    )
    joined = not problem.is_bridged(option) or facts.bridge_pairs > 0
    return enough and joined and filled.most.get(option.gpu, 0) >= option.gpus


def _sentences(workload: str, sizing: Sizing, setup: Setup) -> Iterator[str]:
    yield f"{workload} can run on no card that may be used."
    options = [o for o in sizing.options if o.workload == workload]
    by_gpu = {o.gpu: o for o in sorted(options, key=lambda o: (-o.gpus, -o.capacity))}
    for gpu in sorted(by_gpu)[:_SHOWN]:
        yield f"It would run on {gpu}, but {_missing(by_gpu[gpu], setup)}."
    if not options:
        yield from _nearest([r for r in sizing.refusals if r.workload == workload])


def _missing(option: Option, setup: Setup) -> str:
    """Why an option that sizing offers cannot be deployed."""
    problem = setup.problem
    if option.gpu in setup.left_out:
        return setup.left_out[option.gpu]
    if all(o is not option for o in problem.options):
        return "no bridge that joins two of them has a price or is owned"
    allowed = [s for s in problem.sites if problem.may_run(s.name, option.workload)]
    if not allowed:
        return f"{option.workload} may run at none of {_listed([s.name for s in problem.sites])}"
    names = _listed([site.name for site in allowed])
    standing = [site.name for site in allowed if problem.stands(site.name, option.gpu)]
    if not standing:
        return f"it may not stand at {names}"
    if not any(problem.most_units[site, option.gpu] for site in standing) or _is_starved(
        setup, standing, option
    ):
        return f"the power of {names} is not enough for one of them in a host"
    joined = " and joins them by a bridge" if problem.is_bridged(option) else ""
    needs = " and has what the need takes of a host" if _takes_of_host(problem, option) else ""
    return f"no host that may stand at {names} takes {option.gpus} of them{joined}{needs}"


def _is_starved(setup: Setup, sites: Sequence[str], option: Option) -> bool:
    """Whether hosts that take a replica may stand at sites, and none of them has the power to."""
    problem = setup.problem
    taking = [f.host.id for f in setup.fillings if _takes(problem, f, option)]
    most = [problem.most_units[s, h] for s in sites for h in taking if problem.stands(s, h)]
    return bool(most) and not any(most)


def _takes_of_host(problem: Problem, option: Option) -> bool:
    return option.workload in problem.host_needs


def _nearest(refusals: Sequence[Refusal]) -> Iterator[str]:
    """The smallest shortfalls, one for each card; what is ruled out altogether only if all is."""
    near = [r for r in refusals if isfinite(r.shortfall)]
    if not near:
        yield from _ruled_out(refusals)
    best: dict[str, Refusal] = {}
    for refusal in sorted(near, key=lambda r: (r.shortfall, r.gpu, r.precision or "")):
        best.setdefault(refusal.gpu, refusal)
    for refusal in list(best.values())[:_SHOWN]:
        yield f"Near miss on {_where(refusal)}: {refusal.text}."


def _ruled_out(refusals: Sequence[Refusal]) -> Iterator[str]:
    """Reasons without a figure, each once with the cards that it holds for."""
    cards: dict[str, list[str]] = defaultdict(list)
    for refusal in refusals:
        where = _where(refusal)
        if where not in cards[refusal.text]:
            cards[refusal.text].append(where)
    for text, names in list(cards.items())[:_SHOWN]:
        yield f"Near miss on {_listed(names)}: {text}."


def _where(refusal: Refusal) -> str:
    gpus = f"{refusal.gpus} x {refusal.gpu}" if refusal.gpus and refusal.gpus > 1 else refusal.gpu
    stated = refusal.precision in (None, NO_PRECISION)
    return gpus if stated else f"{gpus} in {refusal.precision}"


def _listed(names: Sequence[str]) -> str:
    """Some names, and how many more there are."""
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
