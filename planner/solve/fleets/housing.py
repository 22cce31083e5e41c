"""Which cards stand in which kind of host: summed over the hosts of a kind, or exactly.

Summed: the cards in all hosts of a kind together keep the limits of one host times their number.
That is a relaxation, and nearly always enough. Where it is not, the kind is housed exactly: its
fillings enter as builds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
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
        exact: whether the fillings enter as builds.
    """

    def __init__(
        self,
        filled: HostFillings,
        node: Node,
        running: Variable,
        sizes: Mapping[str, AbstractSet[int]],
        *,
        exact: bool,
    ) -> None:
        self._filled, self._running = filled, running
        self._key = (filled.host.id, node.label)
        self._each = {
            g.id: int(filled.counts[:, i].max())
            for i, g in enumerate(filled.gpus)
            if filled.counts[:, i].max() > 0 and g.id in sizes
        }
        most = running.upper
        self._seated = {
            g: Variable("seated", (*self._key, g), m * most) for g, m in self._each.items()
        }
        self._places = {
            (g, k): Variable("places", (*self._key, g, str(k)), m // k * most)
            for g, m in self._each.items()
            for k in sorted(sizes[g])
            if m >= k
        }
        self._builds: dict[Build, Variable] = {}
        for row in range(len(filled.counts) if exact else 0):
            build = filled.build(row)
            if all(g in self._each for g, _ in build.cards):
                self._builds[build] = Variable("builds", (*self._key, build.name), most)

    def variables(self) -> Iterator[Variable]:
        """All variables."""
        yield from self._seated.values()
        yield from self._places.values()
        yield from self._builds.values()

    @property
    def builds(self) -> Mapping[Build, Variable]:
        """Hosts by build; empty unless the kind is housed exactly."""
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
        if self._builds:
            yield from self._exact()
        elif self._filled.host.built_in is not None:
            yield from self._built_in(*self._filled.host.built_in)
        else:
            yield from self._summed()

    def _exact(self) -> Iterator[Row]:
        yield self._row(self._running - total(self._builds.values()), 0, 0)
        for gpu, seated in self._seated.items():
            held = total(b.count(gpu) * v for b, v in self._builds.items() if b.count(gpu))
            yield self._row(seated - held, 0, 0)
        for (gpu, size), places in self._places.items():
            there = total(
                b.count(gpu) // size * v for b, v in self._builds.items() if b.count(gpu) >= size
            )
            yield self._row(places - there, None, 0)

    def _built_in(self, gpu: str, count: int) -> Iterator[Row]:
        yield self._row(self._seated[gpu] - count * self._running, 0, 0)
        for (_, size), places in self._places.items():
            yield self._row(places - count // size * self._running, None, 0)

    def _summed(self) -> Iterator[Row]:
        host, running = self._filled.host, self._running
        gpus = {g.id: g for g in self._filled.gpus if g.id in self._each}
        yield self._row(total(self._seated.values()) - host.max_gpus * running, None, 0)
        for gpu, seated in self._seated.items():
            yield self._row(seated - self._each[gpu] * running, None, 0)
        for (gpu, size), places in self._places.items():
            yield self._row(size * places - self._seated[gpu], None, 0)
            yield self._row(places - self._each[gpu] // size * running, None, 0)
        for width in sorted({g.slot_width or 1 for g in gpus.values()}):
            wide = total(self._seated[g] for g in gpus if (gpus[g].slot_width or 1) >= width)
            positions = max(sum(p >= width for p in layout) for layout in host.slot_layouts)
            yield self._row(wide - positions * running, None, 0)
        open_cards = total(self._seated[g] for g in gpus if gpus[g].cooling == "open")
        if open_cards.terms:
            yield self._row(open_cards - host.max_open_cards * running, None, 0)
        for_hours = {g: card.tdp_w for g, card in gpus.items()}
        in_peaks = {g: card.tdp_w * card.transient_factor for g, card in gpus.items()}
        yield self._power(for_hours, host.psu_w * host.psu_planning_fraction)
        yield self._power(in_peaks, host.psu_w * host.psu_transient_fraction)

    def _power(self, watts: Mapping[str, Fraction], limit: Fraction) -> Row:
        """Watts in whole steps, rounded down: valid for one host, hence for the sum of many.

        The cards of a host draw a whole number of steps, so the room in it is one as well.
        """
        steps = steps_of(watts.values())
        room = floor((limit - self._filled.host.base_load_w) * steps)
        taken = total(floor(w * steps) * self._seated[g] for g, w in watts.items())
        return self._row(taken - room * self._running, None, 0)

    def _row(self, expression: Expression, at_least: int | None, at_most: int | None) -> Row:
        return Row(_RULE, self._key, expression, at_least, at_most)
