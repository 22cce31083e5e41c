"""What the brute force knows of a scenario: sites, items, options, and every filling of a host."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from planner.catalog.items import Gpu, Host, exact
from planner.scenario.inputs import Inputs
from planner.scenario.schema import Site
from planner.sizing.option import Option, Sizing
from planner.units import HOURS_PER_MONTH

Unit = tuple[str, str]
"""A kind of unit that can be owned: (site, item)."""


class Ground:
    """What does not change from month to month: sites, items, options, fillings."""

    def __init__(self, inputs: Inputs, sizing: Sizing) -> None:
        self.inputs, self.sizing = inputs, sizing
        self.gpus: dict[str, Gpu] = inputs.gpus()
        self.hosts: dict[str, Host] = inputs.hosts()
        self.sites: tuple[Site, ...] = inputs.scenario.sites
        loose = [name for name, gpu in self.gpus.items() if gpu.form_factor == "pcie"]
        self.units: tuple[Unit, ...] = tuple(
            (site.name, item) for site in self.sites for item in (*loose, *self.hosts)
        )
        self.place = {unit: i for i, unit in enumerate(self.units)}

    def cents_per_w(self, site: Site) -> Fraction:
        """Cents for a watt of computers through a month."""
        return exact(site.pue) * exact(site.electricity_per_kwh) * 100 * HOURS_PER_MONTH / 1000

    def options(self, site: Site, gpu: str) -> list[Option]:
        """Ways to run replicas on a kind of card at a site."""
        banned = site.kind == "data_centre" and not self.gpus[gpu].data_centre_use
        return [] if banned else [o for o in self.sizing.options if o.gpu == gpu]

    def fillings(self, name: str) -> list[dict[str, int]]:
        """Every set of cards that fits into a host."""
        host = self.hosts[name]
        if host.built_in:
            return [{host.built_in[0]: host.built_in[1]}]
        kinds = [g for g in self.gpus if self._fits(host, (g,))]
        counts = product(range(host.max_gpus + 1), repeat=len(kinds))
        found = []
        for numbers in counts:
            cards = tuple(g for g, n in zip(kinds, numbers, strict=True) for _ in range(n))
            if cards and self._fits(host, cards):
                found.append({g: n for g, n in zip(kinds, numbers, strict=True) if n})
        return found

    def _fits(self, host: Host, cards: tuple[str, ...]) -> bool:
        kinds = [self.gpus[c] for c in cards]
        load = host.base_load_w + sum(g.tdp_w for g in kinds)
        peak = host.base_load_w + sum(g.tdp_w * g.transient_factor for g in kinds)
        widths = sorted((g.slot_width or 99 for g in kinds), reverse=True)
        return (
            len(kinds) <= host.max_gpus
            and all(g.form_factor == "pcie" for g in kinds)
            and all(g.cooling in host.cooling for g in kinds)
            and all(g.tdp_w <= host.max_card_w for g in kinds)
            and sum(g.cooling == "open" for g in kinds) <= host.max_open_cards
            and load <= host.psu_w * host.psu_planning_fraction
            and peak <= host.psu_w * host.psu_transient_fraction
            and any(_slots(list(layout), widths) for layout in host.slot_layouts)
        )


def _slots(free: list[int], widths: list[int]) -> bool:
    """Whether cards find slots, by trying every slot for every card."""
    if not widths:
        return True
    return any(
        _slots(free[:i] + free[i + 1 :], widths[1:])
        for i, width in enumerate(free)
        if width >= widths[0]
    )
