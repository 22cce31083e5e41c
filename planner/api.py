"""The program from Python: read a scenario, find its plan, audit it."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from planner.plan.audit import Finding
from planner.plan.audit import audit as _audit
from planner.plan.file import load_plan as _load_plan
from planner.plan.schema import Plan
from planner.scenario.inputs import Inputs
from planner.scenario.loading import load_scenario as _load_scenario
from planner.solve.mathopt import BACKENDS
from planner.solve.settings import Listener, Method, Settings
from planner.studies.explain import explaining
from planner.studies.optimum import find_plan as _find_plan

File = str | PathLike[str]


def load_scenario(path: File) -> Inputs:
    """A scenario file with the catalogue that it is planned with.

    Raises:
        InputError: with every finding, each with its place in the file.
    """
    return _load_scenario(Path(path))


def find_plan(
    scenario: File | Inputs,
    *,
    gap: float = 0.01,
    seconds: float = 60.0,
    work_limit: int | None = None,
    engine: str = "auto",
    backend: str = "gscip",
    threads: int = 1,
    paths: bool = False,
    stress: bool = False,
    explain: bool = False,
    listener: Listener | None = None,
) -> Plan:
    """The cheapest plan of a scenario, audited, with a bound that holds for every other plan.

    Args:
        scenario: path of a scenario file, or what `load_scenario` returns.
        gap: the search ends when no plan can be cheaper by this share of the gross spend.
        seconds: wall-clock limit of the search.
        work_limit: a limit that does not depend on the clock; the same every time.
        engine: ``auto``, ``direct`` or ``decomposition``.
        backend: ``gscip``, ``highs`` or ``cp-sat``.
        threads: threads of the solver.
        paths: whether to say what buying once, and buying again later, would have cost.
        stress: whether to ask if the first purchase survives the least certain inputs.
        explain: whether the error says, where no fleet can meet the scenario, what would help.
        listener: who is told while the search goes on, and who can stop it.

    Raises:
        InputError: if the scenario is wrong.
        InfeasibleError: if no fleet can meet it.
        NoAnswerError: if no plan was found within the limits.
        InterruptedSearch: if the search was stopped before a plan was found.
        ValueError: if an engine or a backend has another name.
    """
    inputs = scenario if isinstance(scenario, Inputs) else load_scenario(scenario)
    if backend not in BACKENDS:
        raise ValueError(f"there is no backend `{backend}`; there are {', '.join(BACKENDS)}")
    settings = Settings(
        gap=gap, seconds=seconds, work=work_limit, threads=threads, method=Method(engine)
    )
    told = Listener() if listener is None else listener
    solver = BACKENDS[backend]

    def search() -> Plan:
        return _find_plan(inputs, solver, settings, told, paths=paths, stress=stress)

    return explaining(search, inputs, solver, settings, told) if explain else search()


def load_plan(path: File) -> Plan:
    """A plan file.

    Raises:
        InputError: if it cannot be read or is no plan.
    """
    return _load_plan(Path(path))


def audit(plan: Plan) -> list[Finding]:
    """Every promise that a plan does not keep, derived from the plan alone; none if it is sound."""
    return _audit(plan)
