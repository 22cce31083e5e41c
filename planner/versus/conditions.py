"""What would change the winner: another demand, another price, a need that only one card meets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.catalog.items import Gpu
from planner.catalog.prices import Price
from planner.scenario.demand import need_of
from planner.scenario.inputs import Inputs
from planner.scenario.workloads import AnyWorkload
from planner.studies.choices import NOBODY_KNOWS, NONE, Bill, State, bill_of, settled
from planner.versus.demand import scaled_demand
from planner.versus.priced import at_prices, goods

LOADS = (0.25, 0.5, 2.0, 4.0)
"""Factors on the demand that are tried."""
DEAREST = 8.0
"""The winner's price is raised up to this multiple to find where it stops winning."""
STEPS = 7
"""Halvings of the interval in which the price lies."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that changes the winner.

    Attributes:
        kind: `load`, `price` or `need`.
        text: the condition in words.
        winner: who wins then; `unknown` where the search did not tell.
        value: the factor, or the price, where there is one; for hosts that a card is built into,
            the multiple of their prices.
    """

    kind: str
    text: str
    winner: str
    value: float | None = None


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
    """What would change the winner of a workload; nothing where the winner is not known."""
    if winner == NOBODY_KNOWS:
        return
    yield from _loads(inputs, workload, gpus, winner)
    if winner not in gpus:
        return
    if all(c.state is State.CAN for c in costs):
        yield from _prices(inputs, gpus, winner, costs)
    yield from _needs(inputs, workload, gpus, winner, costs)


def _loads(
    inputs: Inputs, workload: AnyWorkload, gpus: tuple[str, str], winner: str
) -> Iterator[Condition]:
    """Less and more demand: the nearest factor each way at which somebody else wins."""
    for factors in (sorted((f for f in LOADS if f < 1), reverse=True), [f for f in LOADS if f > 1]):
        for factor in factors:
            scaled = alone(inputs, scaled_demand(workload, factor))
            other = settled(scaled, gpus)[1].winner
            if other != winner:
                need = need_of(scaled.scenario.workloads[0], scaled.scenario)
                text = f"with {_times(factor)} the demand ({_amount(float(need.peak))} {need.unit})"
                yield Condition("load", text, other, factor)
                break


def _amount(value: float) -> str:
    for size, sign in ((1e9, " billion"), (1e6, " million")):
        if value >= size:
            return f"{value / size:g}{sign}"
    return f"{value:,g}"


def _times(factor: float) -> str:
    words = {0.25: "a quarter of", 0.5: "half", 2.0: "twice", 4.0: "four times"}
    return words.get(factor, f"{factor:g} times")


def _prices(
    inputs: Inputs, gpus: tuple[str, str], winner: str, costs: tuple[Bill, ...]
) -> Iterator[Condition]:
    """Prices at which the other card costs as much: that of the winner raised, or its own cut."""
    rival = next(gpu for gpu in gpus if gpu != winner)
    cents = {c.choice: c.cents for c in costs}
    lost, won = cents[rival], cents[winner]
    assert lost is not None and won is not None  # noqa: PT018  # both can do it
    for gpu, limit, target, words in (
        (winner, DEAREST, lost, "more"),
        (rival, 1 / DEAREST, won, "less"),
    ):
        bought = goods(inputs, gpu)
        factor = _break_even(inputs, gpu, bought, limit, target) if bought else None
        if factor is not None:
            text, value = _priced(inputs.scenario.currency, gpu, bought, factor, words)
            yield Condition("price", text, rival, value)


def _priced(
    currency: str, gpu: str, bought: Mapping[str, Price], factor: float, words: str
) -> tuple[str, float]:
    """The condition in words, and its value."""
    if gpu not in bought:
        hosts = " and ".join(bought)
        verb = "costs" if len(bought) == 1 else "cost"
        return f"if {hosts} {verb} {words} than about {factor:.2f} times today's price", round(
            factor, 4
        )
    now = bought[gpu]
    price = now.cents / 100 * factor
    seen = "" if now.low == now.high else f", seen {now.low / 100:,.0f} to {now.high / 100:,.0f}"
    text = (
        f"if {gpu} costs {words} than about {currency} {price:,.0f} "
        f"(now {now.cents / 100:,.0f}{seen})"
    )
    return text, round(price, 2)


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
