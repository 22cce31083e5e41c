"""The fleet: what it may consist of is not nothing, and holds what is owned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.scenario.checks.check import Check, Context, Finding
from planner.scenario.checks.offers import (
    hosts_with,
    is_sold_alone,
    leaves_nothing,
    may_use,
    names_only_known,
)
from planner.scenario.workloads import FinetuneWorkload, FixedWorkload
from planner.yaml_source import Path


def _nothing_left(context: Context) -> Iterator[Finding]:
    if not names_only_known(context):
        return
    noun = leaves_nothing(context)
    if noun is not None:
        message = f"`catalog.exclude` leaves no {noun} that this scenario allows"
        yield Finding(("catalog", "exclude"), message, f"allow at least one {noun}")
        return
    for i, workload in enumerate(context.scenario.workloads):
        named = [g for g in workload.gpus or () if g in context.catalog.gpus]
        if named and not any(may_use(context, gpu) for gpu in named):
            message = f"none of the cards of `{workload.name}` may be in the fleet"
            hint = "name a card that `fleet.gpus` holds and `catalog.exclude` does not"
            yield Finding(("workloads", i, "gpus"), message, hint)


def _built_in(context: Context) -> Iterator[Finding]:
    scenario = context.scenario
    for i, lot in enumerate(scenario.existing):
        if lot.gpu is not None and not is_sold_alone(context, lot.gpu):
            message = f"`{lot.gpu}` is built into its host and cannot be owned by itself"
            hint = _list_hosts(list(hosts_with(context, lot.gpu)), "give the host that holds it")
            yield Finding(("existing", i, "gpu"), message, hint)
    for section, done, advice in _OFFERS:
        for i, offer in enumerate(getattr(scenario, section)):
            if not is_sold_alone(context, offer.item):
                message = f"`{offer.item}` is built into its host and cannot be {done} by itself"
                hint = _list_hosts(list(hosts_with(context, offer.item)), advice)
                yield Finding((section, i, "item"), message, hint)


_OFFERS = (
    ("quotes", "bought", "quote the host that holds it"),
    ("supply", "ordered", "limit the host that holds it"),
    ("lead_times", "ordered", "give the lead time of the host that holds it"),
    ("leases", "leased", "lease the host that holds it"),
)
"""Sections that name what is bought or leased, and what to do about a card that is built in."""


def _list_hosts(hosts: Sequence[str], advice: str) -> str:
    return f"{advice}: {', '.join(f'`{h}`' for h in hosts)}" if hosts else advice


def _owned_but_shut_out(context: Context) -> Iterator[Finding]:
    for i, lot in enumerate(context.scenario.existing):
        for field, item in (("gpu", lot.gpu), ("host", lot.host), ("bridge", lot.bridge)):
            if item in context.catalog.items and not may_use(context, item or ""):
                yield _shut_out(("existing", i, field), item or "", field)
    for i, site in enumerate(context.scenario.sites):
        if site.racks is not None and site.racks.model in context.scenario.catalog.exclude:
            message = f"`{site.racks.model}` stands at `{site.name}`, and is excluded"
            hint = "remove it from `catalog.exclude`, or remove the racks"
            yield Finding(("sites", i, "racks", "model"), message, hint)


def _shut_out(path: Path, item: str, field: str) -> Finding:
    if field == "bridge":
        message = f"`{item}` is owned, and it or every card that it joins is shut out of the fleet"
        hint = "add such a card to `fleet.gpus`, or remove what excludes it, or remove this entry"
    else:
        message = f"`{item}` is owned, and the fleet may not hold it"
        hint = f"add it to `fleet.{field}s`, or remove what excludes it, or remove this entry"
    return Finding(path, message, hint)


def _offered_but_shut_out(context: Context) -> Iterator[Finding]:
    scenario = context.scenario
    named = [(("rentals", i, "gpu"), o.gpu, "for rent") for i, o in enumerate(scenario.rentals)]
    named += [(("leases", i, "item"), o.item, "on lease") for i, o in enumerate(scenario.leases)]
    for path, item, how in named:
        known = item in context.catalog.items and item not in context.catalog.racks
        if known and not may_use(context, item):
            message = f"`{item}` is offered {how}, and the fleet may not hold it"
            hint = "add it to `fleet`, or remove what excludes it, or remove this offer"
            yield Finding(path, message, hint)


def _useless_measurement(context: Context) -> Iterator[Finding]:
    for i, workload in enumerate(context.scenario.workloads):
        for j, row in enumerate(workload.measured):
            path = ("workloads", i, "measured", j)
            if any(context.gaps.hide(("workloads", i, f)) for f in ("gpus", "precision")):
                continue
            if isinstance(workload, FixedWorkload):
                message = "a need that is stated directly takes no measurement"
                yield Finding(path, message, "change `need` instead")
            elif workload.gpus is not None and row.gpu not in workload.gpus:
                message = f"`{row.gpu}` is not among the cards of `{workload.name}`"
                yield Finding(
                    (*path, "gpu"), message, "add it to `gpus`, or remove the measurement"
                )
            elif (
                not isinstance(workload, FinetuneWorkload)
                and row.precision not in workload.precision
            ):
                message = f"`{row.precision}` is not among the precisions of `{workload.name}`"
                hint = f"its precisions are {', '.join(workload.precision)}"
                yield Finding((*path, "precision"), message, hint)


CHECKS = (
    Check(
        id="empty-fleet",
        sentence="Some card and some host is left after all exclusions, also for each workload.",
        find=_nothing_left,
        needs=("catalog", "fleet"),
        passes="""
            fleet: {gpus: [rtx-a6000, rtx-4090]}
            quotes: [{item: rtx-4090, price: 1900}]
            workloads: [{name: chat, gpus: [rtx-4090]}]
            """,
        fails="""
            fleet: {gpus: [rtx-a6000]}
            workloads: [{name: chat, gpus: [rtx-4090]}]
            """,
    ),
    Check(
        id="built-in-card",
        sentence="A card that is built into a host is owned, bought and leased with its host only.",
        find=_built_in,
        needs=("catalog",),
        passes="""
            existing: [{host: hgx-8, count: 1, bought: 2025-01}]
            lead_times: [{item: hgx-8, months: 3}]
            leases: [{item: hgx-8, term_months: 24, per_month: 9000}]
            """,
        fails="existing: [{gpu: h100-sxm, count: 8, bought: 2025-01}]",
    ),
    Check(
        id="owned-but-excluded",
        sentence="What is owned is among what the fleet may hold.",
        find=_owned_but_shut_out,
        needs=("catalog", "fleet"),
        passes="""
            fleet: {gpus: [rtx-a6000]}
            existing: [{gpu: rtx-a6000, count: 2, bought: 2023-05}]
            """,
        fails="""
            fleet: {gpus: [rtx-a6000]}
            existing: [{gpu: rtx-4090, count: 2, bought: 2023-05}]
            """,
    ),
    Check(
        id="offered-but-excluded",
        sentence="What is offered for rent or on lease is among what the fleet may hold.",
        find=_offered_but_shut_out,
        needs=("catalog", "fleet"),
        passes="""
            fleet: {gpus: [rtx-a6000]}
            leases: [{item: rtx-a6000, term_months: 24, per_month: 200}]
            """,
        fails="""
            fleet: {gpus: [rtx-a6000]}
            leases: [{item: rtx-4090, term_months: 24, per_month: 200}]
            """,
    ),
    Check(
        id="useless-measurement",
        sentence="A measurement is of a card and a precision that its workload accepts.",
        find=_useless_measurement,
        passes="""
            workloads:
              - name: chat
                precision: [bf16, fp8]
                measured:
                  - {gpu: rtx-a6000, precision: fp8, capacity: 9, memory_gib: 40, source: bench}
            """,
        fails="""
            workloads:
              - name: chat
                precision: [bf16]
                measured:
                  - {gpu: rtx-a6000, precision: fp8, capacity: 9, memory_gib: 40, source: bench}
            """,
    ),
)
