"""Speeds: what the bandwidth allows, and what is estimated."""

from __future__ import annotations

from planner.catalog.catalog import Catalog
from planner.claims.asking import Served, cuda_card, only, served, tuned
from planner.claims.schema import (
    RateAbout,
)
from planner.claims.terms_schema import (
    SpeedTerm,
    TuningTerm,
)
from planner.claims.world import UnknownError, World
from planner.sizing.breakdown import Breakdown, breakdown
from planner.sizing.inference import speed_of
from planner.sizing.roofline import ceiling
from planner.sizing.steps import mean_step_s
from planner.units import HOURS_PER_MONTH

BILLION = 1e9


def tokens_per_s(term: SpeedTerm, world: World) -> float:
    """Tokens per second of all sessions together.

    Raises:
        UnknownError: if the card does not run the model, or one of them is not known.
    """
    gpu = cuda_card(world.catalog, term.gpu)
    found = served(term, gpu, world.catalog)
    if not isinstance(found, Served):
        raise UnknownError(f"{term.gpu} does not run it: {found.text}")
    if term.of == "ceiling":
        bandwidth = term.bandwidth_gb_s or bandwidth_of(term.gpu, world)
        return ceiling(found.replica.work, bandwidth, term.sessions)
    low, middle, high = estimate(found, term.sessions)
    return {"low": low, "middle": middle, "high": high}[term.of]


def bandwidth_of(gpu: str, world: World) -> float:
    """Bandwidth of a card's memory, GB/s, if somebody else than an article knows it."""
    value = world.known(gpu, "memory_bandwidth_gb_s").value
    assert isinstance(value, (int, float))
    return float(value)


def estimate(found: Served, sessions: int) -> tuple[float, float, float]:
    """The estimate with the ends of its range, tokens per second of all sessions together.

    The high end is at most what the bandwidth allows.
    """
    work, gpu = found.replica.work, found.found.gpu
    middle = sessions / mean_step_s(work, found.found.machine, sessions)
    speed = speed_of(found.replica)
    most = ceiling(work, float(gpu.memory_bandwidth_gb_s), sessions)
    return middle * speed.low, middle, max(middle, min(middle * speed.high, most))


def tuning_tokens_per_s(term: TuningTerm, world: World) -> float:
    """Training tokens per second on one card.

    Raises:
        UnknownError: if the card does not run it, or something is not known.
    """
    gpu = cuda_card(world.catalog, term.gpu)
    inputs = tuned(term, world.catalog)
    found = breakdown(inputs, only(inputs), gpu, "bf16")
    if not isinstance(found, Breakdown):
        raise UnknownError(f"{term.gpu} does not run it: {found.text}")
    low, high = found.rate_range
    month = {"low": low, "middle": found.rate, "high": high}[term.of]
    return month / (HOURS_PER_MONTH * 3600)


def asked_speed(about: RateAbout, gpu: str, catalog: Catalog) -> Served | str:
    """The model of a claim on a card, or why it does not fit there.

    Raises:
        UnknownError: if something is not known.
    """
    found = served(about, cuda_card(catalog, gpu), catalog)
    if not isinstance(found, Served):
        return found.text
    replica = found.replica
    weights, usable = replica.weight_bytes, found.found.gpu.memory_mib * 1024**2
    if weights > usable:
        return f"weights of {weights / BILLION:.1f} GB do not fit into {usable / BILLION:.1f} GB"
    return found
