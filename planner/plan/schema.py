"""The file format of a plan. Money is whole cents; a list holds until its next node.

Costs are positive and receipts negative throughout.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from planner.catalog.facts import Entry

Status = Literal["proven", "feasible", "infeasible", "no-answer"]
Amount = Annotated[float, Field(gt=-1e15, lt=1e15)]
"""A finite number that the audit calculates with."""
Category = Literal["capital", "lease", "rental", "energy", "support", "licence", "space", "resale"]


class ScenarioId(Entry):
    """Which scenario the plan answers."""

    name: str
    sha256: str
    """Digest of `inputs.scenario` in canonical JSON."""


class CatalogId(Entry):
    """Which facts the plan rests on."""

    sha256: str
    """Digest of `inputs.catalog` in canonical JSON."""
    overlays: tuple[str, ...]
    prices: str
    """Id of the price book."""


class Objective(Entry):
    """What the plan costs, and how much less any other plan could cost at most."""

    currency: str
    npv: int
    """Discounted cost, cents: the number that is minimised."""
    lower_bound: int
    """No plan costs less, cents."""
    gap: float
    """(npv - lower_bound) / gross discounted spend."""
    gross: int
    """Discounted cost without receipts, cents: the base of the gap."""
    total_undiscounted: int
    """Plain sum of the cash flow, value at the horizon included, cents."""


class Engine(Entry):
    """How the plan was found."""

    name: Literal["direct", "decomposition"]
    backend: str
    seconds: float
    first_plan_seconds: float | None
    plan_seconds: float | None = None
    """When this plan was found, seconds since the search began."""
    variables: int
    rows: int
    threads: int
    patterns: Literal["all", "generated"]
    """Whether every card pattern was in the model, or those that pay were generated."""
    stopped_by: Literal["gap", "time", "work", "interrupt", "stall"]


class Acquisition(Entry):
    """Units of one item bought at one node, or an existing lot, that leave together."""

    item: str
    kind: Literal["gpu", "host", "rack", "bridge", "rental"]
    site: str
    count: int
    mode: Literal["purchase", "lease", "rent", "existing"]
    node: str
    """Month of the order; for an existing lot the first month of the roadmap."""
    in_service: str
    """First month in which it can be used."""
    leaves: str | None
    """Month in which it is sold; null if it is held to the end."""
    unit_cost: int
    """Price of one, cents; 0 for an existing lot."""
    resale_each: int | None
    """What one brings on leaving, or at the horizon, cents; null if it does not count."""
    lot: int | None = None
    """For an existing lot: its number in the scenario, from 1."""
    term_months: int | None = None
    """For a lease or a rental: months that are paid, from `in_service` on."""
    per_month: int | None = None
    """For a lease or a rental: payment for one in each of these months, cents."""


class FleetEntry(Entry):
    """How many of an item are owned from a node on."""

    node: str
    site: str
    item: str
    count: int


class Routed(Entry):
    """Requests of one class that are sent to the replicas of a deployment."""

    input_tokens: int
    output_tokens: int
    requests_per_s: Amount


class Deployment(Entry):
    """Replicas of one workload in one deployment option from a node on."""

    node: str
    workload: str
    site: str
    gpu: str
    precision: str
    gpus_per_replica: int
    shared: bool
    """Whether a replica takes part of a card."""
    link: str
    level: int
    """Sessions of one replica, its share of the card's time in percent, or needs as stated."""
    replicas: int
    sessions_each: int | None
    capacity_each: float
    """Load that one replica carries, in `unit`."""
    unit: str
    memory_gib_each: float
    """Memory on each of its cards."""
    time_share: float
    """Share of the time of each of its cards at full load."""
    label: Literal["measured", "calibrated", "modelled"]
    slice: str | None = None
    """MIG profile in which each replica runs."""
    routed: tuple[Routed, ...] = ()
    """For demand by request classes: what is sent here, all replicas together."""


class PoolHours(Entry):
    """Hours that a job takes in a pool in a month."""

    workload: str
    precision: str
    level: int
    hours: Amount
    """Hours of one group; two groups for an hour are two hours."""
    capacity_per_hour: float
    """Load that a group carries in an hour, in what `unit` counts: tokens for tokens/month."""
    unit: str
    memory_gib_each: float
    label: Literal["measured", "calibrated", "modelled"]


class Pool(Entry):
    """Groups of whole cards that jobs use in turn, from a node on."""

    node: str
    site: str
    gpu: str
    gpus_per_group: int
    link: str
    groups: int
    hours: tuple[PoolHours, ...]


class PlacedReplica(Entry):
    """A replica, or a part of a group, on a card."""

    workload: str
    precision: str
    level: int
    """Sessions, share of the card's time in percent, or needs as stated."""
    slice: str | None = None
    gib: float
    """Memory on this card."""
    group: str | None = None
    """Name of the group, for a replica that takes several cards."""


class PlacedCard(Entry):
    """A card in a host."""

    gpu: str
    pair: str | None = None
    """Name of the bridged pair that it belongs to."""
    layout: str | None = None
    """How it is cut into MIG instances, for example `1g.24gb+1g.24gb+2g.48gb`."""
    pool: str | None = None
    """Name of the group of a pool that it belongs to."""
    replicas: tuple[PlacedReplica, ...]


class PlacedHost(Entry):
    """A host with its cards from a node on."""

    node: str
    host: str
    """Name of the machine, for example `lab/host3`."""
    build: str
    """Catalogue id of the host."""
    rack: int | None = None
    """Number of the rack of the site in which it stands."""
    rack_units: int | None = None
    """Height that it takes there."""
    cards: tuple[PlacedCard, ...]


class CashFlow(Entry):
    """Money of one month and category; costs are positive, receipts negative."""

    node: str
    """Month, or `horizon` for the value of what is held at the end."""
    category: Category
    amount: int


class PlanAssumption(Entry):
    """A default or conversion that the plan rests on."""

    id: str
    text: str
    value: str
    source: str


class Sensitivity(Entry):
    """An uncertain input, and what the first purchase would cost too much at its ends."""

    id: str
    text: str
    value: str
    """The value in force, with its unit."""
    low: float
    """Low end of its range, as a factor on the value."""
    high: float
    """High end, likewise."""
    range: str
    """Both ends with their unit, for people."""
    source: str
    exposure: int
    """Money that moves with it over its range, cents: the measure of how much it matters."""
    regret_low: int | None
    """At the low end: cents that keeping the first purchase costs more than the best fleet that a
    short search finds; null if no plan was found with it."""
    regret_high: int | None
    """The same at the high end."""
    survives: bool
    """Whether both are within the gap that was asked for."""


class FiscalYear(Entry):
    """Capital of one fiscal year."""

    year: str
    """First month of the fiscal year, or of the roadmap."""
    capital: int
    """Purchases minus sales in it, cents; the value at the horizon is not cash."""


class Policy(Entry):
    """Another way to buy, as a plan of its own, and what it costs more."""

    name: str
    """`optimal`, `buy-once` or `re-buy`."""
    text: str
    """What the policy is, in a sentence."""
    status: Status
    reason: str | None = None
    """Why there is no plan."""
    npv: int | None
    """Discounted cost, cents; null without a plan."""
    lower_bound: int | None
    """No plan of this policy costs less; null where the policy takes its steps one by one."""
    capital_by_fiscal_year: tuple[FiscalYear, ...]
    bought: int
    """Cards that are bought."""
    sold: int
    """Cards that are sold before the horizon."""
    loss_on_sale: int
    """What these cost more than they brought, cents, for those that were bought on the way."""
    premium: tuple[int, int] | None
    """Cents that it costs more than `optimal`: from at least to at most."""
    plan: Plan | None
    """The plan itself; null for `optimal`, which is the plan that holds this entry."""


class Inputs(Entry):
    """The scenario and the catalogue facts that were used."""

    scenario: dict[str, Any]
    catalog: dict[str, Any]
    least_pcie_generation: int | None = None
    """Of the hosts that take loose cards only those of this PCI Express generation and above are in
    use, so that groups of cards exchange data that fast; null for any."""


class Plan(Entry):
    """What to buy in which month, where each card sits, what runs on it, and what it costs."""

    schema_version: Literal[1] = Field(alias="schema")
    planner_version: str
    scenario: ScenarioId
    catalog: CatalogId
    status: Status
    objective: Objective
    engine: Engine
    discount_factors: tuple[str, ...]
    """Of each month and of the horizon, exact decimals."""
    nodes: tuple[str, ...]
    """First month of every node; at a node without deployments nothing is in use."""
    acquisitions: tuple[Acquisition, ...]
    fleet: tuple[FleetEntry, ...]
    deployments: tuple[Deployment, ...]
    pools: tuple[Pool, ...] = ()
    placement: tuple[PlacedHost, ...]
    cash_flow: tuple[CashFlow, ...]
    assumptions: tuple[PlanAssumption, ...]
    sensitivity: tuple[Sensitivity, ...] = ()
    """The least certain inputs, the one with most money on it first."""
    policies: tuple[Policy, ...] = ()
    """Upgrade paths: this plan, and what buying once and buying again later would have cost."""
    inputs: Inputs

    def to_json(self) -> str:
        """The file's text: stable order, two spaces, a newline at the end."""
        return self.model_dump_json(by_alias=True, indent=2) + "\n"


def read_plan(text: str | bytes) -> Plan:
    """Read a plan file.

    Raises:
        pydantic.ValidationError: if it does not have the form of a plan.
    """
    return Plan.model_validate_json(text, strict=True)
