"""Terms of a sum: from what a file names to a number."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from planner.catalog.dates import begins_after, begins_before
from planner.catalog.market import PriceObservation
from planner.catalog.prices import NoRateError, price_list
from planner.claims.memory import cache_gb, training_gb, weights_gb
from planner.claims.speed import tokens_per_s, tuning_tokens_per_s
from planner.claims.terms_schema import (
    Attribute,
    ObservedTerm,
    PriceTerm,
    Term,
)
from planner.claims.world import UnknownError, World


def number_of(term: Term, world: World) -> float:
    """The number of a term.

    Raises:
        UnknownError: if something that it needs is not known.
    """
    match term:
        case Term(stated=float() | int() as stated):
            return float(stated)
        case Term(claim=str() as claim):
            return _asserted(claim, world)
        case Term(fact=Attribute() as fact):
            return fact_number(world, fact)
        case Term(reference=str() as name):
            return _reference(name, world)
        case Term(price=PriceTerm() as price):
            return _price(price, world)
        case Term(observed=ObservedTerm() as wanted):
            return observed(wanted, world)
        case _:
            return _sized(term, world)


def _sized(term: Term, world: World) -> float:
    catalog = world.catalog
    if term.weights_gb is not None:
        return weights_gb(term.weights_gb, catalog)
    if term.training_gb is not None:
        return training_gb(term.training_gb, catalog)
    if term.cache_gb is not None:
        return cache_gb(term.cache_gb, catalog)
    if term.tokens_per_s is not None:
        return tokens_per_s(term.tokens_per_s, world)
    assert term.tuning_tokens_per_s is not None
    return tuning_tokens_per_s(term.tuning_tokens_per_s, world)


def fact_number(world: World, wanted: Attribute) -> float:
    """A fact of the catalogue as a number.

    Raises:
        UnknownError: if it is not known, or not a number.
    """
    value = world.known(wanted.item, wanted.attribute).value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UnknownError(f"`{wanted.attribute}` of {wanted.item} is not a number")
    return float(value)


def _asserted(claim: str, world: World) -> float:
    if claim not in world.stated:
        raise UnknownError(f"no claim `{claim}` asserts a number")
    return world.stated[claim]


def _reference(name: str, world: World) -> float:
    entry = world.catalog.references.get(name)
    if entry is None or not world.is_evidence(entry.value.source):
        raise UnknownError(f"the catalogue has no figure `{name}` from anybody but an article")
    return float(entry.value.value)


def _price(wanted: PriceTerm, world: World) -> float:
    if wanted.book not in world.catalog.price_books:
        raise UnknownError(f"there is no price book `{wanted.book}`")
    try:
        price = price_list(world.catalog, wanted.book, wanted.currency).price(wanted.item)
    except NoRateError as error:
        raise UnknownError(f"there is no exchange rate for {error}") from None
    if price is None:
        raise UnknownError(f"{wanted.item} has no price in the book {wanted.book}")
    cents = {"low": price.low, "middle": price.cents, "high": price.high}[wanted.end]
    return cents / 100


def observed(wanted: ObservedTerm, world: World) -> float:
    """The lowest, median or highest of the prices that were seen.

    Raises:
        UnknownError: if none was seen.
    """
    seen = sorted(prices_seen(wanted, world))
    if not seen:
        raise UnknownError(
            f"no price of {' or '.join(wanted.items)} was seen from {wanted.since} "
            f"to {wanted.until}"
        )
    match wanted.statistic:
        case "lowest":
            return seen[0]
        case "median":
            return median(seen)
        case "highest":
            return seen[-1]


def prices_seen(wanted: ObservedTerm, world: World) -> list[float]:
    """Every price that somebody else than an article or the page saw, in the currency wanted.

    Of a range, both ends count.

    Raises:
        UnknownError: if a currency has no exchange rate.
    """
    rates = price_list(world.catalog, _any_book(world), wanted.currency)
    seen = [o for o in world.catalog.price_observations if world.is_evidence(o.source)]
    fitting = [o for o in seen if _counts(o, wanted)]
    try:
        return [
            end * rates.factor(o.currency, o.as_of, o.vat_rate) for o in fitting for end in ends(o)
        ]
    except NoRateError as error:
        raise UnknownError(f"there is no exchange rate for {error}") from None


def ends(observation: PriceObservation) -> Sequence[float]:
    """The price, or both ends of its range."""
    found = [v for v in (observation.low, observation.high) if v is not None]
    return [observation.value] if observation.value is not None else found


def _counts(observation: PriceObservation, wanted: ObservedTerm) -> bool:
    when = observation.as_of
    within = not begins_before(when, wanted.since) and not begins_after(when, wanted.until)
    condition = wanted.condition in (None, observation.condition)
    return observation.item in wanted.items and condition and within


def _any_book(world: World) -> str:
    return next(iter(world.catalog.price_books))
