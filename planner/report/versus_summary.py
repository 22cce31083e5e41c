"""Which of two cards to buy, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.claims.verdicts import FITTING
from planner.report.versus_words import listed
from planner.studies.choices import EQUAL, NOBODY_KNOWS, NONE, State, not_sized
from planner.versus.fits import Fit, best
from planner.versus.head_to_head import HeadToHead
from planner.versus.priced import goods
from planner.versus.winners import Winner

_CONDITIONS = {
    "new": "new", "used": "used", "refurbished": "refurbished", "mixed": "new and used together",
}  # fmt: skip


def summary(found: HeadToHead) -> Iterator[str]:
    """Which card for what, what only one of them can, and how that was found."""
    for gpu, other in (found.gpus, found.gpus[::-1]):
        won = [w for w in found.winners if w.winner == gpu]
        if names := [w.workload for w in won if w.is_contested]:
            yield f"{_priced(found, gpu)} is the cheaper card for {listed(names)}."
        if names := [w.workload for w in won if not w.is_contested]:
            yield (
                f"Only {_priced(found, gpu)} carries {listed(names)} in the hosts that the "
                f"scenario allows; why {other} does not stands below."
            )
    if names := [w.workload for w in found.winners if w.rests_on_quote]:
        yield (
            f"It rests on your quote for {listed(names)}: at a price within its range the "
            "other card wins."
        )
    if names := _named(found.winners, EQUAL):
        yield f"They cost the same, within a hundredth, for {listed(names)}."
    yield from _reasons(found)
    yield from _neither(found.winners)
    yield from _not_known(found.winners)
    mixed = [w.workload for w in found.winners if w.mixed_is_cheaper and w.winner != NONE]
    if (whole := found.together) and whole.mixed_is_cheaper and whole.winner != NONE:
        mixed.append(f"{whole.workload} as one fleet")
    if mixed:
        yield f"A fleet of both costs less than one of either kind alone for {listed(mixed)}."
    yield _how(found)
    conditions = {e.gpu: _CONDITIONS[e.condition] for e in found.economics if e.condition}
    if len(set(conditions.values())) > 1:
        told = ", ".join(f"{gpu} as {words}" for gpu, words in conditions.items())
        yield f"The prices are not of goods alike ({told}): warranty and wear differ."
    yield from _built_in(found)


def _reasons(found: HeadToHead) -> Iterator[str]:
    """What one card holds or has and the other does not, whatever they cost."""
    for i, j in ((0, 1), (1, 0)):
        gpu, other = found.gpus[i], found.gpus[j]
        held, not_held = _held(found.fits[i]), _held(found.fits[j])
        if models := [name for name, fits in held.items() if fits and not_held[name] is False]:
            yield f"On one card {other} does not hold {listed(models)}; {gpu} does."
        if had := [r.text for r in found.requirements if r.meets[i] and not r.meets[j]]:
            yield f"Choose {gpu}, whatever it costs, if you must have {' or '.join(had)}."


def _held(fits: Sequence[Fit]) -> dict[str, bool | None]:
    """Whether each model fits one card in some precision; None where that is not known."""
    words = {name: best(list(fits), name).word for name in dict.fromkeys(f.model for f in fits)}
    known = {"no": False, **dict.fromkeys(FITTING, True)}
    return {name: known.get(word) for name, word in words.items()}


def _named(winners: Sequence[Winner], winner: str) -> list[str]:
    return [w.workload for w in winners if w.winner == winner]


def _neither(winners: Sequence[Winner]) -> Iterator[str]:
    """Workloads that no fleet of one kind carries, and whether one of both does."""
    by_state: dict[State, list[str]] = {}
    for w in winners:
        if w.winner == NONE:
            by_state.setdefault(w.both.state, []).append(w.workload)
    ends = {
        State.CAN: "alone; a fleet of both does",
        State.CANNOT: "alone, nor do both together",
        State.UNKNOWN: "alone; whether both together do is not known",
        State.NOT_SIZED: "alone; whether both together do is not known",
    }
    for state, names in by_state.items():
        yield f"Neither carries {listed(names)} {ends[state]}."


def _not_known(winners: Sequence[Winner]) -> Iterator[str]:
    """Workloads without a verdict, by the reason."""
    reasons: dict[str, list[str]] = {}
    for w in winners:
        if w.winner == NOBODY_KNOWS:
            reasons.setdefault(w.reason, []).append(w.workload)
    for reason, names in reasons.items():
        yield f"Which is cheaper is unknown for {listed(names)}: {reason}."


def _how(found: HeadToHead) -> str:
    scenario = found.inputs.scenario
    sized = [gpu for gpu in found.gpus if not not_sized(found.inputs.catalog.gpu(gpu))]
    if not sized:
        return "Nothing was planned: neither card is sized."
    fleets = [f"with {gpu} only" for gpu in sized]
    if len(sized) == len(found.gpus):
        fleets.append("with both")
    quoted = " and the scenario's own quotes" if scenario.quotes else ""
    owned = " What is owned already may be used in each." if scenario.existing else ""
    return (
        f"Each workload was planned alone for {scenario.months} months {listed(fleets)}, in the "
        "hosts that the scenario allows, at the prices of the book "
        f"{found.book}{quoted}, all without tax. What is cheaper is the net cost with the host "
        "and the power, less what is left of it at the end, discounted at "
        f"{scenario.discount_rate * 100:g} % a year.{owned}"
    )


def _priced(found: HeadToHead, gpu: str) -> str:
    economics = found.economics[found.gpus.index(gpu)]
    if economics.price is None:
        return gpu
    used = f"{economics.condition}, " if economics.condition in ("used", "refurbished") else ""
    return f"{gpu} ({used}{found.currency} {economics.price:,.0f})"


def _built_in(found: HeadToHead) -> Iterator[str]:
    """Cards that are bought only with the host that they are built into."""
    catalog = found.inputs.catalog
    for gpu in found.gpus:
        bought = [host for host in goods(found.inputs, gpu) if host != gpu]
        steps = sorted({h[1] for name in bought if (h := catalog.host(name).built_in)})
        if steps:
            many = " or ".join(map(str, steps))
            yield f"{gpu} is bought only built into a host, {many} at a time ({listed(bought)})."
