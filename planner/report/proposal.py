"""A plan as a proposal: what to buy and when, where it stands, what it costs, how sure that is.

The view model of `planner solve`: plain facts with money in cents, derived from the plan alone,
so that every output says the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from planner.catalog.items import exact
from planner.plan.audit import inputs_of
from planner.plan.schema import Plan
from planner.plan.upgrade_paths import fiscal_years
from planner.report.loads import Load, loads_of
from planner.report.stages import Stage, by_month, stages_of
from planner.report.trades import Trade, trades_of
from planner.scenario.inputs import Inputs
from planner.scenario.schema import Site
from planner.sizing.sizing import size

HORIZON = "horizon"


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
        racks: racks in use; 0 where hosts stand in none.
        racks_there: racks that stand there or have been bought.
    """

    month: str
    site: str
    hosts: int
    cards: int
    places: int
    power_w: float
    limit_w: float
    racks: int = 0
    racks_there: int = 0


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
        years = tuple(fiscal_years(inputs.scenario))
        return cls(
            plan=plan,
            trades=tuple(trades_of(plan, inputs)),
            stages=tuple(stages_of(plan, inputs, sizing)),
            rooms=tuple(_rooms(plan, inputs)),
            loads=tuple(loads_of(plan, inputs, sizing)),
            years=years,
            costs=tuple(_costs(plan, years)),
        )


def _rooms(plan: Plan, inputs: Inputs) -> Iterator[Room]:
    gpus, hosts = inputs.gpus(), inputs.hosts()
    for month, placed in by_month(plan.placement).items():
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
                racks=len({h.rack for h in inside if h.rack is not None}),
                racks_there=_racks(plan, site, month),
            )


def _racks(plan: Plan, site: Site, month: str) -> int:
    """Racks of a site in a month."""
    if site.racks is None:
        return 0
    bought = (
        unit.count
        for unit in plan.acquisitions
        if (unit.site, unit.item) == (site.name, site.racks.model)
        and unit.in_service <= month
        and (unit.leaves is None or month < unit.leaves)
    )
    return site.racks.count + sum(bought)


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
