"""What the formulation is told about sites, hosts and needs, as plain frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal


@dataclass(frozen=True, slots=True)
class RackLimits:
    """Racks of one kind at a site.

    Attributes:
        item: id of the rack.
        count: racks that stand there.
        buy: most more that may be bought.
        rack_units: height units of each.
        watts: IT power of each.
        sockets: power sockets of each, or None for enough.
    """

    item: str
    count: int
    buy: int
    rack_units: int
    watts: Fraction
    sockets: int | None


@dataclass(frozen=True, slots=True)
class SiteLimits:
    """A site as the formulation sees it, or the place of a provider of rented machines.

    Attributes:
        name: name of the site or of the provider.
        facility_w: power that the site gives, watts, cooling included; None for no limit.
        pue: facility power for each unit of IT power.
        cents_per_kwh: electricity tariff.
        hosts_max: most hosts that find a place, or None.
        racks: racks in which hosts of rack form must stand, or None.
        rental: whether it is the place of a provider.
    """

    name: str
    facility_w: Fraction | None
    pue: Fraction
    cents_per_kwh: Fraction
    hosts_max: int | None
    racks: RackLimits | None = None
    rental: bool = False


@dataclass(frozen=True, slots=True)
class HostFacts:
    """What a host brings beside its cards.

    Attributes:
        racked: whether it is built for a rack.
        rack_units: height.
        sockets: power sockets that it takes.
        bridge_pairs: pairs of places that a bridge can join.
        cards: most cards that it takes.
        cpu_cores: processor cores.
        memory_gib: memory.
        built_in: kind of the cards that it is sold with, or None.
    """

    racked: bool = False
    rack_units: int = 0
    sockets: int = 2
    bridge_pairs: int = 0
    cards: int = 0
    cpu_cores: int = 0
    memory_gib: Fraction = Fraction(0)
    built_in: str | None = None


@dataclass(frozen=True, slots=True)
class BridgeFacts:
    """The bridge that joins two cards of a kind: its id, and how many one pair takes."""

    item: str
    per_pair: int


@dataclass(frozen=True, slots=True)
class Window:
    """A limit on capital: net cents from a month to the one before another."""

    first: int
    end: int
    label: str
    cents: int


@dataclass(frozen=True, slots=True)
class Survival:
    """How many of what may be lost while the demand is still met."""

    unit: Literal["replicas", "cards", "hosts"]
    count: int

    def replicas(self, enough: int) -> int:
        """Most replicas of use where ``enough`` carry the demand; a machine may hold them all."""
        return enough * (1 + self.count) if self.unit == "hosts" else enough + self.count


@dataclass(frozen=True, slots=True)
class HostNeed:
    """What one replica takes of its host beside cards."""

    cpu_cores: Fraction
    memory_gib: Fraction
