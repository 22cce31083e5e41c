"""How good a plan is, and how its search ended, in words."""

from __future__ import annotations

from planner.plan.schema import Engine, Objective, Plan
from planner.units import money

_UNIT = 100
"""Cents of one unit of money; what is open below it is not worth a word."""
_STOPPED = {
    "gap": "it is proven",
    "time": "its time was up",
    "work": "its limit of work was reached",
    "interrupt": "it was interrupted",
    "stall": "it had nothing more to ask",
}


def verdict(plan: Plan) -> str:
    """How good the plan is, when the search stopped, and how long it had found nothing better."""
    objective, engine = plan.objective, plan.engine
    most = objective.npv - objective.lower_bound
    among = _candidates(plan)
    if most < _UNIT:
        took = f"The search took {engine.seconds:.0f} s"
        return f"optimal: no fleet of {among} costs less, to the unit of money. {took}."
    less = f"{money(most, objective.currency)} less ({_percent(objective)} of the spend)"
    if plan.status == "proven":
        stopped = f"The search stopped at that gap after {engine.seconds:.0f} s"
        return (
            f"no fleet of {among} can cost {less}, which is within the gap asked for. "
            f"{stopped}{_since(engine)}."
        )
    known = f"another could cost up to {less}, more is ruled out for every fleet of {among}"
    if objective.lower_bound <= 0 < objective.npv:
        known = f"how much less another fleet of {among} could cost is not known yet"
    stopped = f"The search ended after {engine.seconds:.0f} s because {_STOPPED[engine.stopped_by]}"
    found = "open: this is the cheapest fleet that was found"
    return f"{found}; {known}. {stopped}{_since(engine)}."


def _since(engine: Engine) -> str:
    """What came of the time after the plan was found."""
    if engine.plan_seconds is None:
        return ""
    after = engine.seconds - engine.plan_seconds
    if after < 1:
        return "; this plan was the last thing that it found"
    return f"; it found no cheaper plan in the {after:.0f} s after this one"


def _candidates(plan: Plan) -> str:
    """Among what the plan is the cheapest."""
    facts = plan.inputs.catalog
    cards, hosts = (len(facts[kind]) for kind in ("gpus", "hosts"))
    words = [f"{n} {kind}{'s' if n > 1 else ''}" for n, kind in ((cards, "card"), (hosts, "host"))]
    return f"the {' and '.join(words)} to choose from"


def _percent(objective: Objective) -> str:
    percent = objective.gap * 100
    return f"{percent:.2f} %" if percent >= 0.01 else "less than 0.01 %"
