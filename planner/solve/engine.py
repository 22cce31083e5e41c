"""One problem, two engines: everything in one program while that is small, fleets when not.

``auto`` starts with a first plan from the fleets' greedy hand. Where patterns are few, the root
of the direct engine's tree comes next, because its cutting planes often close the gap at once.
Then the search over fleets takes over with all that was found, and if it has nothing more to
ask, the direct engine goes on where everything can be listed.
``docs/decisions/004-search-over-fleets.md`` has the measurements.
"""

from __future__ import annotations

from planner.formulation.setup import Setup
from planner.solve.backend import Backend
from planner.solve.direct import DirectSearch, listed
from planner.solve.fleets.search import FleetSearch
from planner.solve.settings import Listener, Method, Outcome, Settings, StoppedBy
from planner.solve.watch import Watch


def solve(setup: Setup, backend: Backend, settings: Settings, listener: Listener) -> Outcome:
    """Solve a problem with the engine that suits its size, or the one that is asked for.

    Raises:
        ValueError: if the direct engine is asked for and there is too much to list.
    """
    watch = Watch(settings, listener)
    if settings.method is Method.DECOMPOSITION:
        fleets = FleetSearch(setup, backend, watch)
        fleets.seed()
        return _outcome(watch, Method.DECOMPOSITION, fleets.run(), fleets.infeasible, listed=False)
    small = listed(setup, settings)
    if settings.method is Method.DIRECT:
        if small is None:
            raise ValueError("there are too many card patterns or builds to list them all")
        direct = DirectSearch(small, backend, watch, settings.work)
        return _outcome(watch, Method.DIRECT, direct.run(), direct.infeasible, listed=True)
    return _either(setup, small, backend, watch)


def _either(setup: Setup, small: Setup | None, backend: Backend, watch: Watch) -> Outcome:
    fleets = FleetSearch(setup, backend, watch)
    fleets.seed()
    if small is not None and _few(small, watch.settings):
        limit = None if _tiny(small) else _ROOT
        direct = DirectSearch(small, backend, watch, _least(limit, watch.settings.work))
        stopped = direct.run()
        if stopped is not StoppedBy.WORK:
            return _outcome(watch, Method.DIRECT, stopped, direct.infeasible, listed=True)
        if watch.solution is not None:
            fleets.take(watch.solution)
    stopped = fleets.run()
    if stopped is StoppedBy.STALL and small is not None and not fleets.infeasible:
        direct = DirectSearch(small, backend, watch, watch.settings.work)
        return _outcome(watch, Method.DIRECT, direct.run(), direct.infeasible, listed=True)
    return _outcome(watch, Method.DECOMPOSITION, stopped, fleets.infeasible, listed=False)


_ROOT = 1
_TINY_COLUMNS = 400


def _few(small: Setup, settings: Settings) -> bool:
    return _columns(small) <= settings.few_columns


def _tiny(small: Setup) -> bool:
    """Whether the direct engine should go on to the end."""
    return _columns(small) <= _TINY_COLUMNS


def _columns(small: Setup) -> int:
    return len(small.problem.patterns) * len(small.problem.tree.nodes)


def _least(first: int | None, second: int | None) -> int | None:
    limits = [limit for limit in (first, second) if limit is not None]
    return min(limits, default=None)


def _outcome(
    watch: Watch, engine: Method, stopped: StoppedBy, infeasible: bool, *, listed: bool
) -> Outcome:
    return Outcome(
        engine=engine,
        solution=watch.solution,
        infeasible=infeasible and watch.solution is None,
        lower_bound=min(watch.bound, watch.cost),
        variables=watch.size[0],
        rows=watch.size[1],
        seconds=watch.seconds,
        stopped_by=stopped,
        listed=listed,
    )
