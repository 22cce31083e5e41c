"""Searches over small problems, and states of the solutions that they find."""

from __future__ import annotations

from collections import Counter

from planner.formulation.expression import Variable
from planner.formulation.model import Model, build_model
from planner.formulation.setup import Setup, set_up
from planner.formulation.tree import Node
from planner.scenario.inputs import Inputs
from planner.sizing.option import Sizing
from planner.sizing.sizing import size
from planner.solve.direct import listed
from planner.solve.engine import solve
from planner.solve.fleets.state import GROUP_SIZES, Slot
from planner.solve.mathopt import BACKENDS
from planner.solve.packing import Packing, packing_of
from planner.solve.settings import Listener, Method, Outcome, Settings
from planner.solve.solution import Solution

EXACT = Settings(gap=0.0, seconds=60.0)
CENT = 1.0


def setup_of(inputs: Inputs, sizing: Sizing | None = None, *, merge: bool = True) -> Setup:
    """The sets and parameters of a scenario."""
    return set_up(inputs, sizing or size(inputs), merge=merge)


def listed_setup(setup: Setup) -> Setup:
    """The same with every pattern and build."""
    small = listed(setup, Settings())
    assert small is not None
    return small


def model_of(setup: Setup) -> Model:
    """The model with every pattern and build."""
    return build_model(listed_setup(setup).problem)


def solved(
    setup: Setup,
    backend: str = "gscip",
    settings: Settings = EXACT,
    listener: Listener | None = None,
) -> Outcome:
    """What an engine finds."""
    return solve(setup, BACKENDS[backend], settings, listener or Listener())


def by(method: Method, gap: float = 0.0, seconds: float = 60.0) -> Settings:
    """Settings of one engine."""
    return Settings(gap=gap, seconds=seconds, method=method)


def state_at(solution: Solution, node: Node) -> dict[Slot, int]:
    """What the hosts of a solution offer at a node: cards, and places for groups."""
    found: Counter[Slot] = Counter()
    for (site, build, at), hosts in solution.hosts.items():
        for gpu, count in build.cards if at == node.index else ():
            found[site, gpu, 1] += count * hosts
            for k in GROUP_SIZES:
                found[site, gpu, k] += count // k * hosts
    return dict(found)


def packing_at(solution: Solution, node: Node) -> Packing:
    """How a solution serves a node."""
    replicas = {(s, o): n for (s, o, at), n in solution.replicas.items() if at == node.index}
    patterns = {(s, p): n for (s, p, at), n in solution.patterns.items() if at == node.index}
    return packing_of(solution.problem, node, replicas, patterns)


def cost_of(solution: Solution) -> float:
    """Discounted cents of a solution, by the parts of the objective and the cost of packings."""
    model = build_model(solution.problem)
    decisions = model.decisions
    values: Counter[Variable] = Counter()
    for (vintage, node), owned in decisions.owned.items():
        values[owned] += (
            (vintage.count or 0) if node < 0 else solution.owned.get((vintage, node), 0)
        )
    for (site, build, node), hosts in solution.hosts.items():
        values[decisions.running[site, build.host, node]] += hosts
        for gpu, count in build.cards:
            values[decisions.installed[site, gpu, node]] += count * hosts
    fleet = sum(float(f) * values[v] for v, f in model.cost.terms.items())
    return fleet + sum(packing_at(solution, node).cents for node in solution.problem.tree.nodes)
