"""Are pairs that a bridge joins neighbours in one machine, and are their bridges there?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from planner.catalog.items import Bridge
from planner.plan.audit.case import Case, changes, site_of
from planner.plan.audit.finding import Finding
from planner.plan.schema import PlacedCard, PlacedHost


def pairs(case: Case) -> Iterator[Finding]:
    """A pair is two cards of a kind that work together, in a host with places for it."""
    for entry in dict.fromkeys(case.plan.placement):
        joined = _joined(entry)
        for name, cards in joined.items():
            where = f"{name} in {entry.host} at {entry.node}"
            kinds = {c.gpu for c in cards}
            bridged = all(g in case.gpus and case.gpus[g].nvlink == "bridge" for g in kinds)
            if len(cards) != 2 or len(kinds) > 1 or not bridged:
                listed = ", ".join(c.gpu for c in cards)
                yield Finding("wrong-pair", f"{where} joins {listed}")
            elif len({_works_for(c) for c in cards}) > 1 or _works_for(cards[0]) is None:
                yield Finding("wrong-pair", f"{where} joins cards that do not work together")
        host = case.hosts.get(entry.build)
        places = host.bridge_pairs if host is not None else 0
        if len(joined) > places:
            text = f"{entry.host} at {entry.node}: {len(joined)} pairs, places for {places}"
            yield Finding("bridge-places", text)


def owned(case: Case) -> Iterator[Finding]:
    """The bridges of all pairs of a site are there."""
    bridge_of = _bridges(case)
    for month in changes(case):
        needed: Counter[tuple[str, str]] = Counter()
        for entry in case.placement[month]:
            for cards in _joined(entry).values():
                bridge = bridge_of.get(cards[0].gpu)
                if bridge is None:
                    yield Finding("not-owned", f"no bridge for {cards[0].gpu} can be had")
                else:
                    needed[site_of(entry), bridge.id] += bridge.per_pair
        there: Counter[tuple[str, str]] = Counter()
        for unit in case.usable(month):
            there[unit.site, unit.item] += unit.count
        for (site, item), count in sorted(needed.items()):
            if count > there[site, item]:
                text = f"{count} {item} in use in {site} at {month}, {there[site, item]} there"
                yield Finding("not-owned", text)


def _joined(entry: PlacedHost) -> dict[str, list[PlacedCard]]:
    found: dict[str, list[PlacedCard]] = {}
    for card in entry.cards:
        if card.pair is not None:
            found.setdefault(card.pair, []).append(card)
    return found


def _works_for(card: PlacedCard) -> str | None:
    """The group to which a card belongs, of a replica or of a pool."""
    groups = {r.group for r in card.replicas}
    return card.pool if card.pool is not None else groups.pop() if len(groups) == 1 else None


def _bridges(case: Case) -> Mapping[str, Bridge]:
    """For each card that a bridge can join, one that is owned, or else the first to be had."""
    scenario = case.inputs.scenario
    there = {lot.bridge for lot in scenario.existing} | {x.item for x in scenario.leases}
    found: dict[str, Bridge] = {}
    for bridge in sorted(case.bridges.values(), key=lambda bridge: bridge.id not in there):
        months = range(len(case.months))
        sold = any(case.prices.price(bridge.id, case.start + m) is not None for m in months)
        for gpu in bridge.gpus if sold or bridge.id in there else ():
            found.setdefault(gpu, bridge)
    return found
