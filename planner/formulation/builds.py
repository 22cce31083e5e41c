"""Builds: a host with an exact filling of cards that fit together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, lcm

import numpy as np
import numpy.typing as npt

from planner.catalog.items import Gpu, Host

Counts = npt.NDArray[np.int64]

_INT64 = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Build:
    """A host with its cards.

    Attributes:
        host: id of the host.
        cards: (card, count), sorted by card; empty for a bare host.
        idle_w: power at rest.
        load_w: power at full load.
    """

    host: str
    cards: tuple[tuple[str, int], ...]
    idle_w: Fraction
    load_w: Fraction

    @property
    def name(self) -> str:
        """Name in listings, for example ``tower-4+2xrtx-a6000``."""
        return "+".join([self.host, *(f"{n}x{g}" for g, n in self.cards)])

    def count(self, gpu: str) -> int:
        """Cards of a kind."""
        return dict(self.cards).get(gpu, 0)


def build_of(host: Host, cards: Mapping[str, int], gpus: Mapping[str, Gpu]) -> Build:
    """A host with a filling; the caller says that it fits."""
    kept = tuple(sorted((g, n) for g, n in cards.items() if n))
    idle = host.base_idle_w + sum((gpus[g].idle_w * n for g, n in kept), Fraction(0))
    load = host.base_load_w + sum((gpus[g].tdp_w * n for g, n in kept), Fraction(0))
    return Build(host.id, kept, idle, load)


def fits_alone(host: Host, gpu: Gpu) -> bool:
    """Whether one card of a kind may stand in a host at all."""
    return (
        gpu.form_factor == "pcie"
        and gpu.cooling in host.cooling
        and gpu.tdp_w <= host.max_card_w
        and (gpu.cooling != "open" or host.max_open_cards > 0)
    )


def fillings(host: Host, gpus: Sequence[Gpu], limit: int | None = None) -> Counts | None:
    """Every filling of a host, the bare host included.

    Args:
        host: the host.
        gpus: kinds of cards to choose from.
        limit: most fillings that are of use; any number if absent.

    Returns:
        Array of shape (fillings, kinds): cards of each kind; or None if they are more than that.
    """
    if host.built_in is not None:
        gpu, count = host.built_in
        return np.array([[count if g.id == gpu else 0 for g in gpus]], dtype=np.int64)
    found = np.zeros((1, 0), dtype=np.int64)
    for i, card in enumerate(gpus):
        most = host.max_gpus if fits_alone(host, card) else 0
        counts = np.arange(most + 1, dtype=np.int64)
        wider = np.repeat(found, len(counts), axis=0)
        found = np.hstack([wider, np.tile(counts, len(found))[:, None]])
        found = found[_fit(host, gpus[: i + 1], found)]
        if limit is not None and len(found) > limit:
            return None
    return found


def _fit(host: Host, gpus: Sequence[Gpu], counts: Counts) -> npt.NDArray[np.bool_]:
    """Which fillings fit: number, slots by width, open coolers, supplies for hours and peaks."""
    ok = counts.sum(axis=1) <= host.max_gpus
    open_cards = np.array([g.cooling == "open" for g in gpus], dtype=np.int64)
    ok &= counts @ open_cards <= host.max_open_cards
    hours = host.psu_w * host.psu_planning_fraction - host.base_load_w
    peaks = host.psu_w * host.psu_transient_fraction - host.base_load_w
    ok &= _within(counts, [g.tdp_w for g in gpus], hours)
    ok &= _within(counts, [g.tdp_w * g.transient_factor for g in gpus], peaks)
    slots = np.zeros(len(counts), dtype=np.bool_)
    for layout in host.slot_layouts:
        slots |= _in_layout(layout, gpus, counts)
    fitting: npt.NDArray[np.bool_] = ok & slots
    return fitting


def _within(counts: Counts, weights: Sequence[Fraction], limit: Fraction) -> npt.NDArray[np.bool_]:
    """``counts @ weights <= limit`` in exact arithmetic, by a common denominator.

    The left side is whole then, so the limit may be rounded down. Whole numbers of any length
    stand in for those of numpy where the latter are too short.
    """
    scale = lcm(*(w.denominator for w in weights))
    scaled, most = [int(w * scale) for w in weights], floor(limit * scale)
    largest = sum(scaled) * int(counts.max(initial=0))
    kind = np.int64 if max(largest, abs(most)) < _INT64 else np.object_
    within: npt.NDArray[np.bool_] = counts.astype(kind) @ np.array(scaled, dtype=kind) <= most
    return within.astype(np.bool_)


def _in_layout(layout: Sequence[int], gpus: Sequence[Gpu], counts: Counts) -> npt.NDArray[np.bool_]:
    """Whether cards find positions: for every width, the cards at least as wide have enough."""
    ok = np.ones(len(counts), dtype=np.bool_)
    widths = {g.slot_width or 1 for g in gpus}
    for width in widths:
        wide = np.array([(g.slot_width or 1) >= width for g in gpus], dtype=np.int64)
        ok &= counts @ wide <= sum(1 for position in layout if position >= width)
    return ok
