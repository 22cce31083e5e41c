"""Trials: is there a fleet once some limits are loosened? Every answer is remembered."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from planner.formulation.problem import Problem
from planner.formulation.setup import Setup, set_up
from planner.formulation.tree import Node
from planner.scenario.inputs import Inputs
from planner.sizing.option import Sizing
from planner.sizing.sizing import size
from planner.solve.any_fleet import (
    SMALL,
    AnyFleet,
    Used,
    Verdict,
    alone,
    any_fleet,
    columns,
    heaviest_first,
    is_served,
    made_of,
)
from planner.solve.backend import Backend, Request
from planner.solve.direct import listed
from planner.solve.listed_in_part import listed_in_part
from planner.solve.settings import Listener, Progress, Settings
from planner.studies.explain_limits import Loosened, loosened

_WORK = 2_000
_SECONDS = 15.0
_SHARE = 0.4
_SHARE_OF_MONTH = 0.1
_REMEMBERED = 4
_WITHOUT_SIZING = frozenset(
    {"facility_power_kw", "hosts_max", "racks", "budget", "supply", "lead_times", "quotes",
     "max_gpu_models"}
)  # fmt: skip
"""Fields that no deployment option depends on."""
_OF_ALL_MONTHS = frozenset({"budget", "supply"})
"""Fields that no month alone depends on."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A scenario with its patterns and builds, all of them or some where there are too many.

    Where some load has no option at all, none are listed.
    """

    problem: Problem
    served: bool
    complete: bool


class Trials:
    """Asks whether there is a fleet.

    Args:
        inputs: the scenario.
        sizing: its deployment options.
        backend: solver.
        listener: who is told and can stop it.
        seconds: for all trials together.
    """

    def __init__(
        self, inputs: Inputs, sizing: Sizing, backend: Backend, listener: Listener, seconds: float
    ) -> None:
        self._inputs, self._sizing = inputs, sizing
        self.backend, self._listener = backend, listener
        self._began, self._seconds = time.monotonic(), seconds
        self._known: dict[str, AnyFleet] = {}
        self._months: dict[str, AnyFleet] = {}
        self._prepared: dict[str, _Prepared] = {}
        self._fleets: list[Used] = []
        self._months_known: set[str] = set()
        self._month = self._impossible_month()

    @property
    def over(self) -> bool:
        """Whether the time is up or a stop was asked for."""
        return self._left <= 0 or self._listener.stop.requested

    @property
    def request(self) -> Request:
        """Limits of one solve."""
        return Request(seconds=self._settings.seconds, work=_WORK, stop=self._listener.stop)

    def of(self, values: Loosened, *, month_is_met: bool = False) -> AnyFleet:
        """Whether there is a fleet once some limits have other values.

        Args:
            values: the other values.
            month_is_met: whether the month alone need not be asked first.
        """
        key = _key(values)
        if key not in self._known:
            if self.over:
                return AnyFleet(Verdict.UNKNOWN)
            first = AnyFleet(Verdict.UNKNOWN) if month_is_met else self.at_month(values)
            found = first if first.verdict.speaks_against else self._asked(values)
            if found.verdict is Verdict.UNKNOWN:
                return found
            self._known[key] = found
        return self._known[key]

    def works(self, values: Loosened) -> bool:
        """Whether there surely is a fleet."""
        return self.of(values).verdict is Verdict.YES

    def at_month(self, values: Loosened) -> AnyFleet:
        """The same for the month alone that has no fleet now; a no is a no for all months."""
        if self._month is None or self.over:
            return AnyFleet(Verdict.UNKNOWN)
        key = _key(values)
        if key not in self._months:
            self._months[key] = self._asked(values, self._month)
        return self._months[key]

    def problems(self, values: Loosened) -> tuple[Problem, ...]:
        """The month alone that has no fleet now, then all months, which may have few patterns."""
        if self.over or not self._prepare(values).served:
            return ()
        problem = self._prepare(values).problem
        few = problem if columns(problem) <= SMALL else made_of(problem, self._fleets)
        if self._month is None or len(problem.tree.nodes) == 1:
            return (few,)
        return (alone(problem, _node_of(problem, self._month)), few)

    @property
    def _left(self) -> float:
        return self._seconds - (time.monotonic() - self._began)

    @property
    def _settings(self) -> Settings:
        return Settings(gap=1.0, seconds=max(0.1, min(_SECONDS, _SHARE * self._left)))

    def _prepare(self, values: Loosened) -> _Prepared:
        """The scenario with other values, sized, set up and listed; the last few are kept."""
        key = _key(values)
        if key not in self._prepared:
            inputs = loosened(self._inputs, values)
            same = all(_WITHOUT_SIZING.intersection(map(str, limit.place)) for limit in values)
            setup = set_up(inputs, self._sizing if same else size(inputs))
            while len(self._prepared) >= _REMEMBERED:
                self._prepared.pop(next(iter(self._prepared)))
            self._prepared[key] = self._listed(setup)
        return self._prepared[key]

    def _listed(self, setup: Setup) -> _Prepared:
        if not is_served(setup.problem):
            return _Prepared(setup.problem, served=False, complete=True)
        small = listed(setup, self._settings)
        problem = listed_in_part(setup) if small is None else small.problem
        return _Prepared(problem, served=True, complete=small is not None)

    def _asked(self, values: Loosened, month: int | None = None) -> AnyFleet:
        """The answer for all months, or for one alone."""
        self._tell()
        prepared = self._prepare(values)
        if not prepared.served:
            return AnyFleet(Verdict.NO)
        problem = prepared.problem
        if month is not None:
            problem = alone(problem, _node_of(problem, month))
        monthly = _key({x: v for x, v in values.items() if x.place[0] not in _OF_ALL_MONTHS})
        found = any_fleet(
            problem, self.backend, self.request, self._fleets,
            complete=prepared.complete, months_known=monthly in self._months_known,
        )  # fmt: skip
        if found.used is not None:
            self._fleets.append(found.used)
            if month is None:
                self._months_known.add(monthly)
        return found

    def _impossible_month(self) -> int | None:
        """A month that has no fleet even alone, the one with the heaviest loads if it is so."""
        prepared = self._prepare({})
        for node in heaviest_first(prepared.problem):
            if not prepared.served:
                return node.month
            if self._left < (1 - _SHARE_OF_MONTH) * self._seconds or self.over:
                return None
            if self._asked({}, node.month).verdict.speaks_against:
                return node.month
        return None

    def _tell(self) -> None:
        seconds = time.monotonic() - self._began
        doing = "looking for what would make it possible"
        self._listener.on_progress(Progress(seconds, None, float("-inf"), None, doing))


def _node_of(problem: Problem, month: int) -> Node:
    """The node that a month belongs to."""
    return next(n for n in reversed(problem.tree.nodes) if n.month <= month)


def _key(values: Loosened) -> str:
    told = [(repr(limit.place), value) for limit, value in values.items()]
    return json.dumps(sorted(told, key=lambda entry: entry[0]))
