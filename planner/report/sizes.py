"""What a workload needs on every card: the view model behind the text and the JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import ceil
from typing import TypeAlias

from planner.catalog.catalog import Catalog
from planner.catalog.prices import NoRateError, Price, PriceList
from planner.report.answers import Answer, answer_of
from planner.report.details import Detail, detail_of
from planner.scenario.assumptions import Assumption
from planner.scenario.demand import assumptions_of, need_of
from planner.scenario.inputs import Inputs
from planner.scenario.workloads import AnyWorkload, FixedWorkload
from planner.sizing.assumptions import sizing_assumptions, workload_assumptions
from planner.sizing.breakdown import Breakdown
from planner.sizing.measured import accepted_precisions
from planner.sizing.option import Refusal
from planner.sizing.overview import overview
from planner.sizing.setting import Setting


@dataclass(frozen=True, slots=True)
class Way:
    """One way to carry the need with cards of one kind.

    Attributes:
        found: one replica.
        replicas: how many of them carry the need; 1 where no need is stated.
        price: price of one card, or None where it is not sold or has no price.
    """

    found: Breakdown
    replicas: int
    price: Price | None

    @property
    def cards(self) -> int:
        """Cards of all replicas."""
        return self.replicas * self.found.gpus

    @property
    def cents(self) -> int | None:
        """Price of all cards."""
        return None if self.price is None else self.cards * self.price.cents


Key: TypeAlias = tuple[str, str, int, str]
"""Card, precision, cards and link of one replica."""


def key_of(way: Way) -> Key:
    """What tells a way from the others."""
    return (way.found.gpu, way.found.precision, way.found.gpus, way.found.link)


@dataclass(frozen=True, slots=True)
class Sizes:
    """A workload on every card.

    Attributes:
        workload: the workload.
        model: name of its model; None for a need that is stated directly.
        need: largest load that is to be carried, or None where none is stated.
        unit: unit of the load.
        precisions: precisions that are accepted, the preferred first.
        ways: everything that runs.
        refusals: everything that does not.
        assumptions: defaults that were used for this workload.
        prices: price book and its currency.
        built_in: cards that are sold with their host only.
        tariff: what electricity costs, in words.
        details: ways in depth, by card, precision, cards and link of one replica.
        answers: what is said of each card that is shown in depth.
    """

    workload: AnyWorkload
    model: str | None
    need: float | None
    unit: str
    precisions: tuple[str, ...]
    ways: tuple[Way, ...]
    refusals: tuple[Refusal, ...]
    assumptions: tuple[Assumption, ...]
    prices: PriceList
    built_in: frozenset[str]
    tariff: str
    details: Mapping[Key, Detail] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()

    def detail(self, way: Way) -> Detail | None:
        """A way in depth, where it was looked at so."""
        return self.details.get(key_of(way))

    def best(self) -> list[Way]:
        """One way for each card, the cheapest first.

        It takes the fewest cards; of those the preferred precision if a need is stated, else the
        one that carries most.
        """
        chosen: dict[str, Way] = {}
        for way in sorted(self.ways, key=self._preference):
            chosen.setdefault(way.found.gpu, way)
        return sorted(chosen.values(), key=_by_price)

    def hopeless(self) -> list[Refusal]:
        """The nearest miss of each card that runs it in no way."""
        running = {way.found.gpu for way in self.ways}
        nearest: dict[str, Refusal] = {}
        for refusal in sorted(self.refusals, key=lambda r: (r.shortfall, r.gpus or 0)):
            if refusal.gpu not in running:
                nearest.setdefault(refusal.gpu, refusal)
        return list(nearest.values())

    def _preference(self, way: Way) -> tuple[float, ...]:
        found = way.found
        exactness = _place(found.precision, self.precisions)
        if self.need is None:
            return (way.cards, -found.carries, exactness)
        return (way.cards, exactness, found.gpus, -found.carries)


def sizes_of(
    inputs: Inputs,
    workload: AnyWorkload,
    *,
    need: float | None,
    prices: PriceList,
    cards: Collection[str] | None = None,
    deep: bool = False,
    run_tokens: float | None = None,
) -> Sizes:
    """A workload on every card.

    Args:
        inputs: a checked scenario and its catalogue.
        workload: one of its workloads.
        need: load that is to be carried, in the unit of the task; None to look at one replica.
        prices: what the cards cost.
        cards: ids of cards; all that may be used if absent.
        deep: whether every way of every card is looked at in depth, not only its best.
        run_tokens: training tokens of a run whose hours and cost are asked for, or None.
    """
    found = list(overview(inputs, workload, cards))
    setting = Setting.of(inputs)
    runs = [b for b in found if isinstance(b, Breakdown)]
    sizes = Sizes(
        workload=workload,
        model=None if isinstance(workload, FixedWorkload) else inputs.model(workload).name,
        need=need,
        unit=need_of(workload, inputs.scenario).unit,
        precisions=accepted_precisions(workload),
        ways=tuple(Way(b, _replicas(b, need), price_of(prices, b.gpu)) for b in runs),
        refusals=tuple(r for r in found if isinstance(r, Refusal)),
        assumptions=tuple(_assumptions(workload, setting)),
        prices=prices,
        built_in=built_in_cards(inputs.catalog),
        tariff=_tariff(inputs),
    )
    return _in_depth(sizes, inputs, setting, deep=deep, run_tokens=run_tokens)


def _tariff(inputs: Inputs) -> str:
    site, currency = inputs.scenario.sites[0], inputs.scenario.currency
    return f"{currency} {site.electricity_per_kwh:g} per kWh x PUE {site.pue:g}"


def _in_depth(
    sizes: Sizes, inputs: Inputs, setting: Setting, *, deep: bool, run_tokens: float | None
) -> Sizes:
    details = {
        key_of(way): detail_of(
            inputs,
            setting,
            sizes.workload,
            way.found,
            need=sizes.need,
            replicas=way.replicas,
            price=way.price,
            run_tokens=run_tokens,
        )
        for way in (sizes.ways if deep else sizes.best())
    }
    answers = tuple(_answers(sizes, inputs, setting, details)) if deep else ()
    return replace(sizes, details=details, answers=answers)


def _answers(
    sizes: Sizes, inputs: Inputs, setting: Setting, details: Mapping[Key, Detail]
) -> Iterator[Answer]:
    """What is said of each card, the one whose best way is the cheapest first."""
    best = {way.found.gpu: details[key_of(way)] for way in sizes.best()}
    rows: dict[str, list[Breakdown | Refusal]] = {}
    every: list[Breakdown | Refusal] = [*(way.found for way in sizes.ways), *sizes.refusals]
    for row in every:
        rows.setdefault(row.gpu, []).append(row)
    for gpu in sorted(rows, key=lambda g: (g not in best, list(best).index(g) if g in best else 0)):
        first = [best[gpu]] if gpu in best else []
        others = [d for d in details.values() if d.found.gpu == gpu and d not in first]
        yield answer_of(
            inputs,
            setting,
            sizes.workload,
            inputs.gpus()[gpu],
            need=sizes.need,
            precisions=sizes.precisions,
            found=rows[gpu],
            details=[*first, *others],
        )


def price_of(prices: PriceList, item: str) -> Price | None:
    """Price of an item, or None where there is none or its currency has no exchange rate."""
    try:
        return prices.price(item)
    except NoRateError:
        return None


def built_in_cards(catalog: Catalog) -> frozenset[str]:
    """Modules that are sold with their host only."""
    return frozenset(g for g, e in catalog.gpus.items() if e.form_factor.value == "sxm")


def _assumptions(workload: AnyWorkload, setting: Setting) -> Iterator[Assumption]:
    yield from sizing_assumptions(setting)
    yield from assumptions_of(workload)
    yield from workload_assumptions(workload, setting)


def _replicas(found: Breakdown, need: float | None) -> int:
    return 1 if need is None else max(1, ceil(need / found.carries))


def _by_price(way: Way) -> tuple[bool, int, str]:
    return (way.cents is None, way.cents or 0, way.found.gpu)


def _place(precision: str, precisions: tuple[str, ...]) -> int:
    return precisions.index(precision) if precision in precisions else len(precisions)
