"""The same workload with more or less to do."""

from __future__ import annotations

from planner.scenario.workloads import AnyWorkload, DemandEntry, RequestClass

_SHARES = frozenset({"active_share"})
"""Numbers of a demand that are no amounts."""


def scaled_demand(workload: AnyWorkload, factor: float) -> AnyWorkload:
    """The same workload with another demand, in whatever measure; counts are rounded up."""
    update: dict[str, object] = {"demand": tuple(_scaled(e, factor) for e in workload.demand)}
    monthly = getattr(workload, "tokens_per_month", None)
    if monthly is not None:
        update["tokens_per_month"] = monthly * factor
    return workload.model_copy(update=update)


def _scaled(entry: DemandEntry, factor: float) -> DemandEntry:
    update: dict[str, object] = {}
    for name in type(entry).model_fields:
        value = getattr(entry, name)
        if name == "classes" and value is not None:
            update[name] = tuple(_class(one, factor) for one in value)
        elif isinstance(value, (int, float)) and name not in _SHARES:
            scaled = value * factor
            update[name] = -int(-scaled // 1) if name == "count" else scaled
    return entry.model_copy(update=update)


def _class(one: RequestClass, factor: float) -> RequestClass:
    """The requests of one shape: more of them, as long as they were."""
    return one.model_copy(update={"requests_per_s": one.requests_per_s * factor})
