"""What would change the winner: another price, or a need that only one card meets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from planner.catalog.items import Gpu
from planner.catalog.prices import Price
from planner.scenario.inputs import Inputs
from planner.scenario.workloads import AnyWorkload
from planner.studies.choices import NOBODY_KNOWS, NONE, Bill, State, bill_of
from planner.versus.priced import at_prices, goods
from planner.versus.seen import spread_of

DEAREST = 8.0
"""The winner's price is raised up to this multiple to find where it stops winning."""
STEPS = 7
"""Halvings of the interval in which the price lies."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that changes the winner.

    Attributes:
        kind: `price` or `need`.
        text: the condition in words.
        winner: who wins then; `unknown` where the search did not tell.
        goods: for a price: what it is the price of: the card, or the hosts it is built into.
        more: whether it must lie above the value, and not below.
        times: whether value, price of today and range are multiples, as of hosts of several prices.
        value: the price.
        now: the price of today.
        low: low end of its range: of the price book and of what was seen; None for a quote of the
            scenario's own.
        high: high end.
    """

    kind: str
    text: str
    winner: str
    goods: tuple[str, ...] = ()
    more: bool = False
    times: bool = False
    value: float | None = None
    now: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def within(self) -> bool:
        """Whether the price lies in its range, so that the verdict rests on the buyer's quote."""
        if self.value is None or self.low is None or self.high is None:
            return False
        return self.low <= self.value <= self.high


def alone(inputs: Inputs, workload: AnyWorkload) -> Inputs:
    """The scenario with one workload only."""
    changed = inputs.scenario.model_copy(update={"workloads": (workload,)})
    return Inputs(changed, inputs.catalog)


def conditions(
    inputs: Inputs,
    workload: AnyWorkload,
    gpus: tuple[str, str],
    winner: str,
    costs: tuple[Bill, ...],
) -> Iterator[Condition]:
    """What would change the winner of a workload, where there is one."""
    if winner not in gpus:
        return
    if all(c.state is State.CAN for c in costs):
        yield from _prices(inputs, gpus, winner, costs)
    yield from _needs(inputs, workload, gpus, winner, costs)


def _prices(
    inputs: Inputs, gpus: tuple[str, str], winner: str, costs: tuple[Bill, ...]
) -> Iterator[Condition]:
    """Prices at which the other card costs as much: that of the winner raised, or its own cut."""
    rival = next(gpu for gpu in gpus if gpu != winner)
    cents = {c.choice: c.cents for c in costs}
    lost, won = cents[rival], cents[winner]
    assert lost is not None and won is not None  # noqa: PT018  # both can do it
    for gpu, limit, target, more in (
        (winner, DEAREST, lost, True),
        (rival, 1 / DEAREST, won, False),
    ):
        bought = goods(inputs, gpu)
        factor = _break_even(inputs, gpu, bought, limit, target) if bought else None
        if factor is not None:
            yield replace(_flip(inputs, gpu, bought, factor, more=more), winner=rival)


def _flip(
    inputs: Inputs, gpu: str, bought: Mapping[str, Price], factor: float, *, more: bool
) -> Condition:
    """The price at which both cost the same; without the winner."""
    words = "more" if more else "less"
    span = _range(inputs, bought)
    if gpu not in bought:
        verb = "costs" if len(bought) == 1 else "cost"
        hosts = " and ".join(bought)
        text = f"if {hosts} {verb} {words} than about {factor:.2f} times today's price"
        return Condition("price", text, "", tuple(bought), more, True, round(factor, 4), 1.0, *span)
    now = bought[gpu].cents / 100
    low, high = (None if end is None else round(now * end, 2) for end in span)
    told = "" if low is None or low == high else f", range {low:,.0f} to {high:,.0f}"
    value = round(now * factor, 2)
    text = (
        f"if {gpu} costs {words} than about {inputs.scenario.currency} {value:,.0f} "
        f"(now {now:,.0f}{told})"
    )
    return Condition("price", text, "", (gpu,), more, False, value, now, low, high)


def _range(inputs: Inputs, bought: Mapping[str, Price]) -> tuple[float | None, float | None]:
    """The widest range of what is bought, as multiples of its price; none for quotes."""
    spreads = [(spread_of(inputs, item), price.cents / 100) for item, price in bought.items()]
    known = [(s.low / now, s.high / now) for s, now in spreads if s is not None]
    if not known:
        return None, None
    return min(low for low, _ in known), max(high for _, high in known)


def _break_even(
    inputs: Inputs, gpu: str, bought: Mapping[str, Price], limit: float, target: int
) -> float | None:
    """The multiple of the price at which the fleet of a card costs a target, by halving.

    None if it costs that neither today nor at the limit, or if a search did not tell.
    """

    def passed(factor: float) -> bool | None:
        prices = {item: price.cents / 100 * factor for item, price in bought.items()}
        found = bill_of(gpu, (gpu,), at_prices(inputs, prices))
        if found.state is State.CANNOT:
            return limit > 1
        if found.cents is None:
            return None
        return found.cents > target if limit > 1 else found.cents < target

    near, far = 1.0, limit
    if not passed(far):
        return None
    for _ in range(STEPS):
        middle = (near * far) ** 0.5
        beyond = passed(middle)
        if beyond is None:
            return None
        near, far = (near, middle) if beyond else (middle, far)
    return float((near * far) ** 0.5)


def _needs(
    inputs: Inputs,
    workload: AnyWorkload,
    gpus: tuple[str, str],
    winner: str,
    costs: tuple[Bill, ...],
) -> Iterator[Condition]:
    """Needs that only the other card meets."""
    mine = inputs.catalog.gpu(winner)
    other = inputs.catalog.gpu(next(g for g in gpus if g != winner))
    can = next(c for c in costs if c.choice == other.id).state is State.CAN
    then = other.id if can else NONE
    if other.ecc and not mine.ecc:
        corrected = _with_ecc(inputs, workload, other) if can else then
        yield Condition("need", "if memory must correct errors", corrected)
    if other.data_centre_use and not mine.data_centre_use:
        yield Condition("need", "if it stands in a data centre, which the licence forbids", then)
    if other.mig_instances > mine.mig_instances:
        most = mine.mig_instances
        than = f"more than {most} isolated tenants" if most else "isolated tenants"
        yield Condition("need", f"if one card must serve {than} (MIG)", then)
    if other.nvlink != "none" and mine.nvlink == "none":
        yield Condition("need", "if cards must be joined by NVLink", then)


def _with_ecc(inputs: Inputs, workload: AnyWorkload, gpu: Gpu) -> str:
    """The card, if it still carries the workload with error correction on, which takes memory."""
    if gpu.ecc_capacity_factor == 1:
        return gpu.id
    requires = workload.requires.model_copy(update={"ecc": True})
    asked = alone(inputs, workload.model_copy(update={"requires": requires}))
    found = bill_of(gpu.id, (gpu.id,), asked)
    words = {State.CAN: gpu.id, State.CANNOT: NONE}
    return words.get(found.state, NOBODY_KNOWS)
