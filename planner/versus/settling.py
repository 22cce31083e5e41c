"""What each card costs alone and both together, each no more than what any search has found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from planner.scenario.inputs import Inputs
from planner.scenario.places import rented_machines
from planner.studies.choices import GAP, Bill, State, bill_of, settled, verdict_of

BOTH = "both"


@dataclass(frozen=True, slots=True)
class Settled:
    """Who is cheaper.

    Attributes:
        costs: what each card costs alone, in the order of the question.
        both: what the cheapest fleet of both costs.
        winner: id of the card, `tie`, `none` or `unknown`.
        reason: why it is unknown; else empty.
    """

    costs: tuple[Bill, ...]
    both: Bill
    winner: str
    reason: str


def settled_with_both(inputs: Inputs, gpus: tuple[str, str]) -> Settled:
    """What each card costs alone and both together, and who is cheaper.

    A search ends within a gap, so that the one with both cards may find a cheaper fleet that holds
    one kind only: then that is the fleet of this kind.
    """
    costs, verdict = settled(inputs, gpus)
    both = bill_of(BOTH, gpus, inputs)
    found = with_fleets_of_both(costs, both, kinds_of(inputs, both, gpus))
    if found != costs:
        verdict = verdict_of(found)
    return Settled(found, both, verdict.winner, verdict.reason)


def with_fleets_of_both(
    costs: Sequence[Bill], both: Bill, kinds: frozenset[str]
) -> tuple[Bill, ...]:
    """The bills of each card alone, with the fleet of both where it holds that card only."""
    return tuple(_cheaper(bill, both) if kinds <= {bill.choice} else bill for bill in costs)


def _cheaper(bill: Bill, both: Bill) -> Bill:
    """A bill, or that of a fleet of the same kind that another search found to be cheaper.

    What no fleet of both costs less than, no fleet of one kind does either.
    """
    if both.state is not State.CAN or bill.state not in (State.CAN, State.UNKNOWN):
        return bill
    assert both.cents is not None
    if bill.cents is not None and bill.cents <= both.cents:
        return bill
    known = [b for b in (bill.bound, both.bound) if b is not None]
    bound = min(max(known), both.cents)
    proven = both.cents - bound <= GAP * abs(both.cents)
    return replace(both, choice=bill.choice, bound=bound, proven=proven)


def kinds_of(inputs: Inputs, bill: Bill, gpus: tuple[str, str]) -> frozenset[str]:
    """Which of two cards a fleet buys, leases or rents, alone or built in."""
    return frozenset(_kinds(inputs, bill)) & frozenset(gpus)


def _kinds(inputs: Inputs, bill: Bill) -> Iterator[str]:
    hosts = inputs.hosts()
    rented = {machine.id: machine.gpu for machine in rented_machines(inputs.scenario)}
    for item, _ in bill.bought:
        built_in = hosts[item].built_in if item in hosts else None
        yield built_in[0] if built_in else rented.get(item, item)
