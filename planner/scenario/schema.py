"""The file format of a scenario: what is wanted, where, when, and within which limits."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from planner.catalog.facts import Entry
from planner.scenario.values import (
    MOST_ENTRIES,
    FileName,
    GroupSize,
    MonthText,
    Name,
    NotNegative,
    Positive,
    Quantity,
    Share,
    StepMonths,
    Version,
)
from planner.scenario.workloads import Names, Workload


class Racks(Entry):
    """Racks of one kind."""

    model: Name
    """Catalogue id of the rack."""
    count: Annotated[int, Field(ge=0, le=100_000)]
    """How many stand there."""
    buy: Annotated[int, Field(ge=0, le=100_000)] = 0
    """How many more may be bought, at the price of the book."""
    kw: Positive | None = None
    """IT power of each rack, kW; the catalogue's figure if absent."""


class Site(Entry):
    """A place where hosts can stand."""

    name: Name
    """Name of the site; it must be unique."""
    kind: Literal["office", "data_centre"] = "office"
    """A data centre excludes cards whose licence forbids it there."""
    facility_power_kw: Positive
    """Power that the site gives, kW, with cooling and losses included."""
    pue: Annotated[float, Field(ge=1, le=5)] = 1.5
    """Facility power for each unit of IT power."""
    electricity_per_kwh: NotNegative
    """Price of a kilowatt-hour."""
    hosts_max: Quantity | None = None
    """Most hosts that find a place."""
    racks: Racks | None = None
    """Racks of the site."""
    jurisdiction: str | None = None
    """Law that data at this site is under."""


class Existing(Entry):
    """Hardware that is owned at the start; give `gpu`, `host` or `bridge`."""

    gpu: Name | None = None
    """Catalogue id of a card."""
    host: Name | None = None
    """Catalogue id of a host."""
    bridge: Name | None = None
    """Catalogue id of an NVLink bridge."""
    count: Quantity
    """How many."""
    bought: MonthText
    """Month of the purchase; it decides the resale value."""
    site: Name | None = None
    """Where it stands; the first site if absent."""
    worth: NotNegative | None = None
    """What one would bring today; the resale curve of the price book if absent."""


class Window(Entry):
    """A limit on net capital up to a month."""

    until: MonthText
    """Last month of the window."""
    capital: NotNegative
    """Most capital, purchases minus sales."""


class Budget(Entry):
    """Limits on capital by fiscal window."""

    fiscal_year_starts: Annotated[int, Field(ge=1, le=12)] = 1
    """First month of the fiscal year; costs are told by fiscal year then."""
    windows: tuple[Window, ...] = Field(default=(), max_length=MOST_ENTRIES)
    """Limits, each from the end of the one before."""


class Fleet(Entry):
    """Limits on what the fleet may consist of."""

    gpus: Names | None = None
    """Cards that may be bought or kept; all of the catalogue if absent."""
    hosts: Names | None = None
    """Hosts that may be bought or kept; all of the catalogue if absent."""
    max_gpu_models: Quantity | None = None
    """Most kinds of cards at a time."""


class CatalogChoice(Entry):
    """Which facts and prices hold."""

    overlays: tuple[FileName, ...] = Field(default=(), max_length=MOST_ENTRIES)
    """Files laid over the catalogue, paths relative to the scenario."""
    exclude: tuple[Name, ...] = Field(default=(), max_length=MOST_ENTRIES)
    """Cards, hosts and bridges that may not be used."""
    prices: Name = "2026-09"
    """Id of the price book."""


class Benchmarks(Entry):
    """Measured rows that take the place of the formulas for the very same configuration."""

    files: tuple[FileName, ...] = Field(default=(), max_length=MOST_ENTRIES)
    """Tables of rows, as `planner benchmarks read` writes them; paths relative to the scenario."""
    catalog: bool = True
    """Whether rows of the catalogue and its overlays count too, where they measured a server."""
    engine: Literal["same", "any"] = "same"
    """Whether a row counts only if it was taken with the engine that is planned with."""


class Quote(Entry):
    """A price of the user's own; it wins over the price book from its month on."""

    item: Name
    """Card, host, rack or bridge."""
    price: Positive
    """Price of one, without value-added tax; what is free belongs to `existing`."""
    from_month: MonthText | None = Field(default=None, alias="from")
    """First month of the price; the start if absent."""
    source: str = "quote"
    """Offer number or supplier."""


class SupplyLimit(Entry):
    """How many units can be had."""

    item: Name
    """Card, host or bridge."""
    per_month: Annotated[int, Field(ge=0, le=100_000)]
    """Units in one month, bought or leased, at all sites together."""


class LeadTime(Entry):
    """Months from order to service."""

    item: Name
    """Card, host or bridge, bought or leased."""
    months: Annotated[int, Field(ge=0, le=24)]
    """Months."""


class Lease(Entry):
    """An offer to lease an item."""

    item: Name
    """Card, host or bridge."""
    term_months: Quantity
    """Term."""
    per_month: NotNegative
    """Payment for one in a month."""


class Rental(Entry):
    """An offer to rent accelerators elsewhere."""

    gpu: Name
    """Accelerator."""
    per_hour: NotNegative
    """Price of one for an hour."""
    gpus: GroupSize = 1
    """Accelerators of one machine."""
    term_months: Quantity = 1
    """Term; a machine is paid for all hours of it, and taken again after it if need be."""
    provider: Name = "cloud"
    """Who rents them out; machines of one provider stand at one place."""
    machines_max: Quantity | None = None
    """Most machines at a time."""
    jurisdiction: str | None = None
    """Law that data is under there."""


class OperatingPoint(Entry):
    """A card run under a power cap."""

    gpu: Name
    """Card."""
    power_cap_w: Positive
    """Cap, watts."""


class Branch(Entry):
    """One way in which the roadmap may go on."""

    name: Name
    """Name of the branch."""
    probability: Share
    """How likely it is."""
    from_month: MonthText = Field(alias="from")
    """Month from which it is known."""
    demand: dict[Name, NotNegative]
    """Factor on the demand of workloads from then on."""


class Scenario(Entry):
    """A whole scenario."""

    schema_version: Version = Field(alias="schema")
    """Version of this file format."""
    name: str = Field(min_length=1, max_length=120)
    """Title of the scenario."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    """Currency of all amounts of this file and of the plan."""
    start: MonthText
    """First month."""
    months: Annotated[int, Field(gt=0, le=120)]
    """Length of the roadmap."""
    step_months: StepMonths = 1
    """Length of a step; purchases happen at the start of steps."""
    discount_rate: Annotated[float, Field(ge=0, le=1)] = 0.08
    """Discount rate for a year."""
    robust: Literal["low", "middle"] = "middle"
    """Whether speeds are planned at the low end or the middle of their ranges."""
    resale: bool = True
    """Whether hardware may be sold before the horizon."""
    horizon_value: bool = True
    """Whether hardware held at the end counts at its resale value."""
    workloads: tuple[Workload, ...] = Field(min_length=1, max_length=500)
    """What must run."""
    sites: tuple[Site, ...] = Field(min_length=1, max_length=50)
    """Where hosts can stand."""
    existing: tuple[Existing, ...] = Field(default=(), max_length=MOST_ENTRIES)
    """What is owned at the start."""
    budget: Budget | None = None
    """Limits on capital."""
    fleet: Fleet = Fleet()
    """Limits on what the fleet may consist of."""
    catalog: CatalogChoice = CatalogChoice()
    """Which facts and prices hold."""
    benchmarks: Benchmarks = Benchmarks()
    """Measured rows that take the place of the formulas."""
    quotes: tuple[Quote, ...] = Field(default=(), max_length=MOST_ENTRIES)
    """Prices of the user's own."""
    supply: tuple[SupplyLimit, ...] = Field(default=(), max_length=MOST_ENTRIES)
    """How many units can be had."""
    lead_times: tuple[LeadTime, ...] = Field(default=(), max_length=MOST_ENTRIES)
    """Months from order to service."""
    leases: tuple[Lease, ...] = Field(default=(), max_length=MOST_ENTRIES)
    """Offers to lease."""
    rentals: tuple[Rental, ...] = Field(default=(), max_length=MOST_ENTRIES)
    """Offers to rent."""
    operating_points: tuple[OperatingPoint, ...] = Field(default=(), max_length=MOST_ENTRIES)
    """Cards run under a power cap."""
    branches: tuple[Branch, ...] = Field(default=(), max_length=MOST_ENTRIES)
    """An uncertain roadmap."""
