"""Why no fleet can meet a scenario, and which small changes would make one possible.

Every change that is named was tried by solving: the scenario with it has a fleet. The amounts come
from an elastic re-solve over the rows of the limits, rounded to sensible figures on the safe side.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from planner.errors import InfeasibleError
from planner.formulation.setup import set_up
from planner.scenario.inputs import Inputs
from planner.sizing.option import Sizing
from planner.sizing.sizing import size
from planner.solve.backend import Backend
from planner.solve.settings import Listener, Settings
from planner.studies.explain_limits import Limit
from planner.studies.explain_needs import needs
from planner.studies.explain_resources import resource_limits
from planner.studies.explain_search import Search
from planner.studies.explain_trials import Trials
from planner.studies.obstacles import obstacles
from planner.studies.slots import Case, faster_cases

T = TypeVar("T")
_SECONDS = 60.0


def explaining(
    search: Callable[[], T],
    inputs: Inputs,
    backend: Backend,
    settings: Settings,
    listener: Listener,
) -> T:
    """What a search finds; if no fleet can meet the scenario, the error says what would help.

    Args:
        search: the search, for example for a plan.
        inputs: the scenario that it is about.
        backend: solver.
        settings: limits of the search; the explanation takes no longer than its time, and never
            more than a minute.
        listener: who is told and can stop it; what was found until then is told.

    Raises:
        InfeasibleError: with what makes the scenario possible.
    """
    try:
        return search()
    except InfeasibleError as error:
        if listener.stop.requested:
            raise
        raise explained(error, inputs, backend, settings, listener) from None


def explained(
    error: InfeasibleError,
    inputs: Inputs,
    backend: Backend,
    settings: Settings,
    listener: Listener,
) -> InfeasibleError:
    """The same error with the changes that make the scenario possible.

    Where hosts are of several generations, it is about the first of the searches of
    ``planner.studies.slots`` in which every load runs somewhere.
    """
    inputs, sizing = _case(inputs)
    trials = Trials(inputs, sizing, backend, listener, min(_SECONDS, settings.seconds))
    found = Search(trials, limits_of(inputs, sizing)).run()
    return InfeasibleError(error.reasons, found.ordered(), found.untried())


def _case(inputs: Inputs) -> Case:
    """The hosts and speeds that an explanation is about."""
    sizing = size(inputs)
    for case in [(inputs, sizing), *faster_cases(inputs, sizing)]:
        if not obstacles(case[1], set_up(*case)):
            return case
    return inputs, sizing


def limits_of(inputs: Inputs, sizing: Sizing) -> list[Limit]:
    """Everything in a scenario that may rule out every fleet, what is least missed first."""
    return sorted([*resource_limits(inputs, sizing), *needs(inputs)], key=lambda x: x.kind)
