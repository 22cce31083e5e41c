"""A published example of a mix of rented GPUs: its optimum is found exactly.

Two GPUs serve requests of four shapes, each at a rate of its own, so some requests are cheaper on
the small GPU and others on the large one. The published program assigns whole buckets of requests,
or slices of them, and pays more: 6.70 and 5.69 an hour at 30 requests/s, and 44.04 at 300.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from planner.plan.schema import Plan
from planner.scenario.inputs import Inputs
from tests.fixtures.catalogues import Entry, plain_card
from tests.fixtures.engine import findings_of, plan_of
from tests.fixtures.handmade import chat, market, month, scenario

PER_HOUR = {"a10g": "1.01", "a100-80gb": "3.67"}
RATES = {"a10g": ((2, 1), (5, 2)), "a100-80gb": ((20, 20), (40, 20))}
"""Requests per second of one GPU, by bucket of the prompt and of the answer."""
SHARES = (("0.2", "0.1"), ("0.5", "0.2"))
PROMPTS, ANSWERS = (2000, 250), (500, 100)
"""Tokens that stand for the buckets: rates are measured, so the optimum does not depend on them."""
BUCKETS = list(product((0, 1), (0, 1)))
HOURS = 730


def requests(per_bucket: dict[tuple[int, int], Fraction]) -> list[Entry]:
    return [
        {
            "input_tokens": PROMPTS[prompt],
            "output_tokens": ANSWERS[answer],
            "requests_per_s": float(rate),
        }
        for (prompt, answer), rate in per_bucket.items()
    ]


def load(total: int) -> dict[tuple[int, int], Fraction]:
    return {(i, j): total * Fraction(SHARES[i][j]) for i, j in BUCKETS}


def renting(total: int) -> Inputs:
    """A month in which a total of requests per second is served by rented GPUs."""
    rows = [
        {
            "gpu": gpu,
            "precision": "bf16",
            "classes": requests({(i, j): Fraction(rates[i][j]) for i, j in BUCKETS}),
            "memory_gib": 16.0,
            "source": "published example",
        }
        for gpu, rates in RATES.items()
    ]
    talk = chat("talk", [], measured=rows, gpus=list(RATES))
    talk["demand"] = [{"from": month(0), "classes": requests(load(total))}]
    return scenario(
        market([(plain_card(gpu), 0.0) for gpu in RATES], []),
        [talk],
        months=1,
        discount_rate=0.0,
        rentals=[{"gpu": gpu, "per_hour": float(cost)} for gpu, cost in PER_HOUR.items()],
    )


def rented(plan: Plan) -> dict[str, int]:
    return {unit.item: unit.count for unit in plan.acquisitions if unit.mode == "rent"}


def capacity_used(total: int) -> Fraction:
    """The large GPUs that all requests take, if there are no others."""
    return sum((n / RATES["a100-80gb"][i][j] for (i, j), n in load(total).items()), Fraction(0))


@pytest.mark.parametrize(
    ("total", "per_hour", "small", "large"), [(30, "4.68", 1, 1), (300, "42.39", 2, 11)]
)
def test_the_cheapest_mix_of_the_published_example_is_found(
    total: int, per_hour: str, small: int, large: int
) -> None:
    plan = plan_of(renting(total))
    assert findings_of(plan) == []
    assert plan.objective.npv == 100 * HOURS * Fraction(per_hour)
    assert rented(plan) == {"rental-a10g-x1": small, "rental-a100-80gb-x1": large}


@pytest.mark.parametrize(("total", "large"), [(30, 2), (300, 12)])
def test_the_mix_is_cheaper_than_either_kind_alone(total: int, large: int) -> None:
    assert -(-capacity_used(total) // 1) == large
    assert plan_of(renting(total)).objective.npv < 100 * HOURS * large * Fraction("3.67")


def test_what_the_large_gpus_leave_is_what_one_small_gpu_carries_to_the_last_request() -> None:
    """An eighth of a large one is 5 requests/s of the quickest shape: all that a small one does."""
    plan = plan_of(renting(30))
    assert capacity_used(30) - 1 == Fraction(1, 8)
    sent = {
        d.gpu: {(r.input_tokens, r.output_tokens): r.requests_per_s for r in d.routed}
        for d in plan.deployments
    }
    assert sent["a10g"] == {(PROMPTS[1], ANSWERS[0]): pytest.approx(5.0)}
