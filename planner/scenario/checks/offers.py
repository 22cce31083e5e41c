"""What a scenario allows and what can be had; shared by the rules about prices and the fleet."""

from __future__ import annotations

from collections.abc import Iterator

from planner.catalog.schema import PriceBook
from planner.scenario.checks.check import Context


def book_of(context: Context) -> PriceBook | None:
    """The price book of the scenario, if the catalogue has it."""
    return context.catalog.price_books.get(context.scenario.catalog.prices)


def may_use(context: Context, item: str) -> bool:
    """Whether the scenario allows an item of the catalogue."""
    fleet = context.scenario.fleet
    allowed = fleet.gpus if item in context.catalog.gpus else fleet.hosts
    return item not in context.scenario.catalog.exclude and (allowed is None or item in allowed)


def leaves_nothing(context: Context) -> str | None:
    """What the fleet may hold none of, for all that the catalogue has: `card` or `host`."""
    for noun, known in (("card", context.catalog.gpus), ("host", context.catalog.hosts)):
        if not any(may_use(context, item) for item in known):
            return noun
    return None


def names_only_known(context: Context) -> bool:
    """Whether the catalogue has everything that the fleet may consist of."""
    fleet = context.scenario.fleet
    return all(g in context.catalog.gpus for g in fleet.gpus or ()) and all(
        h in context.catalog.hosts for h in fleet.hosts or ()
    )


def is_sold_alone(context: Context, item: str) -> bool:
    """Whether an item is bought by itself, as hosts are, and cards that are not built in."""
    gpu = context.catalog.gpus.get(item)
    return gpu is None or gpu.form_factor.value == "pcie"


def can_be_had(context: Context, item: str) -> bool:
    """Whether an item has a price in some month, or is owned."""
    book = book_of(context)
    owned = any(item in (lot.gpu, lot.host) for lot in context.scenario.existing)
    quoted = any(item == quote.item for quote in context.scenario.quotes)
    return owned or quoted or (book is not None and any(item == e.item for e in book.entries))


def hosts_with(context: Context, gpu: str) -> Iterator[str]:
    """Hosts that are sold with a card built in."""
    for name, host in context.catalog.hosts.items():
        if host.built_in is not None and host.built_in.value.gpu == gpu:
            yield name
