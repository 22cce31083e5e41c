"""Inputs of a plan that are known only as a range, and how much money rides on each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from planner.catalog.schema import PriceBook, ResaleEntry
from planner.plan.options import key_of, key_of_deployment
from planner.plan.schema import Acquisition, Plan
from planner.scenario.inputs import Inputs
from planner.sizing.option import Option, Sizing
from planner.units import Month


@dataclass(frozen=True, slots=True)
class Uncertain:
    """An input with a range.

    Attributes:
        id: stable name, for example ``price.rtx-a6000``.
        text: what it is.
        value: the value in force, with its unit.
        low: low end of the range, as a factor on the value.
        high: high end, likewise.
        range: both ends with their unit, for people.
        source: where the range comes from.
        exposure: money that moves with it over its range, cents; the larger, the more it matters.
        kind: which of the plan's inputs it changes.
        subject: item or workload.
    """

    id: str
    text: str
    value: str
    low: float
    high: float
    range: str
    source: str
    exposure: int
    kind: str
    subject: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A what-if: inputs with one value moved, and the pace of some workloads."""

    inputs: Inputs
    pace: Mapping[str, float] = field(default_factory=dict)


def uncertain_inputs(plan: Plan, inputs: Inputs, sizing: Sizing) -> list[Uncertain]:
    """Every input of a plan with a range, the one that matters most first."""
    found = [*_prices(plan, inputs), *_resale(plan, inputs), *_speeds(plan, sizing)]
    return sorted(found, key=lambda u: (-u.exposure, u.id))


def moved(inputs: Inputs, uncertain: Uncertain, factor: float) -> Changed:
    """The inputs with an uncertain one multiplied by a factor."""
    if uncertain.kind == "speed":
        return Changed(inputs, {uncertain.subject: factor})
    book = inputs.catalog.price_books[inputs.scenario.catalog.prices]
    if uncertain.kind == "price":
        book = _with_price(book, uncertain.subject, factor)
    else:
        book = _with_retention(book, uncertain.subject, factor)
    books = {**inputs.catalog.price_books, book.id: book}
    return Changed(inputs.with_price_books(books))


def _prices(plan: Plan, inputs: Inputs) -> Iterator[Uncertain]:
    """Prices of what is bought."""
    quoted = {q.item for q in inputs.scenario.quotes}
    spent: Counter[str] = Counter()
    for unit in _bought(plan):
        spent[unit.item] += unit.count * unit.unit_cost
    book = inputs.catalog.price_books[plan.catalog.prices]
    for entry in book.entries:
        low, high = entry.low or entry.value, entry.high or entry.value
        if spent[entry.item] and low < high and entry.item not in quoted:
            yield Uncertain(
                id=f"price.{entry.item}",
                text=f"price of {entry.item} ({entry.basis}, {entry.as_of})",
                value=f"{entry.currency} {entry.value:,.0f}",
                low=low / entry.value,
                high=high / entry.value,
                range=f"{entry.currency} {low:,.0f} to {high:,.0f}",
                source=entry.source,
                exposure=round(spent[entry.item] * (high - low) / entry.value),
                kind="price",
                subject=entry.item,
            )


def _resale(plan: Plan, inputs: Inputs) -> Iterator[Uncertain]:
    """What cards and hosts are worth later."""
    prices = inputs.prices()
    grouped: dict[int, list[Acquisition]] = defaultdict(list)
    for unit in plan.acquisitions:
        entry = prices.listed.resale_entry(unit.item, is_gpu=unit.item in inputs.catalog.like_gpus)
        if entry is not None and unit.resale_each:
            grouped[prices.listed.book.resale.index(entry)].append(unit)
    for index, units in sorted(grouped.items()):
        entry = prices.listed.book.resale[index]
        fact = entry.yearly_retention
        if fact.low is None or fact.high is None or not fact.low < fact.high:
            continue
        low, high = fact.low / fact.value, fact.high / fact.value
        spread = sum(
            unit.count * (unit.resale_each or 0) * (high**years - low**years)
            for unit in units
            for years in [_years_held(unit, inputs)]
        )
        yield Uncertain(
            id=f"resale.{_resale_name(entry)}",
            text=f"share of its value that {_resale_words(entry)} keeps in a year",
            value=f"{fact.value:.0%}",
            low=low,
            high=high,
            range=f"{fact.low:.0%} to {fact.high:.0%}",
            source=fact.source,
            exposure=round(spread),
            kind="resale",
            subject=str(index),
        )


def _years_held(unit: Acquisition, inputs: Inputs) -> float:
    """Years from the order, or from the start for an existing lot, until it leaves."""
    end = Month.parse(inputs.scenario.start) + inputs.scenario.months
    left = Month.parse(unit.leaves) if unit.leaves else end
    return (left - Month.parse(unit.node)) / 12


def _resale_name(entry: ResaleEntry) -> str:
    return entry.items if isinstance(entry.items, str) else "+".join(entry.items)


def _resale_words(entry: ResaleEntry) -> str:
    if entry.items == "gpus":
        return "a card"
    return "a host" if entry.items == "hosts" else " or ".join(entry.items)


def _speeds(plan: Plan, sizing: Sizing) -> Iterator[Uncertain]:
    """How fast workloads run on the cards that are bought: slow cards mean more cards."""
    options = {key_of(o): o for o in sizing.options}
    price = _price_each(plan)
    last: dict[str, tuple[float, Option]] = {}
    for entry in plan.deployments:
        option = options[key_of_deployment(entry)]
        used = price.get(entry.gpu, 0.0) * entry.replicas * option.gpus * entry.time_share
        if entry.workload not in last or used > last[entry.workload][0]:
            last[entry.workload] = (used, option)
    for workload, (used, option) in last.items():
        low, high = option.speed
        if low < high:
            yield Uncertain(
                id=f"speed.{workload}",
                text=f"speed of {workload} on {option.gpu} ({option.label.value})",
                value="as the formula says",
                low=low,
                high=high,
                range=f"{low:.0%} to {high:.0%} of that",
                source=option.source,
                exposure=round(used * (1 / low - 1 / high)),
                kind="speed",
                subject=workload,
            )


def _price_each(plan: Plan) -> dict[str, float]:
    """What a card of each kind costs, or brings where none is bought, cents."""
    price: dict[str, float] = {}
    for unit in plan.acquisitions:
        price[unit.item] = max(price.get(unit.item, 0.0), unit.unit_cost, unit.resale_each or 0)
    return price


def _bought(plan: Plan) -> Iterator[Acquisition]:
    return (unit for unit in plan.acquisitions if unit.mode == "purchase")


def _with_price(book: PriceBook, item: str, factor: float) -> PriceBook:
    entries = tuple(
        e.model_copy(update={"value": e.value * factor, "low": None, "high": None})
        if e.item == item
        else e
        for e in book.entries
    )
    return book.model_copy(update={"entries": entries})


def _with_retention(book: PriceBook, index: str, factor: float) -> PriceBook:
    place = int(index)
    entry = book.resale[place]
    fact = entry.yearly_retention
    changed = fact.model_copy(update={"value": fact.value * factor})
    curves = list(book.resale)
    curves[place] = entry.model_copy(update={"yearly_retention": changed})
    return book.model_copy(update={"resale": tuple(curves)})
