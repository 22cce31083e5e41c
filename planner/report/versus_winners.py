"""Who is cheaper of two cards, what would change that, and hard requirements, as sections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planner.report.screen import Column
from planner.report.sections import Section
from planner.studies.choices import EQUAL, NOBODY_KNOWS, NONE, Bill, State
from planner.versus.head_to_head import HeadToHead
from planner.versus.winners import Winner

_FEW = 3
"""Workloads that are named one by one."""
_WORDS = {NONE: "neither can", EQUAL: "tie", NOBODY_KNOWS: "unknown"}
_MEASURES = {
    "concurrency": "sessions", "users": "users", "seats": "users", "requests_per_s": "requests/s",
    "tokens_per_s": "tokens/s", "images_per_hour": "images/hour",
    "tokens_per_month": "tokens/month",
}  # fmt: skip


def listed(names: list[str]) -> str:
    """Names as a sentence has them."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def some(names: list[str]) -> str:
    """A few names, or the first and how many more there are."""
    return ", ".join(names) if len(names) <= _FEW else f"{names[0]} and {len(names) - 1} more"


def rate(value: float) -> str:
    """A number as it is read: millions and billions by their sign."""
    for size, sign in ((1e9, " G"), (1e6, " M")):
        if value >= size:
            return f"{value / size:.3g}{sign}"
    return f"{value:,.0f}"


def grouped(reasons: Iterable[tuple[str, str, str]]) -> tuple[str, ...]:
    """(workload, card, reason) as sentences, each reason of a card once."""
    where: dict[tuple[str, str], list[str]] = {}
    for workload, gpu, reason in reasons:
        where.setdefault((gpu, reason), []).append(workload)
    return tuple(f"{some(names)} on {gpu}: {why}." for (gpu, why), names in where.items())


def every_winner(found: HeadToHead) -> list[Winner]:
    """Those of the workloads, and that of what both carry as one fleet."""
    return [*found.winners, *([found.together] if found.together else [])]


def winners_section(found: HeadToHead) -> Section:
    """What each workload costs on either card and on both, and who wins."""
    columns = (
        Column("workload"), *(Column(gpu, right=True) for gpu in found.gpus),
        Column("both", right=True), Column("winner"), Column("what the winner buys"),
        Column("what the workload is", optional=True, wraps=True),
    )  # fmt: skip
    tasks = {w.name: w for w in found.inputs.scenario.workloads}
    every = every_winner(found)
    rows = [
        (
            w.workload, *(_cost(c) for c in w.costs), _cost(w.both), _margin(w), _bought(w),
            _task(tasks[w.workload]) if w.workload in tasks else "planned as one fleet",
        )
        for w in every
    ]  # fmt: skip
    title = f"Net cost of each workload over the roadmap, {found.currency}"
    notes = (*grouped(_refused(found)), *_unproven(every))
    return Section(title, (), columns, tuple(rows), notes=notes)


def _refused(found: HeadToHead) -> Iterator[tuple[str, str, str]]:
    for w in every_winner(found):
        for c in w.costs:
            if c.state is State.CANNOT:
                yield w.workload, c.choice, _reason(c.reason)
            elif c.state is not State.CAN:
                yield w.workload, c.choice, f"{c.state}: {c.reason}"


def _reason(text: str) -> str:
    """The reason alone: the sentence before it says no more than that there is one."""
    return text.split("may be used. ", 1)[-1]


def _unproven(winners: list[Winner]) -> Iterator[str]:
    for w in winners:
        for c in (*w.costs, w.both):
            if c.state is State.CAN and not c.proven and c.bound is not None:
                least = f"{c.currency} {c.bound / 100:,.0f}"
                yield f"{w.workload} with {c.choice} is not proven: it costs {least} at least."


def _cost(bill: Bill) -> str:
    match bill.state:
        case State.CAN:
            return f"{(bill.cents or 0) / 100:,.0f}"
        case State.CANNOT:
            return "cannot"
        case State.NOT_SIZED | State.UNKNOWN:
            return str(bill.state)


def _bought(winner: Winner) -> str:
    cost = next((c for c in winner.costs if c.choice == winner.winner), None)
    if cost is None:
        return ""
    return ", ".join(f"{count} {item}" for item, count in cost.bought) or "nothing"


def _margin(winner: Winner) -> str:
    if winner.winner in _WORDS:
        return _WORDS[winner.winner]
    costs = sorted(c.cents for c in winner.costs if c.cents is not None)
    if len(costs) < len(winner.costs):
        return f"{winner.winner}, the only one"
    if costs[0] < 0:
        return winner.winner
    return f"{winner.winner}, {1 - costs[0] / costs[1]:.0%} cheaper"


def _task(workload: object) -> str:
    model, task = getattr(workload, "model", ""), getattr(workload, "task", "")
    told = [f"{model} {getattr(workload, 'method', None) or task}"]
    load = getattr(workload, "demand", None) or (workload,)
    told.append(" then ".join(_amounts(entry) for entry in load))
    precisions = getattr(workload, "precision", None)
    if precisions:
        told.append(" or ".join(precisions))
    context = getattr(workload, "context_tokens", None)
    if context:
        told.append(f"{context / 1024:g}k context")
    level = getattr(getattr(workload, "slo", None), "tokens_per_s_per_session", None)
    if level:
        told.append(f"{level:g} tokens/s each")
    return ", ".join(told)


def _amounts(entry: object) -> str:
    told = [
        f"{rate(value)} {unit}"
        for name, unit in _MEASURES.items()
        if (value := getattr(entry, name, None)) is not None
    ]
    for one in getattr(entry, "classes", None) or ():
        shape = f"{one.input_tokens:,} in, {one.output_tokens:,} out"
        told.append(f"{one.requests_per_s:g} requests/s ({shape})")
    return " and ".join(told)


def requirements_section(found: HeadToHead) -> Section:
    """What each card has of what a buyer may have to have."""
    columns = (Column("requirement"), *(Column(gpu) for gpu in found.gpus))
    rows = [(r.text, *r.met) for r in found.requirements]
    return Section("Hard requirements", (), columns, tuple(rows))


def conditions_section(found: HeadToHead) -> Section:
    """Demands and prices at which somebody else wins."""
    columns = (Column("workload"), Column("then wins"), Column("if", wraps=True))
    where: dict[tuple[str, str], list[str]] = {}
    for winner in found.winners:
        for c in (c for c in winner.conditions if c.kind != "need"):
            where.setdefault((c.winner, c.text.removeprefix("if ")), []).append(winner.workload)
    rows = [(some(names), _WORDS.get(then, then), text) for (then, text), names in where.items()]
    texts = [
        "Demand was tried at a quarter, half, twice and four times. Where both can do it, prices "
        "were tried up to eight times and down to an eighth of today's. Each was solved again; a "
        "price above the book's adds nothing to what a sale brings."
    ]
    if any(c.kind == "price" for w in found.winners for c in w.conditions):
        texts.append(
            "Where the price at which the winner changes lies among the prices seen, the verdict "
            "rests on your quote."
        )
    if not rows:
        texts.append("Nothing that was tried changes a winner that is known.")
    if open_ones := [w.workload for w in found.winners if w.winner == NOBODY_KNOWS]:
        texts.append(f"Nothing was tried for {listed(open_ones)}: the winner is unknown.")
    return Section("What would change the winner", tuple(texts), columns, tuple(rows))
