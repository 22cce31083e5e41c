"""Fillings keep the power of a host exactly, however many digits its figures have."""

from __future__ import annotations

from fractions import Fraction

import pytest

from planner.catalog.items import Gpu, Host
from planner.formulation.builds import fillings
from tests.fixtures.catalogues import plain_card, plain_host
from tests.fixtures.handmade import fixed, market, scenario

THIRD = 0.3333333333333333


def parts(card: dict[str, object], host: dict[str, object]) -> tuple[Host, list[Gpu]]:
    """A host of eight places, and two kinds of cards."""
    eight = plain_host("host", slot_layouts=((2,) * 8,), max_gpus=8, **host)
    cards = [(plain_card("a", **card), 1000.0), (plain_card("b", tdp_w=75), 900.0)]
    inputs = scenario(market(cards, [(eight, 500.0)]), [fixed("n", [1], cards=1)])
    return inputs.hosts()["host"], list(inputs.gpus().values())


def in_power(host: Host, gpus: list[Gpu], counts: list[int]) -> bool:
    """What the supplies carry, for hours and in peaks."""
    hours = sum((g.tdp_w * n for g, n in zip(gpus, counts, strict=True)), host.base_load_w)
    peaks = sum(
        (g.tdp_w * g.transient_factor * n for g, n in zip(gpus, counts, strict=True)),
        host.base_load_w,
    )
    return (
        hours <= host.psu_w * host.psu_planning_fraction
        and peaks <= host.psu_w * host.psu_transient_fraction
    )


FIGURES = [
    ({"tdp_w": 250}, {"psu_w": 1999.9999999999998, "psu_planning_fraction": 1.0}),
    ({"tdp_w": 333.3333333333333}, {"psu_w": 2400, "psu_planning_fraction": 5 / 6}),
    ({"transient_factor": 1 + THIRD}, {"psu_w": 2400, "psu_transient_fraction": 1 + THIRD}),
    (
        {"tdp_w": 100 + THIRD, "transient_factor": 2 + THIRD},
        {"psu_w": 1000 + THIRD, "psu_planning_fraction": THIRD * 2},
    ),
]


@pytest.mark.parametrize(("card", "host"), FIGURES)
def test_a_filling_is_listed_exactly_if_the_supplies_carry_it(
    card: dict[str, object], host: dict[str, object]
) -> None:
    box, gpus = parts(card, host)
    listed = {tuple(int(n) for n in row) for row in fillings(box, gpus)}
    every = [(a, b) for a in range(9) for b in range(9) if a + b <= box.max_gpus]
    assert listed == {counts for counts in every if in_power(box, gpus, list(counts))}
    assert 1 < len(listed) < len(every)
    assert all(isinstance(g.tdp_w, Fraction) for g in gpus)
