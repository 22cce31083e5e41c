"""What is paid for a card: its own price, or that of the hosts that it is built into."""

from __future__ import annotations

from planner.catalog.prices import Price
from planner.scenario.inputs import Inputs
from planner.scenario.schema import Quote


def price_of(inputs: Inputs, item: str) -> Price | None:
    """The price of an item at the start of a scenario: its own quote first, then the book's."""
    prices = inputs.prices()
    return prices.price(item, prices.start)


def is_quoted(inputs: Inputs, item: str) -> bool:
    """Whether the scenario's own quote is the price of an item at the start."""
    found = price_of(inputs, item)
    return found is not None and found.entry is None


def goods(inputs: Inputs, gpu: str) -> dict[str, Price]:
    """What is bought to have a card, with prices: itself, else the hosts that it is built into."""
    own = price_of(inputs, gpu)
    if own is not None:
        return {gpu: own}
    hosts = [h.id for h in inputs.hosts().values() if h.built_in and h.built_in[0] == gpu]
    found = {host: price_of(inputs, host) for host in hosts}
    return {host: price for host, price in found.items() if price is not None}


def at_prices(inputs: Inputs, prices: dict[str, float]) -> Inputs:
    """The same scenario at other prices of some items; its own quotes for them are left out."""
    kept = [q for q in inputs.scenario.quotes if q.item not in prices]
    others = [Quote(item=item, price=price) for item, price in prices.items()]
    changed = inputs.scenario.model_copy(update={"quotes": (*kept, *others)})
    return Inputs(changed, inputs.catalog)
