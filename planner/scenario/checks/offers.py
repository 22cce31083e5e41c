"""What a scenario allows and what can be had; shared by the rules about prices and the fleet."""

from __future__ import annotations

from collections.abc import Iterator

from planner.catalog.schema import PriceBook
from planner.scenario.checks.check import Context


def book_of(context: Context) -> PriceBook | None:
    """The price book of the scenario, if the catalogue has it."""
    return context.catalog.price_books.get(context.scenario.catalog.prices)


def may_use(context: Context, item: str) -> bool:
    """Whether the scenario allows an item of the catalogue, and has a use for it."""
    scenario, catalog = context.scenario, context.catalog
    if item in scenario.catalog.exclude:
        return False
    if item in catalog.racks:
        return any(site.racks and site.racks.model == item for site in scenario.sites)
    if item in catalog.bridges:
        joined = catalog.bridges[item].gpus.value
        return any(gpu in catalog.gpus and may_use(context, gpu) for gpu in joined)
    allowed = scenario.fleet.gpus if item in catalog.gpus else scenario.fleet.hosts
    return allowed is None or item in allowed


def can_be_rented(context: Context) -> bool:
    """Whether machines are offered for rent with cards that the scenario allows."""
    return any(may_use(context, offer.gpu) for offer in context.scenario.rentals)


def leaves_nothing(context: Context) -> str | None:
    """What the fleet may hold none of, for all that the catalogue has: `card` or `host`.

    Rented machines need no host of one's own.
    """
    if not any(may_use(context, item) for item in context.catalog.gpus):
        return "card"
    if can_be_rented(context) or any(may_use(context, item) for item in context.catalog.hosts):
        return None
    return "host"


def names_only_known(context: Context) -> bool:
    """Whether the catalogue has everything that the fleet may consist of."""
    fleet = context.scenario.fleet
    return all(g in context.catalog.gpus for g in fleet.gpus or ()) and all(
        h in context.catalog.hosts for h in fleet.hosts or ()
    )


def is_sold_alone(context: Context, item: str) -> bool:
    """Whether an item is bought by itself, as all are but cards that are built in."""
    gpu = context.catalog.gpus.get(item)
    return gpu is None or gpu.form_factor.value == "pcie"


def can_be_had(context: Context, item: str) -> bool:
    """Whether an item has a price in some month, is owned, or can be leased."""
    scenario = context.scenario
    owned = any(item in (lot.gpu, lot.host, lot.bridge) for lot in scenario.existing)
    return owned or can_be_bought(context, item) or any(item == o.item for o in scenario.leases)


def can_be_bought(context: Context, item: str) -> bool:
    """Whether an item has a price in some month."""
    book = book_of(context)
    quoted = any(item == quote.item for quote in context.scenario.quotes)
    return quoted or (book is not None and any(item == e.item for e in book.entries))


def hosts_with(context: Context, gpu: str) -> Iterator[str]:
    """Hosts that are sold with a card built in."""
    for name, host in context.catalog.hosts.items():
        if host.built_in is not None and host.built_in.value.gpu == gpu:
            yield name
