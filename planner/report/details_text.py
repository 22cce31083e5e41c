"""One card in depth for people: bars of its memory, reach, speed, power, cost, and its command."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import floor

from planner.report.answers import Answer, Proposal
from planner.report.details import Cost, Detail
from planner.report.ranges import money, ranged, seconds_of
from planner.report.screen import Screen
from planner.sizing.breakdown import Breakdown
from planner.sizing.budget import FREE, RESERVE, Budget, Fit
from planner.sizing.levels import GROUPS
from planner.units import gib

LABEL = 17
"""Width of the names at the left."""
MOST_BAR = 60
"""No bar is wider, whatever the screen."""
MILLION = 1e6
LACKS = "lacks"
SIGNS = {FREE: ".", RESERVE: "-", LACKS: "!"}
"""Signs of what is not taken; `#` is."""
STOPS = {
    "memory": "memory stops one more",
    "speed": "the service level stops one more",
    "first token": "the time to the first token stops one more",
}


def answer_text(answer: Answer, screen: Screen, currency: str) -> str:
    """Everything that is said of a card."""
    blocks = []
    if answer.details:
        blocks.append("\n".join(_detail(answer.details[0], answer, screen, currency)))
    if answer.one_card is Fit.NO:
        blocks.append("\n".join(_no(answer, screen)))
    if answer.details and answer.details[0].command:
        blocks.append("\n".join(_command(answer.details[0], screen)))
    return "\n\n".join(blocks)


def _detail(detail: Detail, answer: Answer, screen: Screen, currency: str) -> Iterator[str]:
    found, budget = detail.found, detail.budget
    what = f"{found.gpus} x {found.gpu} in {found.precision}"
    yield screen.bold(screen.wrapped(f"{what}: {_verdict(detail)}", "", "    "))
    yield from bars(budget, screen)
    rows = [*_reach(detail), *_speed(detail), *_power(detail), *_money(detail, currency)]
    rows += _run(detail, currency)
    rows.append(("smallest group", _smallest(answer.smallest)))
    for name, text in rows:
        yield fact(name, text, screen)


def fact(name: str, text: str, screen: Screen) -> str:
    """A line with its name at the left."""
    return screen.wrapped(text, f"{name:<{LABEL}}", " " * LABEL)


def _verdict(detail: Detail) -> str:
    budget = detail.budget
    load = "" if detail.asked is None else f" with {_sessions(detail.asked)}"
    each = " on each card" if detail.found.gpus > 1 else ""
    spare = f"{gib(budget.free_bytes):.1f} GiB ({floor(budget.spare * 100)} %) to spare"
    return f"{budget.fit.value}, {spare}{each}{load}"


def bars(budget: Budget, screen: Screen) -> Iterator[str]:
    """The memory of a card from left to right, one line for each piece.

    Where it does not suffice, what lacks takes the place of what is free and kept back.
    """
    room = min(MOST_BAR, screen.width - LABEL - 9)
    whole = max(1, budget.card_bytes, budget.taken_bytes)
    lacks = budget.free_bytes < 0
    done = 0
    for name, size in budget.taken if lacks else budget.bars:
        yield _bar(name, size, done, whole, room)
        done += size
    if lacks:
        yield _bar(LACKS, -budget.free_bytes, budget.usable_bytes, whole, room)
    yield f"  {'GiB of the card':<{LABEL - 2}}{gib(budget.card_bytes):6.1f}"


def _bar(name: str, size: int, done: int, whole: int, room: int) -> str:
    """One piece, behind what was there before; what takes anything gets a sign."""
    start, end = round(done / whole * room), round((done + size) / whole * room)
    length = max(end - start, 1 if size else 0)
    bar = " " * min(start, room - length) + SIGNS.get(name, "#") * length
    return f"  {name:<{LABEL - 2}}{gib(size):6.1f}  {bar}".rstrip()


def _reach(detail: Detail) -> Iterator[tuple[str, str]]:
    found = detail.found
    if detail.longest_context:
        yield "longest context", f"{detail.longest_context:,} tokens for one session alone"
    if found.sessions is not None:
        stop = f"; {STOPS[found.limit]}" if found.limit else ""
        yield "most sessions", f"{found.sessions:,}{stop}"


def _speed(detail: Detail) -> Iterator[tuple[str, str]]:
    load = detail.load
    low, high = load.rate_range
    if load.sessions is None or load.rate_each is None:
        if load.unit != "needs":
            yield "speed", f"{_scaled(load)} at full load"
        return
    each = ranged(load.rate_each, low / load.sessions, high / load.sessions)
    together = ranged(load.rate, low, high)
    yield (
        "speed",
        f"{each} tokens/s each with {_sessions(load.sessions)}, {together} together",
    )
    if load.ttft_ms is not None and load.ttft_range_ms is not None:
        low_s, high_s = (seconds_of(ms) for ms in load.ttft_range_ms)
        yield "first token", f"{seconds_of(load.ttft_ms)} s ({low_s}-{high_s})"


def _scaled(found: Breakdown) -> str:
    """The rate of what has no sessions; training tokens in millions a month."""
    scale, unit = 1.0, found.unit
    if unit == "tokens/month":
        scale, unit = 1e-6, "million tokens/month"
    low, high = found.rate_range
    return f"{ranged(found.rate * scale, low * scale, high * scale)} {unit}"


def _power(detail: Detail) -> Iterator[tuple[str, str]]:
    cards = _cards(detail.found.gpus)
    yield "power", f"{detail.idle_w:,.0f} W at rest, {detail.busy_w:,.0f} W at work ({cards})"


def _money(detail: Detail, currency: str) -> Iterator[tuple[str, str]]:
    if detail.cost is not None:
        yield "cost", _cost(detail.cost, currency)


def _cost(cost: Cost, currency: str) -> str:
    if cost.total is None or cost.loss is None:
        energy = f"{currency} {money(cost.energy)} of electricity per {cost.quantity}"
        return f"{energy}; the card has no price of its own"
    return (
        f"{currency} {money(cost.total)} per {cost.quantity} at full load: "
        f"{money(cost.loss)} loss of value, {money(cost.energy)} electricity"
    )


def _run(detail: Detail, currency: str) -> Iterator[tuple[str, str]]:
    run = detail.run
    if run is None:
        return
    cost = "" if run.cost is None else f", {currency} {run.cost:,.2f}"
    tokens = f"{run.tokens / MILLION:,.4g} million tokens"
    yield "this run", f"{tokens}: {ranged(run.hours, run.low, run.high)} hours{cost}"


def _smallest(smallest: Sequence[tuple[str, int | None]]) -> str:
    told = [f"{precision} {_cards(cards)}" for precision, cards in smallest]
    return ", ".join(told)


def _cards(cards: int | None) -> str:
    if cards is None:
        return f"none up to {GROUPS[-1]} cards"
    return "1 card" if cards == 1 else f"{cards} cards"


def _no(answer: Answer, screen: Screen) -> Iterator[str]:
    """Why one card does not do, and what would."""
    precisions = answer.precisions
    where = f" in {', '.join(precisions)}" if precisions else ""
    why = f"; {answer.why}" if answer.why else ""
    told = f"1 x {answer.gpu}{where}: no{why}"
    yield screen.bold(screen.wrapped(told, "", "    "))
    yield from proposals_text(answer, screen)


def proposals_text(answer: Answer, screen: Screen) -> Iterator[str]:
    """Changes that make it fit, one a line."""
    if not answer.proposals:
        yield screen.wrapped("Nothing that was tried makes it fit.", "  ", "  ")
        return
    yield screen.wrapped("What makes it a yes, each tried by sizing it, the nearest first:", "  ")
    for proposal in answer.proposals:
        told = _proposal(proposal, several=len(answer.precisions) > 1)
        yield screen.wrapped(told, "  - ", "    ")


def _proposal(proposal: Proposal, *, several: bool) -> str:
    said = {
        "precision": f"weights in {proposal.precision}",
        "cards": f"{proposal.cards} cards together",
        "cache": f"cache in {proposal.settings.get('kv-cache')}",
        "sessions": _sessions(int(proposal.settings.get("concurrency", 1))),
        "context": f"{int(proposal.settings.get('context', 0)):,} tokens of context",
        "method": f"{proposal.settings.get('method')}",
        "optimizer": f"optimiser {proposal.settings.get('optimizer')}",
        "recompute": "activations computed again",
        "batch": f"a batch of {proposal.settings.get('batch')}",
        "sequence": f"sequences of {int(proposal.settings.get('sequence', 0)):,} tokens",
    }
    budget = proposal.budget
    what = ", ".join(said[name] for name in proposal.changed)
    if several and "precision" not in proposal.changed:
        what += f", in {proposal.precision}"
    each = " of each" if proposal.cards > 1 else ""
    figure = f"{gib(budget.taken_bytes):.1f} of {gib(budget.usable_bytes):.1f} GiB{each}"
    most = "" if proposal.most is None else f", {_sessions(proposal.most)} at most"
    return f"{what}: {budget.fit.value}, {figure}{most}"


def _sessions(count: int) -> str:
    return "1 session" if count == 1 else f"{count:,} sessions"


def _command(detail: Detail, screen: Screen) -> Iterator[str]:
    carries = detail.carries or 1
    replica = "" if detail.command_note is None else f"; {detail.command_note}"
    yield screen.wrapped(f"To serve {_sessions(carries)} as sized{replica}:", "", "    ")
    yield from command_lines(detail.command, screen)


def command_lines(words: Sequence[str], screen: Screen) -> Iterator[str]:
    """A command over several lines, as a shell takes it."""
    line = f"  {words[0]}"
    for word in words[1:]:
        if len(line) + len(word) + 3 > screen.width:
            yield f"{line} \\"
            line = f"    {word}"
        else:
            line += f" {word}"
    yield line
