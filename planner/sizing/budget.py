"""The memory of a card, bar by bar: what a replica takes, what is free, and what is kept back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from planner.catalog.items import Gpu
from planner.sizing.candidate import Candidate
from planner.sizing.engines import Vllm
from planner.sizing.overhead import graph_bytes
from planner.sizing.pieces import ACTIVATIONS, CACHE, ENGINE, WEIGHTS, Pieces, serving_pieces
from planner.units import MIB

GRAPHS = "graphs"
CONTEXT = "context"
FREE = "free"
RESERVE = "reserve"
SHORT = {WEIGHTS: "weights", CACHE: "cache", ACTIVATIONS: "activations", ENGINE: CONTEXT}
"""Names of the pieces of sizing as bars."""
SPARE = 0.1
"""Share of the usable memory that is to spare where a fit is no matter of luck."""


class Fit(StrEnum):
    """Whether something fits on a card."""

    OK = "OK"
    EDGE = "edge"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Budget:
    """Memory of one card of a replica.

    Attributes:
        taken: (name, bytes) of what the replica takes, the lasting first.
        usable_bytes: memory that replicas may use.
        card_bytes: memory that the driver reports.
    """

    taken: Pieces
    usable_bytes: int
    card_bytes: int

    @property
    def taken_bytes(self) -> int:
        """Memory that the replica takes."""
        return sum(size for _, size in self.taken)

    @property
    def free_bytes(self) -> int:
        """Usable memory that is left; negative where it lacks."""
        return self.usable_bytes - self.taken_bytes

    @property
    def spare(self) -> float:
        """Share of the usable memory that is left; negative where it lacks."""
        return self.free_bytes / max(1, self.usable_bytes)

    @property
    def fit(self) -> Fit:
        """Whether it fits with a tenth to spare, fits, or does not."""
        return fit_of(self.spare)

    @property
    def bars(self) -> Pieces:
        """Everything that the driver reports, piece by piece: taken, free, kept back."""
        kept = self.card_bytes - self.usable_bytes
        return (*self.taken, (FREE, max(0, self.free_bytes)), (RESERVE, kept))


def fit_of(spare: float) -> Fit:
    """What a share of memory to spare amounts to."""
    if spare < 0:
        return Fit.NO
    return Fit.OK if spare >= SPARE else Fit.EDGE


def serving_budget(found: Candidate, sessions: int) -> Budget:
    """Memory of a language model with some sessions, whether they fit or not."""
    pieces, graphs = serving_pieces(found.replica, sessions), 0
    if isinstance(found.replica.engine, Vllm):
        replica = found.replica
        graphs = ceil(graph_bytes(replica.transformer, replica.cards, found.replica.engine))
    return Budget(tuple(_split(pieces, graphs)), found.usable, card_bytes(found.gpu))


def budget_of(pieces: Pieces, usable_bytes: int, gpu: Gpu) -> Budget:
    """Memory of anything else, of which no graphs are known."""
    return Budget(tuple(_split(pieces, 0)), usable_bytes, card_bytes(gpu))


def card_bytes(gpu: Gpu) -> int:
    """Memory that the driver reports."""
    return gpu.memory_mib * MIB


def _split(pieces: Pieces, graphs: int) -> list[tuple[str, int]]:
    """The pieces as bars, with graphs told apart from the rest of the engine."""
    bars: list[tuple[str, int]] = []
    for name, size in pieces:
        if name == ENGINE and graphs:
            bars += [(GRAPHS, min(size, graphs)), (CONTEXT, size - min(size, graphs))]
        else:
            bars.append((SHORT.get(name, name), size))
    return bars
