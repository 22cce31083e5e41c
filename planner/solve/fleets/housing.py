"""Which cards stand in which kind of host: summed over the hosts of a kind, or exactly.

Summed: the cards in all hosts of a kind together keep the limits of one host times their number.
That is a relaxation, and nearly always enough. Where it is not, the kind is housed exactly: its
fillings enter as builds. Where these are too many, those with some kinds of cards enter, and the
other hosts are *loose*: they keep the summed limits, and each holds a card of another kind. Every
real filling is one or the other, so it stays a relaxation, and it is exact for these kinds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from planner.formulation.builds import Build
from planner.formulation.expression import Expression, Variable, total
from planner.formulation.fillings import HostFillings
from planner.formulation.rule import Row, Rule
from planner.formulation.tree import Node
from planner.formulation.whole import steps_of
from planner.solve.fleets.state import Slot

_RULE = Rule("house", "Cards stand in hosts.", "", "", "housing")


class Housing:
    """Cards in the hosts of one kind at one site and node.

    Args:
        filled: the host and its fillings.
        node: the node.
        running: number of hosts of the kind that are in use.
        sizes: sizes of groups, by card; cards that are not in it cannot stand at the site.
        exact: kinds of cards of which the fillings enter as builds, or None for none.
    """

    def __init__(
        self,
        filled: HostFillings,
        node: Node,
        running: Variable,
        sizes: Mapping[str, AbstractSet[int]],
        *,
        exact: AbstractSet[str] | None,
    ) -> None:
        self._filled, self._running = filled, running
        self._key = (filled.host.id, node.label)
        self._each = {g: n for g, n in filled.most.items() if n and g in sizes}
        self._sizes, self._exact = sizes, exact
        self._seated, self._places = self._seats("", running.upper)
        self._builds: dict[Build, Variable] = {}
        self._loose: _Loose | None = None
        if exact is None:
            return
        listed = filled.of([g for g in self._each if g in exact])
        for row in range(len(listed.counts) if any(listed.most.values()) else 0):
            build = listed.build(row)
            self._builds[build] = Variable("builds", (*self._key, build.name), running.upper)
        if not exact >= self._each.keys():
            hosts = Variable("loose", self._key, running.upper)
            self._loose = _Loose(hosts, *self._seats("loose ", running.upper))

    def _seats(
        self, prefix: str, most: int
    ) -> tuple[dict[str, Variable], dict[tuple[str, int], Variable]]:
        """Cards in hosts, and places for groups among them."""
        seated = {
            g: Variable(f"{prefix}seated", (*self._key, g), m * most) for g, m in self._each.items()
        }
        places = {
            (g, k): Variable(f"{prefix}places", (*self._key, g, str(k)), m // k * most)
            for g, m in self._each.items()
            for k in sorted(self._sizes[g])
            if m >= k
        }
        return seated, places

    def variables(self) -> Iterator[Variable]:
        """All variables."""
        yield from self._seated.values()
        yield from self._places.values()
        yield from self._builds.values()
        if self._loose is not None:
            yield self._loose.hosts
            yield from self._loose.seated.values()
            yield from self._loose.places.values()

    @property
    def builds(self) -> Mapping[Build, Variable]:
        """Hosts by build; empty unless the kind is housed exactly, loose hosts not among them."""
        return self._builds

    @property
    def seated(self) -> Mapping[str, Variable]:
        """Cards of each kind in the hosts."""
        return self._seated

    def offers(self, site: str) -> Iterator[tuple[Slot, Variable]]:
        """What the hosts of the kind offer to the site."""
        for gpu, seated in self._seated.items():
            yield (site, gpu, 1), seated
        for (gpu, size), places in self._places.items():
            yield (site, gpu, size), places

    def rows(self) -> Iterator[Row]:
        """Limits on the cards in the hosts of the kind."""
        if self._builds or self._loose is not None:
            yield from self._listed()
        elif self._filled.host.built_in is not None:
            yield from self._built_in(*self._filled.host.built_in)
        else:
            yield from self._summed(self._running, self._seated, self._places)

    def _listed(self) -> Iterator[Row]:
        """Every host is one of the builds, or loose."""
        loose = self._loose
        running = [*self._builds.values(), *([loose.hosts] if loose else [])]
        yield self._row(self._running - total(running), 0, 0)
        for gpu, seated in self._seated.items():
            held = [b.count(gpu) * v for b, v in self._builds.items() if b.count(gpu)]
            held += [1 * loose.seated[gpu]] if loose else []
            yield self._row(seated - total(held), 0, 0)
        for (gpu, size), places in self._places.items():
            there = [
                b.count(gpu) // size * v for b, v in self._builds.items() if b.count(gpu) >= size
            ]
            there += [1 * loose.places[gpu, size]] if loose else []
            yield self._row(places - total(there), None, 0)
        if loose is not None:
            yield from self._summed(loose.hosts, loose.seated, loose.places)
            others = total(v for g, v in loose.seated.items() if g not in (self._exact or ()))
            yield self._row(loose.hosts - others, None, 0)

    def _built_in(self, gpu: str, count: int) -> Iterator[Row]:
        yield self._row(self._seated[gpu] - count * self._running, 0, 0)
        for (_, size), places in self._places.items():
            yield self._row(places - count // size * self._running, None, 0)

    def _summed(
        self,
        running: Variable,
        seats: Mapping[str, Variable],
        groups: Mapping[tuple[str, int], Variable],
    ) -> Iterator[Row]:
        """Hosts together keep the limits of one host times their number."""
        host = self._filled.host
        gpus = {g.id: g for g in self._filled.gpus if g.id in self._each}
        yield self._row(total(seats.values()) - host.max_gpus * running, None, 0)
        for gpu, seated in seats.items():
            yield self._row(seated - self._each[gpu] * running, None, 0)
        for (gpu, size), places in groups.items():
            yield self._row(size * places - seats[gpu], None, 0)
            yield self._row(places - self._each[gpu] // size * running, None, 0)
        for width in sorted({g.slot_width or 1 for g in gpus.values()}):
            wide = total(seats[g] for g in gpus if (gpus[g].slot_width or 1) >= width)
            positions = max(sum(p >= width for p in layout) for layout in host.slot_layouts)
            yield self._row(wide - positions * running, None, 0)
        open_cards = total(seats[g] for g in gpus if gpus[g].cooling == "open")
        if open_cards.terms:
            yield self._row(open_cards - host.max_open_cards * running, None, 0)
        for_hours = {g: card.tdp_w for g, card in gpus.items()}
        in_peaks = {g: card.tdp_w * card.transient_factor for g, card in gpus.items()}
        yield self._power(for_hours, host.psu_w * host.psu_planning_fraction, running, seats)
        yield self._power(in_peaks, host.psu_w * host.psu_transient_fraction, running, seats)

    def _power(
        self,
        watts: Mapping[str, Fraction],
        limit: Fraction,
        running: Variable,
        seats: Mapping[str, Variable],
    ) -> Row:
        """Watts in whole steps, rounded down: valid for one host, hence for the sum of many.

        The cards of a host draw a whole number of steps, so the room in it is one as well.
        """
        steps = steps_of(watts.values())
        room = floor((limit - self._filled.host.base_load_w) * steps)
        taken = total(floor(w * steps) * seats[g] for g, w in watts.items())
        return self._row(taken - room * running, None, 0)

    def _row(self, expression: Expression, at_least: int | None, at_most: int | None) -> Row:
        return Row(_RULE, self._key, expression, at_least, at_most)


@dataclass(frozen=True, slots=True)
class _Loose:
    """Hosts that are not among the listed builds.

    Attributes:
        hosts: how many.
        seated: cards in them.
        places: places for groups among these.
    """

    hosts: Variable
    seated: Mapping[str, Variable]
    places: Mapping[tuple[str, int], Variable]
