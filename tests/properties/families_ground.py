"""Where things stand and what can stand there: places, machines with their cards, and options.

A place is a site of the scenario or a provider of rented machines. A shell is a machine without
work: a host with a filling at a site, or a rented machine at its provider.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from planner.catalog.items import Rack, exact
from planner.scenario.inputs import Inputs
from planner.scenario.schema import Existing, Racks, Rental, Site
from planner.sizing.option import Option, Sizing
from planner.units import HOURS_PER_MONTH, Month
from tests.properties.brute_ground import Ground, Unit

Shape = tuple[str, int, Fraction, int]
"""What a machine takes of a rack: (site, height units, watts, sockets)."""
TOO_MANY = -1
"""In place of a number of racks: all that there can be are too few."""


@dataclass(frozen=True)
class Place:
    """A site, or where the machines of a provider stand; only a site sets limits."""

    name: str
    jurisdiction: str | None
    site: Site | None

    @property
    def cents_per_w(self) -> Fraction:
        """Cents for a watt of computers through a month; a rent includes it."""
        if self.site is None:
            return Fraction(0)
        tariff = exact(self.site.pue) * exact(self.site.electricity_per_kwh)
        return tariff * 100 * HOURS_PER_MONTH / 1000


@dataclass(frozen=True)
class Shell:
    """A machine with its cards.

    Attributes:
        place: where it stands.
        units: what must be had to run it, by item.
        cards: kinds of cards in it.
        idle_w: power at rest.
        full_w: power at full load.
        pairs: pairs of cards that bridges can join.
        cores: processor cores.
        memory_gib: memory of the machine.
        shape: what it takes of a rack, if it must stand in one.
    """

    place: Place
    units: dict[str, int]
    cards: dict[str, int]
    idle_w: Fraction
    full_w: Fraction
    pairs: int
    cores: Fraction
    memory_gib: Fraction
    shape: Shape | None


class FamiliesGround(Ground):
    """What does not change from month to month."""

    def __init__(self, inputs: Inputs, sizing: Sizing) -> None:
        super().__init__(inputs, sizing)
        self.scenario = inputs.scenario
        self.workloads = {w.name: w for w in self.scenario.workloads}
        self.rentals = dict(_named(self.scenario.rentals))
        self.places = tuple(self._places())
        bridges = list(inputs.bridges())
        racked = [(s.name, s.racks.model) for s in self.sites if s.racks]
        rented = [(offer.provider, name) for name, offer in self.rentals.items()]
        joined = [(s.name, bridge) for s in self.sites for bridge in bridges]
        self.units: tuple[Unit, ...] = (*self.units, *joined, *racked, *rented)
        self.place = {unit: i for i, unit in enumerate(self.units)}

    def _places(self) -> Iterator[Place]:
        for site in self.sites:
            yield Place(site.name, site.jurisdiction, site)
        names = {site.name for site in self.sites}
        for offer in self.scenario.rentals:
            if offer.provider not in names:
                names.add(offer.provider)
                yield Place(offer.provider, offer.jurisdiction, None)

    def runs(self, place: Place, option: Option) -> bool:
        """Whether replicas of an option may run at a place."""
        workload = self.workloads[option.workload]
        laws = workload.requires.jurisdictions
        return (
            option.gpu in self.gpus
            and not self.barred(place, option.gpu)
            and (workload.sites is None or place.name in workload.sites)
            and (not laws or place.jurisdiction in laws)
        )

    def barred(self, place: Place, gpu: str) -> bool:
        """Whether a licence forbids a kind of card at a place."""
        centre = place.site is not None and place.site.kind == "data_centre"
        return centre and not self.gpus[gpu].data_centre_use

    @cached_property
    def bridge_of(self) -> dict[str, tuple[str, int]]:
        """Bridge that joins two cards of a kind, and how many of it: the first to be had."""
        prices = self.inputs.prices()
        start = Month.parse(self.scenario.start)
        owned = {lot.bridge for lot in self.scenario.existing}
        found: dict[str, tuple[str, int]] = {}
        for name, bridge in self.inputs.bridges().items():
            priced = any(prices.price(name, start + m) for m in range(self.scenario.months))
            for gpu in bridge.gpus if priced or name in owned else ():
                found.setdefault(gpu, (name, bridge.per_pair))
        return found

    def needs_bridge(self, option: Option) -> bool:
        """Whether the cards of a group are joined by a bridge."""
        return option.link == "nvlink" and self.gpus[option.gpu].nvlink == "bridge"

    def shells(self, place: Place) -> Iterator[Shell]:
        """Every machine that can run at a place."""
        if place.site is None:
            for name, offer in self.rentals.items():
                if offer.provider == place.name and offer.gpu in self.gpus:
                    none = Fraction(0)
                    inside: dict[str, int] = {offer.gpu: offer.gpus}
                    yield Shell(place, {name: 1}, inside, none, none, 0, none, none, None)
            return
        for name in self.hosts:
            for cards in self.fillings(name):
                if all(g in self.gpus and not self.barred(place, g) for g in cards):
                    yield self._host(place, place.site, name, cards)

    def _host(self, place: Place, site: Site, name: str, cards: dict[str, int]) -> Shell:
        host = self.hosts[name]
        full = host.base_load_w + sum(self.gpus[g].tdp_w * n for g, n in cards.items())
        racked = site.racks is not None and host.form == "rack"
        return Shell(
            place=place,
            units={name: 1} | ({} if host.built_in else cards),
            cards=cards,
            idle_w=host.base_idle_w + sum(self.gpus[g].idle_w * n for g, n in cards.items()),
            full_w=full,
            pairs=host.bridge_pairs,
            cores=Fraction(host.cpu_cores or 0),
            memory_gib=host.memory_gib or Fraction(0),
            shape=(site.name, host.rack_units or 0, full, host.sockets) if racked else None,
        )

    def lots(self, site: str, item: str) -> list[Existing]:
        """Lots of a kind of unit that exist at the start."""
        home = self.sites[0].name
        return [
            lot
            for lot in self.scenario.existing
            if (lot.gpu or lot.host or lot.bridge) == item and (lot.site or home) == site
        ]

    def model_of(self, item: str) -> str | None:
        """Kind of the cards that a unit is or brings."""
        if item in self.hosts:
            built_in = self.hosts[item].built_in
            return built_in[0] if built_in else None
        return item if item in self.gpus else None


def _named(rentals: tuple[Rental, ...]) -> Iterator[tuple[str, Rental]]:
    """Rented machines by the names that plans give them."""
    names: set[str] = set()
    for number, offer in enumerate(rentals, start=1):
        name = f"rental-{offer.gpu}-x{offer.gpus}"
        name += f"-{offer.term_months}m" if offer.term_months > 1 else ""
        name += f"-{number}" if name in names else ""
        names.add(name)
        yield name, offer


def racks_needed(racks: Racks, rack: Rack, machines: Sequence[Shape]) -> int:
    """Fewest racks of a site that hold machines, by trying each machine in every rack."""
    watts = rack.watts if racks.kw is None else exact(racks.kw) * 1000

    def fits(inside: Sequence[Shape]) -> bool:
        return (
            sum(m[1] for m in inside) <= rack.rack_units
            and sum(m[2] for m in inside) <= watts
            and (rack.sockets is None or sum(m[3] for m in inside) <= rack.sockets)
        )

    def fewest(left: Sequence[Shape], filled: list[tuple[Shape, ...]]) -> int:
        if not left:
            return len(filled)
        tries = [
            fewest(left[1:], [*filled[:i], both, *filled[i + 1 :]])
            for i, inside in enumerate([*filled, ()][: racks.count + racks.buy])
            if fits(both := (*inside, left[0]))
        ]
        return min((n for n in tries if n != TOO_MANY), default=TOO_MANY)

    return fewest(machines, [])
