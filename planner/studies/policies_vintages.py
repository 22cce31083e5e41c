"""Policies as restrictions of what can be ordered and when it may leave: setup in, setup out."""

from __future__ import annotations

from dataclasses import replace

from planner.formulation.problem import Vintage
from planner.formulation.setup import Setup


def buy_once(setup: Setup) -> Setup:
    """The same problem where everything is ordered at the first node and stays to the horizon.

    Purchases and leases count as orders. Nothing is rented: a machine that is taken month by
    month is no decision of the first month. What exists stays, too.
    """
    kept = (replace(v, stays=True) for v in setup.problem.vintages if _is_first(v))
    return with_vintages(setup, tuple(kept))


def with_vintages(setup: Setup, vintages: tuple[Vintage, ...]) -> Setup:
    """The same problem with other units that can be held."""
    return replace(setup, problem=replace(setup.problem, vintages=vintages))


def _is_first(vintage: Vintage) -> bool:
    return vintage.mode == "existing" or (vintage.node == 0 and vintage.mode != "rent")
