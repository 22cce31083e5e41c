"""Which deployment option a deployment, or a job in a pool, stands for."""

from __future__ import annotations

from dataclasses import dataclass

from planner.plan.schema import Deployment, Pool, PoolHours
from planner.sizing.option import Option

NVLINK = "nvlink"


@dataclass(frozen=True, slots=True)
class OptionKey:
    """What tells one deployment option from all others.

    Of what joins its cards, a bridge counts; the rest follows from the kind of card.
    """

    workload: str
    gpu: str
    precision: str
    gpus: int
    level: int
    part: bool = False
    bridged: bool = False
    slice: str | None = None
    pooled: bool = False


def key_of(option: Option) -> OptionKey:
    """The key of an option."""
    return OptionKey(
        option.workload,
        option.gpu,
        option.precision,
        option.gpus,
        option.level,
        option.part,
        option.link == NVLINK,
        option.slice,
        option.pooled,
    )


def key_of_deployment(entry: Deployment) -> OptionKey:
    """The key of the option whose replicas are deployed."""
    return OptionKey(
        entry.workload,
        entry.gpu,
        entry.precision,
        entry.gpus_per_replica,
        entry.level,
        part=entry.shared,
        bridged=entry.link == NVLINK,
        slice=entry.slice,
    )


def key_of_job(pool: Pool, job: PoolHours) -> OptionKey:
    """The key of the option by which a job works in a pool."""
    return OptionKey(
        job.workload,
        pool.gpu,
        job.precision,
        pool.gpus_per_group,
        job.level,
        bridged=pool.link == NVLINK,
        pooled=True,
    )
