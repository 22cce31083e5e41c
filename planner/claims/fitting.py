"""Claims that a model fits a card, or runs so fast there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from pydantic import ValidationError

from planner.catalog.catalog import Catalog
from planner.catalog.items import Gpu
from planner.claims.asking import asked, cuda_card, only, served, tuned
from planner.claims.figures import unknown
from planner.claims.schema import (
    Asserted,
    FitAbout,
    FitCase,
    RateAbout,
)
from planner.claims.speed import asked_speed, bandwidth_of, estimate
from planner.claims.verdicts import FITS, FITTING, ON, Outcome, agrees
from planner.claims.world import UnknownError, World, number
from planner.scenario.question import Question
from planner.sizing.breakdown import breakdown_in
from planner.sizing.engines import Engines
from planner.sizing.option import Refusal
from planner.sizing.roofline import ceiling, read_gb
from planner.sizing.setting import Setting
from planner.units import GIB

COMFORTABLE = 0.9
"""Share of the usable memory up to which a fit is `ok`; above it is `edge`."""

About = TypeVar("About", FitAbout, RateAbout)


@dataclass(frozen=True, slots=True)
class Need:
    """Memory that is needed of what a card offers.

    Attributes:
        share: needed / usable; infinite where the card does not run it at all.
        text: the figures, or the reason.
        needed: bytes, where they are known.
        usable: bytes.
    """

    share: float
    text: str
    needed: int | None = None
    usable: int | None = None

    @property
    def word(self) -> str:
        """The word for it: ok, edge or no."""
        if self.share > 1:
            return "no"
        return "ok" if self.share <= COMFORTABLE else "edge"


def of_fits(about: FitAbout, asserted: Asserted, world: World) -> Iterator[Outcome]:
    """Whether a model fits, on each card and in each case."""
    for case, changed, gpu in _cases(about, world):
        if isinstance(changed, UnknownError):
            yield unknown(case, changed)
            continue
        try:
            need = need_of(changed, cuda_card(world.catalog, gpu), world.catalog)
        except UnknownError as error:
            yield unknown(case, error)
            continue
        why = f"{need.word}, {need.text}"
        yield Outcome(case, _fits(need.word, asserted), need.word, need.word, why)


def _fits(word: str, asserted: Asserted) -> bool:
    if f"{asserted.equals}".strip().lower() == FITS:
        return word in FITTING
    return agrees(word, asserted)


def need_of(about: FitAbout, gpu: Gpu, catalog: Catalog) -> Need:
    """What a model needs on a card.

    Raises:
        UnknownError: if something is not known.
    """
    if about.task == "inference":
        return _serving(about, gpu, catalog)
    if about.task == "finetune":
        inputs = tuned(about, catalog)
    else:
        question = Question(about.model, task=about.task, precision=(about.precision,))
        inputs = asked(question, catalog)
    setting = _at(Setting.of(inputs), about.utilisation)
    found = breakdown_in(setting, inputs, only(inputs), gpu, about.precision, about.cards)
    if isinstance(found, Refusal):
        if found.rule != "memory":
            return Need(float("inf"), found.text)
        usable = setting.usable_bytes(gpu, ecc=False)
        return Need(found.shortfall, found.text, round(found.shortfall * usable), usable)
    return _need(found.memory_bytes, found.usable_bytes)


def _serving(about: FitAbout, gpu: Gpu, catalog: Catalog) -> Need:
    found = served(about, gpu, catalog)
    if isinstance(found, Refusal):
        return Need(float("inf"), found.text)
    usable = _at(found.setting, about.utilisation).usable_bytes(gpu, ecc=False)
    return _need(found.replica.memory_bytes(about.sessions), usable)


def _at(setting: Setting, utilisation: float | None) -> Setting:
    if utilisation is None:
        return setting
    engines: Engines = setting.engines
    sharing = replace(engines.sharing, memory_utilisation=utilisation)
    return replace(setting, engines=replace(engines, sharing=sharing))


def _need(needed: int, usable: int) -> Need:
    text = f"needs {needed / GIB:.1f} GiB of {usable / GIB:.1f} GiB usable"
    return Need(needed / usable, text, needed, usable)


def of_rates(about: RateAbout, asserted: Asserted, world: World) -> Iterator[Outcome]:
    """Whether a speed can be reached, on each card and in each case."""
    for case, changed, gpu in _cases(about, world):
        if isinstance(changed, UnknownError):
            yield unknown(case, changed)
            continue
        try:
            yield _reached(case, changed, gpu, asserted, world)
        except UnknownError as error:
            yield unknown(case, error)


def _reached(case: str, about: RateAbout, gpu: str, asserted: Asserted, world: World) -> Outcome:
    found = asked_speed(about, gpu, world.catalog)
    if isinstance(found, str):
        return Outcome(case, False, 0.0, "does not fit", f"{gpu}: {found}")
    stated, bandwidth = _stated(asserted), bandwidth_of(gpu, world)
    most = ceiling(found.replica.work, bandwidth, about.sessions)
    low, high = (min(end, most) for end in _ends(estimate(found, about.sessions)))
    read = read_gb(found.replica.work, about.sessions)
    allowed = stated * (1 - asserted.slack) <= most
    side = "at most" if allowed else "never more than"
    why = (
        f"a step reads {number(read)} GB, and {number(bandwidth)} GB/s allow {side} "
        f"{number(most)} tokens/s; estimated {number(low)} to {number(high)}"
    )
    holds: bool | None = allowed
    if asserted.at_most is not None:
        holds = _bounded(stated * (1 + asserted.slack), low, most)
    elif allowed and stated > high:
        why += f"; {number(stated)} is above what is estimated, but the bandwidth allows it"
    return Outcome(case, holds, round(most, 1), f"{number(most)} tokens/s at most", why)


def _bounded(bound: float, low: float, most: float) -> bool | None:
    """Whether a speed never passes a bound.

    It does not where the bandwidth allows no more, and it does where even the low end of the
    estimate is above; between them nobody knows.
    """
    if most <= bound:
        return True
    return False if low > bound else None


def _ends(estimated: tuple[float, float, float]) -> tuple[float, float]:
    low, _, high = estimated
    return low, high


def _stated(asserted: Asserted) -> float:
    for value in (asserted.equals, asserted.at_least, asserted.at_most):
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
    raise UnknownError("a rate is tested against `equals`, `at_least` or `at_most` a number")


def _cases(about: About, world: World) -> Iterator[tuple[str, About | UnknownError, str]]:
    """Every case on every card: its name, what is asked then, and the card."""
    for case in about.cases or (FitCase(name="", changes={}),):
        changed = _changed(about, case)
        gpus = about.gpus if isinstance(changed, UnknownError) else changed.gpus
        for gpu in gpus:
            names = [case.name, gpu if len(gpus) > 1 else ""]
            yield ON.join(n for n in names if n), changed, gpu


def _changed(about: About, case: FitCase) -> About | UnknownError:
    data = about.model_dump(mode="json", exclude={"cases"}) | dict(case.changes)
    try:
        return type(about).model_validate(data, strict=False)
    except ValidationError as error:
        return UnknownError(f"`{case.name}` is not a case: {error.errors()[0]['msg']}")
