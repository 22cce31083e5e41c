"""Needs for attributes of cards and for cores and memory of hosts: something states them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from planner.catalog.items import Gpu, exact
from planner.errors import did_you_mean
from planner.scenario.checks.check import Check, Context, Finding
from planner.scenario.checks.offers import can_be_had, may_use
from planner.scenario.workloads import FixedWorkload

_UNITS = {"cpu_cores": "cores", "host_memory_gib": "GiB"}
_STATED_AS = {"cpu_cores": "cpu_cores", "host_memory_gib": "memory_gib"}
"""What the catalogue calls a need of the host."""


def _attributes(context: Context) -> dict[str, None]:
    """Names of what the catalogue states about some card in a number, a text or yes and no."""
    names: dict[str, None] = {}
    for entry in context.catalog.gpus.values():
        card = Gpu.of(entry)
        for name in Gpu.__dataclass_fields__:
            if isinstance(getattr(card, name), (bool, int, float, str, Fraction)):
                names.setdefault(name)
        names.update(dict.fromkeys(card.attributes))
    return names


def _unknown_attributes(context: Context) -> Iterator[Finding]:
    if not any(w.requires.attributes for w in context.scenario.workloads):
        return
    known = _attributes(context)
    for i, workload in enumerate(context.scenario.workloads):
        for j, need in enumerate(workload.requires.attributes):
            if need.attribute not in known:
                path = ("workloads", i, "requires", "attributes", j, "attribute")
                message = f"no card of the catalogue has an attribute `{need.attribute}`"
                also = "`planner catalog show ID` shows those of a card"
                yield Finding(path, message, did_you_mean(need.attribute, known, also=also))


def _unstated_needs(context: Context) -> Iterator[Finding]:
    for i, workload in enumerate(context.scenario.workloads):
        if not isinstance(workload, FixedWorkload):
            continue
        for field, unit in _UNITS.items():
            asked = getattr(workload.need, field)
            if asked:
                yield from _unstated(context, i, field, exact(asked), unit)


def _unstated(
    context: Context, index: int, field: str, asked: Fraction, unit: str
) -> Iterator[Finding]:
    path, stated = ("workloads", index, "need", field), _stated(context, field)
    if not stated:
        message = f"no host that this scenario may use states its `{_STATED_AS[field]}`"
        hint = "state it in an overlay of the catalogue, or remove the need"
        yield Finding(path, message, hint, at_key=True)
    elif max(stated.values()) < asked:
        host = max(stated, key=lambda name: stated[name])
        message = (
            f"no host that this scenario may use has {float(asked):g} {unit}; "
            f"`{host}` has most, {float(stated[host]):g}"
        )
        yield Finding(path, message, "ask for less, or allow a larger host in `fleet.hosts`")


def _stated(context: Context, field: str) -> dict[str, Fraction]:
    """Cores or memory of each host that may be used, where the catalogue states them."""
    found = {}
    for name in context.catalog.hosts:
        value = getattr(context.catalog.host(name), _STATED_AS[field])
        if value is not None and may_use(context, name) and can_be_had(context, name):
            found[name] = Fraction(value)
    return found


CHECKS = (
    Check(
        id="unknown-attribute",
        sentence="Every attribute that is needed is one that some card has.",
        find=_unknown_attributes,
        needs=("catalog",),
        passes="""
            workloads:
              - {name: chat, requires: {attributes: [{attribute: rt_cores, at_least: 84}]}}
            """,
        fails="""
            workloads:
              - {name: chat, requires: {attributes: [{attribute: rt_coers, at_least: 84}]}}
            """,
    ),
    Check(
        id="unstated-host-need",
        sentence="Some host has the cores and the memory that a need asks of it.",
        find=_unstated_needs,
        needs=("catalog", "fleet", "quotes", "existing", "leases"),
        passes="workloads: [{name: notebooks, need: {cpu_cores: 8, host_memory_gib: 64}}]",
        fails="workloads: [{name: notebooks, need: {cpu_cores: 800}}]",
    ),
)
