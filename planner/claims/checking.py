"""Every claim of some pages, each with its verdict."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import TypeAlias, assert_never

from planner.catalog.catalog import Catalog
from planner.catalog.loading import default_catalog
from planner.claims.choosing import of_choices
from planner.claims.figures import of_facts, of_prices, of_references, of_sums
from planner.claims.fitting import of_fits, of_rates
from planner.claims.loading import Page, load
from planner.claims.schema import (
    ChoiceAbout,
    Claim,
    FactAbout,
    FitAbout,
    PriceAbout,
    RateAbout,
    ReferenceAbout,
    SumAbout,
)
from planner.claims.verdicts import Judged, Outcome, verdict_of
from planner.claims.world import World

Job: TypeAlias = tuple[int, int]
"""A claim by the number of its page and its place there."""
MOST_WORKERS = 8
_MANY = 8
"""Searches from which on it pays to start further processes."""


def check_pages(
    pages: Sequence[Page],
    catalog: Catalog,
    *,
    only: Collection[str] | None = None,
    workers: int | None = None,
) -> list[Judged]:
    """Every claim with its verdict, in the order of the files.

    Args:
        pages: claims files.
        catalog: facts and prices they are tested against.
        only: ids of claims; all if absent.
        workers: processes; as many as there are processors (eight at most) if absent.
    """
    jobs = [
        (number, place)
        for number, page in enumerate(pages)
        for place, claim in enumerate(page.file.claims)
        if only is None or claim.id in only
    ]
    count = workers or min(os.cpu_count() or 1, MOST_WORKERS)
    searched = [job for job in jobs if _is_searched(pages, job)]
    answers: dict[Job, Judged] = {}
    if count > 1 and len(searched) >= _MANY and catalog is default_catalog():
        paths = tuple(page.path for page in pages)
        with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
            waiting = pool.map(_judge_elsewhere, [(paths, job) for job in searched])
            answers = {job: _judge(pages, catalog, job) for job in jobs if job not in searched}
            answers |= dict(zip(searched, waiting, strict=True))
    return [answers.get(job) or _judge(pages, catalog, job) for job in jobs]


def _is_searched(pages: Sequence[Page], job: Job) -> bool:
    number, place = job
    return isinstance(pages[number].file.claims[place].about, ChoiceAbout)


def _judge_elsewhere(job: tuple[tuple[Path, ...], Job]) -> Judged:
    """One claim in a process of its own, which reads the files itself."""
    paths, one = job
    return _judge(_pages(paths), default_catalog(), one)


@lru_cache(maxsize=1)
def _pages(paths: tuple[Path, ...]) -> tuple[Page, ...]:
    return tuple(load(paths, default_catalog()))


def _judge(pages: Sequence[Page], catalog: Catalog, job: Job) -> Judged:
    number, place = job
    page = pages[number]
    return judge(page.file.claims[place], world_of(page, pages, catalog), page.file.title)


def judge(claim: Claim, world: World, document: str) -> Judged:
    """One claim with its verdict."""
    outcomes = tuple(_outcomes(claim, world))
    return Judged(claim, document, verdict_of(outcomes), outcomes)


def world_of(page: Page, pages: Sequence[Page], catalog: Catalog) -> World:
    """What the claims of a page are tested against."""
    own, folder = page.file.own_facts, page.path.resolve().parent
    return World(catalog, page.file.source, own, folder, _stated(pages))


def _stated(pages: Sequence[Page]) -> Mapping[str, float]:
    """Numbers that claims assert."""
    return {
        claim.id: float(claim.asserts.equals)
        for page in pages
        for claim in page.file.claims
        if isinstance(claim.asserts.equals, (int, float))
        and not isinstance(claim.asserts.equals, bool)
    }


def _outcomes(claim: Claim, world: World) -> Iterator[Outcome]:
    match claim.about:
        case FactAbout() as about:
            yield from of_facts(about, claim.asserts, world)
        case ReferenceAbout() as about:
            yield from of_references(about, claim.asserts, world)
        case SumAbout() as about:
            yield from of_sums(about, claim.asserts, world)
        case PriceAbout() as about:
            yield from of_prices(about, claim.asserts, world)
        case FitAbout() as about:
            yield from of_fits(about, claim.asserts, world)
        case RateAbout() as about:
            yield from of_rates(about, claim.asserts, world)
        case ChoiceAbout() as about:
            yield from of_choices(about, claim.asserts, world)
        case _:
            assert_never(claim.about)
