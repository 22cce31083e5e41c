"""Overlays that put another claim about an attribute in force."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from planner.catalog.catalog import Catalog
from planner.catalog.facts import Claim, Entry, Fact
from planner.catalog.schema import BridgeEntry, GpuEntry, HostEntry, InForce, RackEntry
from planner.errors import Diagnostic, did_you_mean
from planner.yaml_source import Document

Item = TypeVar("Item", GpuEntry, HostEntry, RackEntry, BridgeEntry)


def put_in_force(
    catalog: Catalog, order: InForce, document: Document, index: int
) -> tuple[Catalog, list[Diagnostic]]:
    """The catalogue with one claim of an overlay in force.

    Args:
        catalog: the catalogue.
        order: which claim.
        document: the overlay, for messages.
        index: place of the order in its list.
    """
    try:
        if order.item in catalog.gpus:
            gpu = _changed(catalog.gpus[order.item], order, document.file)
            return replace(catalog, gpus={**catalog.gpus, order.item: gpu}), []
        if order.item in catalog.hosts:
            host = _changed(catalog.hosts[order.item], order, document.file)
            return replace(catalog, hosts={**catalog.hosts, order.item: host}), []
        if order.item in catalog.racks:
            rack = _changed(catalog.racks[order.item], order, document.file)
            return replace(catalog, racks={**catalog.racks, order.item: rack}), []
        if order.item in catalog.bridges:
            bridge = _changed(catalog.bridges[order.item], order, document.file)
            return replace(catalog, bridges={**catalog.bridges, order.item: bridge}), []
        message = f"`{order.item}` is not an item of the catalogue"
        raise _RefusedError("unknown-item", message, did_you_mean(order.item, catalog.items))
    except _RefusedError as refusal:
        rule, message, hint = refusal.args
        field = {"unknown-item": "item", "unknown-attribute": "attribute"}.get(rule, "source")
        path = ("put_in_force", index, field)
        return catalog, [document.diagnostic(rule, message, path, hint=hint)]


class _RefusedError(Exception):
    """An order that cannot be carried out: rule, message, hint."""


def _changed(entry: Item, order: InForce, by: str) -> Item:
    fact = _fact(entry, order.attribute)
    claim = next((c for c in fact.other_claims if c.source == order.source), None)
    if claim is None:
        known = [c.source for c in fact.other_claims]
        message = f"no other claim of `{order.source}` about `{order.attribute}` of `{order.item}`"
        also = f"there are claims of {', '.join(known)}" if known else "all sources agree on it"
        raise _RefusedError("unknown-claim", message, did_you_mean(order.source, known, also))
    chosen = _in_force(fact, claim, f"put in force by {by}")
    if order.attribute in _attributes(entry):
        changed = {**_attributes(entry), order.attribute: chosen}
        return entry.model_copy(update={"attributes": changed})
    return entry.model_copy(update={order.attribute: chosen})


def _attributes(entry: Entry) -> dict[str, Fact[Any]]:
    """Further attributes, where items of this kind have any."""
    return entry.attributes if isinstance(entry, (GpuEntry, HostEntry)) else {}


def _fact(entry: GpuEntry | HostEntry | RackEntry | BridgeEntry, attribute: str) -> Fact[Any]:
    facts: dict[str, Fact[Any]] = {n: v for n, v in entry if isinstance(v, Fact)}
    facts.update(_attributes(entry))
    if attribute not in facts:
        message = f"`{entry.id}` has no attribute `{attribute}`"
        raise _RefusedError("unknown-attribute", message, did_you_mean(attribute, facts))
    return facts[attribute]


def _in_force(fact: Fact[Any], claim: Claim[Any], why: str) -> Fact[Any]:
    """The fact with a claim in force; what it said before becomes one of the other claims."""
    before = type(claim)(value=fact.value, source=fact.source, as_of=fact.as_of, note=fact.note)
    others = tuple(c for c in fact.other_claims if c is not claim)
    return type(fact)(
        value=claim.value,
        source=claim.source,
        as_of=claim.as_of,
        note=claim.note,
        why=why,
        other_claims=(before, *others),
    )
