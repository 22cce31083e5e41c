"""What a fleet of some cards costs, and which of several is cheaper, if that can be known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from planner.catalog.items import Gpu
from planner.errors import InfeasibleError, NoAnswerError
from planner.plan.schema import Plan
from planner.scenario.inputs import Inputs
from planner.sizing.precision import foreign_to_cuda
from planner.solve.mathopt import BACKENDS
from planner.solve.settings import Listener, Settings
from planner.studies.narrowing import buying_only
from planner.studies.optimum import find_plan

GAP = 0.005
"""Share of the cost within which a fleet is proven to be the cheapest."""
TIE = 0.01
"""Share of the cost within which two fleets are called equal."""
SECONDS = 20.0
"""Longest search of one fleet."""
CLOSER = GAP / 10
"""Share of the cost within which two fleets are proven whose costs are too near to be told."""
NONE = "none"
NOBODY_KNOWS = "unknown"
EQUAL = "tie"


class State(StrEnum):
    """What is known of a fleet."""

    CAN = "can"
    CANNOT = "cannot"
    NOT_SIZED = "not sized"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Bill:
    """What a fleet costs.

    Attributes:
        choice: its name.
        state: whether it meets the scenario.
        cents: net present cost; None unless it can.
        bound: no fleet of these cards costs less, cents; None unless it can.
        proven: whether the cost is proven to the gap that was asked.
        reason: why it cannot, or why that is not known.
        currency: of the cost.
        bought: what is bought, (item, count), in the order of the plan.
        paid: what is paid by category, cents, not discounted; receipts are negative.
        at_start: what is paid for hardware in the first month, cents.
    """

    choice: str
    state: State
    cents: int | None
    bound: int | None
    proven: bool
    reason: str
    currency: str
    bought: tuple[tuple[str, int], ...] = ()
    paid: tuple[tuple[str, int], ...] = ()
    at_start: int | None = None

    def __str__(self) -> str:
        match self.state:
            case State.CAN:
                assert self.cents is not None
                return f"{self.choice} {self.currency} {self.cents / 100:,.0f}"
            case State.CANNOT:
                return f"{self.choice} cannot do it ({self.reason})"
            case State.NOT_SIZED | State.UNKNOWN:
                return f"{self.choice} {self.state} ({self.reason})"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who is cheaper.

    Attributes:
        winner: id of the card, `tie`, `none` or `unknown`.
        reason: why it is unknown; else empty.
    """

    winner: str
    reason: str = ""


def not_sized(gpu: Gpu) -> str | None:
    """Why nothing is sized on a card, or None where it is."""
    return foreign_to_cuda(gpu)


def bill_of(choice: str, cards: tuple[str, ...], inputs: Inputs, gap: float = GAP) -> Bill:
    """What the cheapest fleet of some cards costs; what is owned already may be used with them.

    Args:
        choice: its name.
        cards: ids of the cards that are bought, leased or rented, and no others.
        inputs: the scenario.
        gap: share of the cost within which it shall be proven.
    """
    scenario = inputs.scenario
    if foreign := next(filter(None, (_foreign(inputs, gpu) for gpu in cards)), None):
        return _open(choice, State.NOT_SIZED, foreign, scenario.currency)
    settings = Settings(gap=gap, seconds=SECONDS)
    try:
        plan = find_plan(buying_only(inputs, cards), BACKENDS["gscip"], settings, Listener())
    except InfeasibleError as error:
        reason = next(iter(error.reasons), "no fleet meets the scenario").rstrip(".")
        return _open(choice, State.CANNOT, reason, scenario.currency)
    except NoAnswerError as error:
        return _open(choice, State.UNKNOWN, error.reason, scenario.currency)
    return Bill(
        choice,
        State.CAN,
        plan.objective.npv,
        plan.objective.lower_bound,
        plan.status == "proven",
        "",
        scenario.currency,
        _bought(plan),
        _paid(plan),
        _at_start(plan, scenario.start),
    )


def _foreign(inputs: Inputs, gpu: str) -> str | None:
    """Why a card is not sized, unless all that needs an engine was measured on it."""
    measured = (
        w.task == "fixed" or any(row.gpu == gpu for row in w.measured)
        for w in inputs.scenario.workloads
    )
    return None if all(measured) else not_sized(inputs.catalog.gpu(gpu))


def _open(choice: str, state: State, reason: str, currency: str) -> Bill:
    return Bill(choice, state, None, None, False, reason, currency)


def _bought(plan: Plan) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    for a in plan.acquisitions:
        if a.mode != "existing":
            counts[a.item] += a.count
    return tuple(counts.items())


def _paid(plan: Plan) -> tuple[tuple[str, int], ...]:
    amounts: Counter[str] = Counter()
    for entry in plan.cash_flow:
        amounts[entry.category] += entry.amount
    return tuple(amounts.items())


def _at_start(plan: Plan, month: str) -> int:
    entries = (e for e in plan.cash_flow if e.node == month and e.category == "capital")
    return sum(entry.amount for entry in entries)


def verdict_of(bills: Sequence[Bill]) -> Verdict:
    """Who is cheaper of two, or of several.

    A card wins where every other is proven to cost more: its lower bound lies above the winner's
    cost, and its cost by more than a hundredth. It wins too where no fleet of the others meets
    the scenario. A tie is two proven costs within a hundredth. All else is unknown.
    """
    unclear = [b for b in bills if b.state in (State.UNKNOWN, State.NOT_SIZED)]
    if unclear:
        told = (f"{b.choice} {_word(b.state)}: {b.reason}" for b in unclear)
        return Verdict(NOBODY_KNOWS, "; ".join(told))
    possible = sorted(
        ((b.cents, b.bound, b) for b in bills if b.cents is not None and b.bound is not None),
        key=lambda entry: (entry[0], entry[2].choice),
    )
    if not possible:
        return Verdict(NONE)
    cents, _, best = possible[0]
    if len(possible) == 1:
        return Verdict(best.choice)
    nearest, bound, _ = possible[1]
    lowest = min(b for _, b, _ in possible[1:])
    apart = nearest > cents + TIE * abs(cents)
    if apart and lowest > cents:
        return Verdict(best.choice)
    if not apart and all(b.proven for _, _, b in possible):
        return Verdict(EQUAL)
    return Verdict(NOBODY_KNOWS, _too_near(best, cents, nearest, bound))


def _word(state: State) -> str:
    return "is not sized" if state is State.NOT_SIZED else "is not known"


def _too_near(best: Bill, cents: int, nearest: int, bound: int) -> str:
    return (
        f"the searches ended too early to tell: the other costs {best.currency} "
        f"{bound / 100:,.0f} to {nearest / 100:,.0f}, {best.choice} at most {cents / 100:,.0f}"
    )


def settled(inputs: Inputs, gpus: tuple[str, str]) -> tuple[tuple[Bill, ...], Verdict]:
    """What each card costs alone, and who is cheaper; searched more closely where that is close."""
    bills = tuple(bill_of(gpu, (gpu,), inputs) for gpu in gpus)
    verdict = verdict_of(bills)
    if verdict.winner != NOBODY_KNOWS or not all(b.proven for b in bills):
        return bills, verdict
    closer = tuple(bill_of(gpu, (gpu,), inputs, CLOSER) for gpu in gpus)
    again = verdict_of(closer)
    return (bills, verdict) if again.winner == NOBODY_KNOWS else (closer, again)
