"""What a workload needs on every card: the view model behind the text and the JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from math import ceil, isfinite

from planner.catalog.catalog import Catalog
from planner.catalog.prices import NoRateError, Price, PriceList
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
from planner.units import gib


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
) -> Sizes:
    """A workload on every card.

    Args:
        inputs: a checked scenario and its catalogue.
        workload: one of its workloads.
        need: load that is to be carried, in the unit of the task; None to look at one replica.
        prices: what the cards cost.
        cards: ids of cards; all that may be used if absent.
    """
    found = list(overview(inputs, workload, cards))
    setting = Setting.of(inputs)
    runs = [b for b in found if isinstance(b, Breakdown)]
    return Sizes(
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


def to_json(sizes: Iterable[Sizes]) -> list[dict[str, object]]:
    """Sizes as plain data, everything included."""
    return [_one(s) for s in sizes]


def _one(sizes: Sizes) -> dict[str, object]:
    best = {id(way) for way in sizes.best()}
    return {
        "name": sizes.workload.name,
        "task": sizes.workload.task,
        "model": sizes.model,
        "need": sizes.need,
        "unit": sizes.unit,
        "prices": {"book": sizes.prices.book.id, "currency": sizes.prices.currency},
        "assumptions": [
            {"id": a.id, "text": a.text, "value": a.value, "source": a.source}
            for a in sizes.assumptions
        ],
        "options": [_way(way, best=id(way) in best) for way in sizes.ways],
        "refusals": [_refusal(r) for r in sizes.refusals],
    }


def _way(way: Way, *, best: bool) -> dict[str, object]:
    b = way.found
    each = None if b.rate_each is None or b.sessions is None else b.sessions
    return {
        "gpu": b.gpu,
        "precision": b.precision,
        "gpus_per_replica": b.gpus,
        "link": b.link,
        "best_of_card": best,
        "memory_gib": {
            "parts": {name: round(gib(size), 3) for name, size in b.parts},
            "total": round(gib(b.memory_bytes), 3),
            "lowest": None if b.lowest_bytes is None else round(gib(b.lowest_bytes), 3),
            "usable": round(gib(b.usable_bytes), 3),
            "session": None if b.session_bytes is None else round(gib(b.session_bytes), 4),
        },
        "sessions": b.sessions,
        "limit": b.limit,
        "rate": _range(b.rate, b.rate_range),
        "rate_unit": b.unit,
        "tokens_per_s_per_session": each
        and _range(b.rate / each, (b.rate_range[0] / each, b.rate_range[1] / each)),
        "ttft_ms": None
        if b.ttft_ms is None or b.ttft_range_ms is None
        else _range(b.ttft_ms, b.ttft_range_ms),
        "label": b.label.value,
        "source": b.source,
        "replicas": way.replicas,
        "cards": way.cards,
        "price": _price(way),
    }


def _price(way: Way) -> dict[str, object] | None:
    if way.price is None or way.price.entry is None or way.cents is None:
        return None
    entry = way.price.entry
    return {
        "each": way.price.cents / 100,
        "cards": way.cents / 100,
        "basis": entry.basis,
        "as_of": entry.as_of,
    }


def _range(middle: float, ends: tuple[float, float]) -> dict[str, float]:
    return {"value": round(middle, 3), "low": round(ends[0], 3), "high": round(ends[1], 3)}


def _refusal(refusal: Refusal) -> dict[str, object]:
    return {
        "gpu": refusal.gpu,
        "precision": refusal.precision,
        "gpus_per_replica": refusal.gpus,
        "rule": refusal.rule,
        "text": refusal.text,
        "shortfall": round(refusal.shortfall, 3) if isfinite(refusal.shortfall) else None,
    }


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
