"""Limits on what can be had and where it can stand: sites, money, supply, and the fleet's lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from planner.scenario.inputs import Inputs
from planner.scenario.schema import Racks, Site
from planner.sizing.option import Option, Sizing
from planner.solve.any_fleet import Used
from planner.studies.explain_figures import raised, shown
from planner.studies.explain_limits import Kind, Limit, Place, named
from planner.units import Month
from planner.yaml_source import Value

_MUCH = 20
_MORE_RACKS = 8
_SWITCH = 0.4
_EACH = 0.1
_FACT = 5.0
"""Weight of a change that is no choice: what kind of a room it is, or under which law."""
_UNKNOWN_PRICE = 10_000.0

ROWS: Mapping[str, str] = {
    "facility_power_kw": "site_power",
    "hosts_max": "site_places",
    "kw": "fit_racks",
    "capital": "keep_budget",
    "per_month": "limit_supply",
    "max_gpu_models": "limit_kinds",
}
"""The rule in whose rows a field is the right-hand side."""


@dataclass(frozen=True, slots=True)
class _Enough:
    """Amounts of which more is never of use."""

    cards: int
    kilowatts: float
    capital: float

    @property
    def units(self) -> int:
        """Enough of whatever is counted."""
        return max(_MUCH, self.cards)


def resource_limits(inputs: Inputs, sizing: Sizing) -> Iterator[Limit]:
    """Every limit of a scenario that is no need of a workload."""
    enough = _enough(inputs, sizing)
    for number, site in enumerate(inputs.scenario.sites):
        yield from _of_site(number, site, enough)
        if site.racks is not None:
            rack = inputs.racks()[site.racks.model]
            yield from _of_racks(number, site.name, site.racks, float(rack.watts) / 1000, enough)
    yield from _of_money(inputs, enough)
    yield from _of_fleet(inputs)
    yield from _of_market(inputs, enough)


def amount(
    place: Place,
    path: str,
    before: float,
    values: Sequence[int | float],
    *,
    kind: Kind = Kind.RESOURCE,
    group: str = "",
    key: str | None = None,
) -> Iterator[Limit]:
    """A limit that is a number; nothing where no other number is of use."""
    if not values:
        return
    word = "raise" if values[-1] > before else "lower"
    field = str(place[-1])

    def text(value: Value) -> str:
        return f"{word} {path} from {shown(before)} to {shown(value)}"

    def weight(value: Value) -> float:
        assert isinstance(value, int | float)
        return abs(value - before) / before if before else 1.0

    rows = (ROWS[field], key) if field in ROWS else None
    yield Limit(place, path, before, tuple(values), text, weight, kind, group or path, rows)


def switch(
    place: Place,
    path: str,
    before: Value,
    after: Value,
    text: str,
    *,
    kind: Kind = Kind.RESOURCE,
    group: str = "",
    weight: float = _SWITCH,
) -> Limit:
    """A limit that is there or not."""
    return Limit(
        place, path, before, (after,), lambda _: text, lambda _: weight, kind, group or path
    )


def listed(
    place: Place,
    path: str,
    before: Sequence[str],
    loosest: Value,
    used: Callable[[Used], frozenset[str]],
    *,
    kind: Kind = Kind.RESOURCE,
    group: str = "",
    first: Sequence[str] = (),
) -> Limit:
    """A list of what is allowed, to which the things are added that a fleet uses.

    Args:
        place: keys and indices of its field.
        path: the same for people.
        before: the list.
        loosest: all that may be added, or null for anything.
        used: what a fleet uses of it.
        kind: what loosening it asks of the buyer.
        group: limits that stand and fall together.
        first: what is added before all else, the first of them first.
    """

    def added(value: Value) -> list[str]:
        entries = value if isinstance(value, list) else []
        return [v for v in entries if isinstance(v, str) and v not in before]

    def text(value: Value) -> str:
        more = ", ".join(added(value))
        return f"add {more} to {path}" if more else f"remove {path}"

    def narrowed(fleet: Used) -> Sequence[Value]:
        extra = sorted(used(fleet) - set(before))
        alone: list[Value] = [[*before, name] for name in dict.fromkeys((*first, *extra))]
        return [*alone, [*before, *extra]] if extra else []

    def weight(value: Value) -> float:
        return _SWITCH + _EACH * len(added(value))

    return Limit(
        place, path, list(before), (loosest,), text, weight, kind, group or path, None, narrowed
    )


def _enough(inputs: Inputs, sizing: Sizing) -> _Enough:
    """Generous amounts: every workload on the option that takes most of them."""
    gpus, hosts = inputs.gpus(), inputs.hosts()
    cards = sum(
        max((_cards(o, sizing) for o in sizing.options if o.workload == w), default=0)
        for w in sizing.quanta
    )
    watts = max((g.tdp_w for g in gpus.values()), default=0)
    watts += max((h.base_load_w for h in hosts.values()), default=0)
    pue = max(site.pue for site in inputs.scenario.sites)
    dearest = sum(max(_prices(inputs, items), default=0.0) for items in (gpus, hosts))
    return _Enough(cards, float(cards * watts) * pue / 1000, cards * dearest)


def _cards(option: Option, sizing: Sizing) -> int:
    quantum = sizing.quanta[option.workload]
    if option.rates:
        pairs = zip(quantum.classes, option.rates, strict=True)
        busiest = sum(max(c.demand) / r for c, r in pairs if r)
        return option.gpus * (int(busiest) + 1)
    return option.gpus * (2 + max(quantum.demand) // option.capacity)


def _prices(inputs: Inputs, items: Mapping[str, object]) -> Iterator[float]:
    prices, start = inputs.prices(), Month.parse(inputs.scenario.start)
    for item in items:
        found = prices.price(item, start)
        if found is not None:
            yield found.cents / 100


def _of_site(number: int, site: Site, enough: _Enough) -> Iterator[Limit]:
    place: Place = ("sites", number)
    power, most = site.facility_power_kw, site.hosts_max
    yield from amount(
        (*place, "facility_power_kw"),
        named("sites", site.name, "facility_power_kw"),
        power,
        raised(power, max(_MUCH * power, enough.kilowatts), whole=False),
        key=site.name,
    )
    if most is not None:
        yield from amount(
            (*place, "hosts_max"),
            named("sites", site.name, "hosts_max"),
            most,
            raised(most, most + enough.units, whole=True),
            key=site.name,
        )
    if site.kind == "data_centre":
        path = named("sites", site.name, "kind")
        text = f"let {site.name} be an office ({path}), where every licence holds"
        yield switch((*place, "kind"), path, site.kind, "office", text, weight=_FACT)


def _of_racks(
    number: int, site: str, racks: Racks, catalogue_kw: float, enough: _Enough
) -> Iterator[Limit]:
    place: Place = ("sites", number, "racks")
    yield from amount(
        (*place, "count"),
        named("sites", site, "racks", "count"),
        racks.count,
        range(racks.count + 1, racks.count + 1 + min(_MORE_RACKS, enough.cards + 1)),
    )
    kw = catalogue_kw if racks.kw is None else racks.kw
    yield from amount(
        (*place, "kw"),
        named("sites", site, "racks", "kw"),
        kw,
        raised(kw, max(_MUCH * kw, enough.kilowatts), whole=False),
        key=site,
    )


def _of_money(inputs: Inputs, enough: _Enough) -> Iterator[Limit]:
    budget = inputs.scenario.budget
    for number, window in enumerate(budget.windows if budget is not None else ()):
        yield from amount(
            ("budget", "windows", number, "capital"),
            f"budget.windows[{window.until}].capital",
            window.capital,
            raised(window.capital, max(_MUCH * window.capital, enough.capital), whole=False),
            key=window.until,
        )
    unpriced = _unpriced(inputs)
    if unpriced:
        yield _quotes(inputs, unpriced)


def _unpriced(inputs: Inputs) -> dict[str, float]:
    """What cannot be had for want of a price, with a price that is surely not too low."""
    scenario, prices = inputs.scenario, inputs.prices()
    start = Month.parse(scenario.start)
    had = {lease.item for lease in scenario.leases}
    loose = {name: gpu for name, gpu in inputs.gpus().items() if gpu.form_factor == "pcie"}
    found = {}
    for items in (loose, inputs.hosts(), inputs.bridges()):
        dearest = max(_prices(inputs, items), default=_UNKNOWN_PRICE)
        for item in items:
            months = range(scenario.months)
            if item not in had and not any(prices.price(item, start + m) for m in months):
                found[item] = dearest
    return found


def _quotes(inputs: Inputs, unpriced: Mapping[str, float]) -> Limit:
    scenario = inputs.scenario
    before: list[Value] = [q.model_dump(mode="json", by_alias=True) for q in scenario.quotes]

    def value(items: Sequence[str]) -> Value:
        more: list[Value] = [{"item": i, "price": unpriced[i]} for i in items]
        return before + more

    def added(value: Value) -> list[dict[str, Value]]:
        assert isinstance(value, list)
        return [q for q in value[len(before) :] if isinstance(q, dict)]

    def text(value: Value) -> str:
        given = (f"{q['item']} (tried with {shown(q['price'])})" for q in added(value))
        return f"give a price for {', '.join(given)} in quotes; the price book has none"

    def narrowed(fleet: Used) -> Sequence[Value]:
        used = sorted(fleet.items & unpriced.keys())
        return [*(value([item]) for item in used), value(used)] if used else []

    return Limit(
        ("quotes",), "quotes", before, (value(list(unpriced)),), text,
        lambda v: _SWITCH + _EACH * len(added(v)), Kind.RESOURCE, "quotes", None, narrowed,
    )  # fmt: skip


def _among(known: frozenset[str], fleet: Used) -> frozenset[str]:
    return fleet.items & known


def _of_fleet(inputs: Inputs) -> Iterator[Limit]:
    fleet, excluded = inputs.scenario.fleet, inputs.scenario.catalog.exclude
    for field, allowed, known in (
        ("gpus", fleet.gpus, inputs.catalog.gpus.keys()),
        ("hosts", fleet.hosts, inputs.catalog.hosts.keys()),
    ):
        if allowed is not None:
            used = partial(_among, frozenset(known))
            yield listed(("fleet", field), f"fleet.{field}", allowed, None, used)
    if excluded:
        yield _exclusions(excluded)
    most = fleet.max_gpu_models
    if most is not None:
        yield from amount(
            ("fleet", "max_gpu_models"),
            "fleet.max_gpu_models",
            most,
            tuple(range(most + 1, len(inputs.catalog.gpus) + 1)),
        )


def _exclusions(excluded: Sequence[str]) -> Limit:
    def text(value: Value) -> str:
        kept = value if isinstance(value, list) else []
        gone = ", ".join(e for e in excluded if e not in kept)
        return f"remove {gone} from catalog.exclude"

    def weight(value: Value) -> float:
        kept = value if isinstance(value, list) else []
        return _SWITCH + _EACH * (len(excluded) - len(kept))

    def narrowed(fleet: Used) -> Sequence[Value]:
        used = sorted(fleet.items & set(excluded))
        alone: list[Value] = [[e for e in excluded if e != item] for item in used]
        return [*alone, [e for e in excluded if e not in used]]

    path = "catalog.exclude"
    return Limit(
        ("catalog", "exclude"), path, list(excluded), ([],), text, weight,
        Kind.RESOURCE, path, None, narrowed,
    )  # fmt: skip


def _of_market(inputs: Inputs, enough: _Enough) -> Iterator[Limit]:
    scenario = inputs.scenario
    for number, supply in enumerate(scenario.supply):
        yield from amount(
            ("supply", number, "per_month"),
            f"supply[{supply.item}].per_month",
            supply.per_month,
            raised(supply.per_month, supply.per_month + enough.units, whole=True),
            key=supply.item,
        )
    for number, lead in enumerate(scenario.lead_times):
        path = f"lead_times[{lead.item}].months"
        shorter = tuple(range(lead.months - 1, -1, -1))
        yield from amount(("lead_times", number, "months"), path, lead.months, shorter)
    for number, rental in enumerate(scenario.rentals):
        most = rental.machines_max
        if most is not None:
            more = raised(most, most + enough.units, whole=True)
            path = f"rentals[{number}].machines_max"
            yield from amount(("rentals", number, "machines_max"), path, most, more)
    for number, point in enumerate(scenario.operating_points):
        path = f"operating_points[{point.gpu}]"
        text = f"run {point.gpu} without a power cap ({path})"
        before = point.model_dump(mode="json")
        yield switch(("operating_points", number), path, before, None, text)
