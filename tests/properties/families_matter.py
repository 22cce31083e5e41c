"""Which families of rules change what a scenario costs: each is taken out in turn.

`python -m tests.properties.families_matter 200` prints how often each is in play and matters.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from planner.scenario.inputs import Inputs
from planner.scenario.schema import Scenario
from planner.scenario.workloads import FixedWorkload
from tests.fixtures.families import FAMILIES, families_of, random_family_inputs
from tests.properties.brute_uses import TooLargeError
from tests.properties.families_force import cheapest


def _without(**fields: Any) -> Callable[[Scenario], Scenario]:
    return lambda scenario: scenario.model_copy(update=fields)


def _workloads(**fields: Any) -> Callable[[Scenario], Scenario]:
    """The same workloads with other values of some fields, where they have these."""

    def changed(scenario: Scenario) -> Scenario:
        found = tuple(
            w.model_copy(update={k: v for k, v in fields.items() if hasattr(w, k)})
            for w in scenario.workloads
        )
        return scenario.model_copy(update={"workloads": found})

    return changed


def _no_racks(scenario: Scenario) -> Scenario:
    sites = tuple(s.model_copy(update={"racks": None}) for s in scenario.sites)
    return scenario.model_copy(update={"sites": sites})


def _one_site(scenario: Scenario) -> Scenario:
    """The first site only, which may run everything; what stood elsewhere is gone."""
    home = scenario.sites[0].name
    there = tuple(lot for lot in scenario.existing if lot.site in (None, home))
    requires = _workloads(sites=None, requires=scenario.workloads[0].requires)
    fewer = {"sites": scenario.sites[:1], "existing": there}
    return requires(scenario).model_copy(update=fewer)


def _no_host_needs(scenario: Scenario) -> Scenario:
    none = {"cpu_cores": None, "host_memory_gib": None}
    found = tuple(
        w.model_copy(update={"need": w.need.model_copy(update=none)})
        if isinstance(w, FixedWorkload)
        else w
        for w in scenario.workloads
    )
    return scenario.model_copy(update={"workloads": found})


OUT: Mapping[str, Callable[[Scenario], Scenario]] = {
    "bridges": _workloads(link="same_host"),
    "mig": _workloads(isolation="exclusive"),
    "racks": _no_racks,
    "budget": _without(budget=None),
    "kinds": lambda s: s.model_copy(
        update={"fleet": s.fleet.model_copy(update={"max_gpu_models": None})}
    ),
    "supply": _without(supply=()),
    "leads": _without(lead_times=()),
    "leases": _without(leases=()),
    "rentals": _without(rentals=()),
    "sites": _one_site,
    "survive": _workloads(survive=None),
    "host_needs": _no_host_needs,
}
"""How each family is taken out; request classes and pools are the demand itself."""


def matter(inputs: Inputs, families: frozenset[str]) -> set[str]:
    """Families without which a scenario costs something else."""
    best = cheapest(inputs)
    found = {f for f in families if f not in OUT}
    for family in families & OUT.keys():
        other = Inputs(OUT[family](inputs.scenario), inputs.catalog)
        try:
            if cheapest(other) != best:
                found.add(family)
        except TooLargeError:
            continue
    return found


def main(count: int) -> None:
    """Print how often each family is in play and matters."""
    seen: Counter[str] = Counter()
    matters: Counter[str] = Counter()
    for seed in range(count):
        families = families_of(seed)
        inputs = random_family_inputs(seed)
        try:
            found = matter(inputs, families)
        except TooLargeError:
            seen["too large"] += 1
            continue
        seen.update(families)
        matters.update(found)
        seen["no plan"] += cheapest(inputs) is None
    for family in (*FAMILIES, "no plan", "too large"):
        print(f"{seen[family]:5} {matters[family]:5}  {family}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
