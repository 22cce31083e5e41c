"""Why a policy has no plan: which of the limits, if it alone did not hold, would leave one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from planner.formulation.problem import Problem, Vintage
from planner.formulation.setup import Setup
from planner.studies.policies_vintages import with_vintages

_ELSE = (
    "no fleet that can be had for it carries all loads within the power, the places and the other "
    "limits"
)


@dataclass(frozen=True, slots=True)
class _Relief:
    """A limit: whether it is there, the problem without it, and what it does where it is there."""

    applies: Callable[[Problem], bool]
    without: Callable[[Setup], Setup]
    text: str


def reason_of(setup: Setup, barred: tuple[Vintage, ...], feasible: Callable[[Setup], bool]) -> str:
    """What stands in the way of a problem that has no solution.

    Args:
        setup: the problem.
        barred: what the policy does not rent.
        feasible: whether a problem has a solution that a short search finds.
    """
    with_all = with_vintages(setup, (*setup.problem.vintages, *barred))
    rented = _Relief(lambda _: bool(barred), lambda _: with_all, "some load needs rented machines")
    reliefs = [r for r in (rented, *_RELIEFS) if r.applies(setup.problem)]
    return " or ".join(r.text for r in reliefs if feasible(r.without(setup))) or _ELSE


def _is_late(vintage: Vintage) -> bool:
    return vintage.lead > 0 and not vintage.settled


def _in_time(setup: Setup) -> Setup:
    """The same problem where what is ordered arrives at once."""
    vintages = (replace(v, lead=0) if _is_late(v) else v for v in setup.problem.vintages)
    return with_vintages(setup, tuple(vintages))


def _with(setup: Setup, change: Callable[[Problem], Problem]) -> Setup:
    return replace(setup, problem=change(setup.problem))


_RELIEFS = (
    _Relief(
        lambda p: any(_is_late(v) for v in p.vintages),
        _in_time,
        "what is ordered then arrives too late",
    ),
    _Relief(
        lambda p: bool(p.windows),
        lambda s: _with(s, lambda p: replace(p, windows=())),
        "the capital of its fiscal window is too small",
    ),
    _Relief(
        lambda p: bool(p.supply),
        lambda s: _with(s, lambda p: replace(p, supply={})),
        "too few units can be had at once",
    ),
    _Relief(
        lambda p: p.kinds_most is not None,
        lambda s: _with(s, lambda p: replace(p, kinds_most=None)),
        "too many kinds of cards would be held",
    ),
)
