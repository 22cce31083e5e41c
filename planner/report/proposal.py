"""A plan as a proposal: what to buy and when, where it stands, what it costs, how sure that is.

The view model of `planner solve`: plain facts with money in cents, derived from the plan alone,
so that every output says the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from planner.catalog.items import exact
from planner.catalog.prices import Price
from planner.plan.audit import inputs_of
from planner.plan.schema import Acquisition, Deployment, PlacedCard, PlacedHost, Plan
from planner.scenario.inputs import Inputs
from planner.scenario.schema import Existing
from planner.sizing.option import Sizing
from planner.sizing.sizing import size
from planner.units import GIB, Month

HORIZON = "horizon"


@dataclass(frozen=True, slots=True)
class Trade:
    """Units that come or go in a month.

    Attributes:
        month: when.
        action: ``have``, ``buy`` or ``sell``.
        count: how many.
        item: catalogue id.
        name: its name.
        site: where.
        each: price of one, cents: paid, or received on a sale; None for what is there already.
        remark: what is bought and where the price comes from.
        worth: what all of them bring at the end of the roadmap, cents; None where nothing counts.
    """

    month: str
    action: str
    count: int
    item: str
    name: str
    site: str
    each: int | None
    remark: str
    worth: int | None


@dataclass(frozen=True, slots=True)
class Seat:
    """A card in its host and what runs on it.

    Attributes:
        host: name of the machine.
        build: catalogue id of the host.
        gpu: catalogue id of the card.
        used_gib: memory that is taken.
        usable_gib: memory that replicas may use.
        time: share of the card's time that is promised at full load.
        replicas: what runs on it, in words.
    """

    host: str
    build: str
    gpu: str
    used_gib: float
    usable_gib: float
    time: float
    replicas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """What stands where from a month on.

    Attributes:
        month: first month.
        seats: every card.
    """

    month: str
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """What a site has in use from a month on, and what is left.

    Attributes:
        month: first month.
        site: name.
        hosts: hosts in use.
        cards: cards in use.
        places: cards that these hosts can hold.
        power_w: power at full load, cooling included.
        limit_w: power that the site has.
    """

    month: str
    site: str
    hosts: int
    cards: int
    places: int
    power_w: float
    limit_w: float


@dataclass(frozen=True, slots=True)
class Load:
    """What a workload needs where it needs most, and what carries it then.

    Attributes:
        workload: name.
        model: its model.
        month: first month of its largest demand.
        need: demand with headroom, in ``unit``.
        carried: what its replicas carry.
        unit: unit of both.
        ways: how it runs then, for example ``awq-int4 on 2 rtx-a6000``.
        label: how the speeds are known.
    """

    workload: str
    model: str
    month: str
    need: float
    carried: float
    unit: str
    ways: tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True)
class CostLine:
    """One category of the cash flow, cents, not discounted.

    Attributes:
        category: for example ``energy``.
        by_year: amount of each year of the roadmap.
        horizon: value at the end.
    """

    category: str
    by_year: tuple[int, ...]
    horizon: int

    @property
    def total(self) -> int:
        """Sum over all years and the end."""
        return sum(self.by_year) + self.horizon


@dataclass(frozen=True, slots=True)
class Proposal:
    """Everything that a proposal says.

    Attributes:
        plan: the plan.
        trades: what is there, is bought and is sold, in order of time.
        stages: where the cards stand, at every month at which that changes.
        rooms: power and places at these months.
        loads: needs and capacities.
        years: first and last month of each year.
        costs: cash flow by category and year.
    """

    plan: Plan
    trades: tuple[Trade, ...]
    stages: tuple[Stage, ...]
    rooms: tuple[Room, ...]
    loads: tuple[Load, ...]
    years: tuple[tuple[str, str], ...]
    costs: tuple[CostLine, ...]

    @classmethod
    def of(cls, plan: Plan) -> Proposal:
        """The proposal that a plan makes."""
        inputs = inputs_of(plan)
        sizing = size(inputs)
        years = tuple(_years(inputs))
        return cls(
            plan=plan,
            trades=tuple(sorted(_trades(plan, inputs), key=_place)),
            stages=tuple(_stages(plan, inputs, sizing)),
            rooms=tuple(_rooms(plan, inputs)),
            loads=tuple(_loads(plan, inputs, sizing)),
            years=years,
            costs=tuple(_costs(plan, years)),
        )


def _trades(plan: Plan, inputs: Inputs) -> Iterator[Trade]:
    prices = inputs.prices()
    lots = inputs.scenario.existing
    for unit in plan.acquisitions:
        name = _name(inputs, unit.item)
        if unit.mode == "existing":
            remark = _lot(lots[(unit.lot or 1) - 1])
            each = None
        else:
            remark = _basis(prices.price(unit.item, Month.parse(unit.node)))
            each = unit.unit_cost
        action = "have" if unit.mode == "existing" else "buy"
        worth = None
        if unit.leaves is None and unit.resale_each is not None:
            worth = unit.count * unit.resale_each
        yield Trade(unit.node, action, unit.count, unit.item, name, unit.site, each, remark, worth)
        if unit.leaves is not None:
            yield _sale(unit, unit.leaves, name)


def _place(trade: Trade) -> tuple[str, int]:
    return trade.month, ("have", "sell", "buy").index(trade.action)


def _sale(unit: Acquisition, month: str, name: str) -> Trade:
    received = unit.resale_each or 0
    remark = "by the resale curve of the price book" if received else "leaves without a price"
    return Trade(month, "sell", unit.count, unit.item, name, unit.site, received, remark, None)


def _lot(lot: Existing) -> str:
    return f"there already, bought {lot.bought}"


def _basis(price: Price | None) -> str:
    if price is None:
        return ""
    if price.entry is None:
        return f"quote ({price.source})"
    return f"{price.entry.condition}, {price.entry.basis} {price.entry.as_of}"


def _name(inputs: Inputs, item: str) -> str:
    entry = inputs.catalog.gpus.get(item) or inputs.catalog.hosts.get(item)
    return item if entry is None else entry.name


def _stages(plan: Plan, inputs: Inputs, sizing: Sizing) -> Iterator[Stage]:
    ecc = {w.name for w in inputs.scenario.workloads if w.requires.ecc}
    deployed = _Deployed(plan.deployments)
    for month, hosts in _by_month(plan.placement).items():
        seats = []
        for host in hosts:
            for card in host.cards:
                corrected = any(r.workload in ecc for r in card.replicas)
                usable = sizing.usable_bytes[card.gpu, corrected] / GIB
                seats.append(_seat(host, card, usable, deployed.at(month)))
        yield Stage(month, tuple(seats))


def _seat(
    host: PlacedHost, card: PlacedCard, usable: float, deployed: Mapping[object, Deployment]
) -> Seat:
    found = [
        (r, deployed.get((r.workload, card.gpu, r.precision, r.level, r.group is None)))
        for r in card.replicas
    ]
    return Seat(
        host=host.host,
        build=host.build,
        gpu=card.gpu,
        used_gib=sum(r.gib for r in card.replicas),
        usable_gib=usable,
        time=sum(d.time_share for _, d in found if d is not None),
        replicas=tuple(
            f"{r.workload} {r.precision}{_together(r.group, d)}{_carries(d)}" for r, d in found
        ),
    )


def _carries(deployment: Deployment | None) -> str:
    if deployment is None:
        return ""
    return f", {quantity(deployment.capacity_each, deployment.unit)}"


def _together(group: str | None, deployment: Deployment | None) -> str:
    if group is None or deployment is None or deployment.gpus_per_replica == 1:
        return ""
    number = group.rpartition("#")[2]
    return f" in group {number} of {deployment.gpus_per_replica} cards together"


class _Deployed:
    """Deployments by month and by what a placed replica says of them."""

    def __init__(self, deployments: Sequence[Deployment]) -> None:
        self._months: dict[str, dict[object, Deployment]] = defaultdict(dict)
        for d in deployments:
            key = (d.workload, d.gpu, d.precision, d.level, d.shared)
            self._months[d.node][key] = d

    def at(self, month: str) -> Mapping[object, Deployment]:
        """Those of a month; a placement changes at nodes only."""
        return self._months.get(month, {})


def _rooms(plan: Plan, inputs: Inputs) -> Iterator[Room]:
    gpus, hosts = inputs.gpus(), inputs.hosts()
    for month, placed in _by_month(plan.placement).items():
        for site in inputs.scenario.sites:
            inside = [h for h in placed if h.host.split("/")[0] == site.name]
            watts = sum((hosts[h.build].base_load_w for h in inside), Fraction(0))
            watts += sum((gpus[c.gpu].tdp_w for h in inside for c in h.cards), Fraction(0))
            yield Room(
                month=month,
                site=site.name,
                hosts=len(inside),
                cards=sum(len(h.cards) for h in inside),
                places=sum(hosts[h.build].max_gpus for h in inside),
                power_w=float(watts * exact(site.pue)),
                limit_w=site.facility_power_kw * 1000,
            )


def _loads(plan: Plan, inputs: Inputs, sizing: Sizing) -> Iterator[Load]:
    start = Month.parse(inputs.scenario.start)
    for workload in inputs.scenario.workloads:
        quantum = sizing.quanta[workload.name]
        most = max(quantum.demand)
        if not most:
            continue
        month = str(start + quantum.demand.index(most))
        node = max(n for n in plan.nodes if n <= month)
        running = [
            d for d in plan.deployments if (d.node, d.workload) == (node, workload.name)
        ]  # fmt: skip
        model = getattr(workload, "model", None)
        yield Load(
            workload=workload.name,
            model=model if isinstance(model, str) else workload.task,
            month=month,
            need=float(most * quantum.size),
            carried=sum(d.capacity_each * d.replicas for d in running),
            unit=quantum.unit,
            ways=tuple(_ways(running)),
            label=", ".join(sorted({d.label for d in running})),
        )


def _ways(running: Sequence[Deployment]) -> Iterator[str]:
    cards: Counter[tuple[str, str]] = Counter()
    for d in running:
        cards[d.precision, d.gpu] += d.replicas * d.gpus_per_replica
    for (precision, gpu), count in sorted(cards.items()):
        yield f"{precision} on {count} {gpu}"


def _years(inputs: Inputs) -> Iterator[tuple[str, str]]:
    """Fiscal years where the scenario says when they start, else years of the roadmap."""
    start, months = Month.parse(inputs.scenario.start), inputs.scenario.months
    budget = inputs.scenario.budget
    begins = (start.index if budget is None else budget.fiscal_year_starts - 1) % 12
    first = 0
    while first < months:
        length = (begins - start.index - first - 1) % 12 + 1
        last = min(first + length, months) - 1
        yield str(start + first), str(start + last)
        first = last + 1


def _costs(plan: Plan, years: Sequence[tuple[str, str]]) -> Iterator[CostLine]:
    amounts: dict[str, list[int]] = {}
    for line in plan.cash_flow:
        row = amounts.setdefault(line.category, [0] * (len(years) + 1))
        place = len(years)
        if line.node != HORIZON:
            place = next(i for i, (_, last) in enumerate(years) if line.node <= last)
        row[place] += line.amount
    for category, row in amounts.items():
        yield CostLine(category, tuple(row[:-1]), row[-1])


def _by_month(placement: Sequence[PlacedHost]) -> dict[str, list[PlacedHost]]:
    found: dict[str, list[PlacedHost]] = {}
    for host in placement:
        found.setdefault(host.node, []).append(host)
    return found


def quantity(amount: float, unit: str) -> str:
    """An amount with its unit, short: ``312 M tokens/month``."""
    for scale, sign in ((1e9, " G"), (1e6, " M")):
        if amount >= scale:
            return f"{amount / scale:,.3g}{sign} {unit}"
    if amount == 1 and unit == "sessions":
        return "1 session"
    shown = f"{amount:,.0f}" if amount >= 100 or amount == int(amount) else f"{amount:,.3g}"
    return f"{shown} {unit}"
