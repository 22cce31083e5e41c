from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from planner.formulation.problem import Problem, Watts
from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, SECOND, lab, lab_with

HOSTS, CARDS = f"running[lab,host,{FIRST}]", f"installed[lab,card,{FIRST}]"
ROW = f"site_power[lab,{FIRST}]"


def broken(problem: Problem, hosts: int, cards: int) -> list[str]:
    return Law("site_power", problem).broken_by({HOSTS: hosts, CARDS: cards})


def test_hosts_and_cards_at_full_load_stay_within_the_power_of_the_site() -> None:
    warm = lab_with(site={"facility_power_kw": 0.55, "pue": 1.0})
    assert broken(warm, 1, 1) == []
    assert broken(warm, 1, 2) == [ROW]
    assert broken(warm, 2, 1) == [ROW]


def test_cooling_counts_against_the_power_of_the_site() -> None:
    assert broken(lab_with(site={"facility_power_kw": 0.55, "pue": 1.001}), 1, 1) == [ROW]


def test_a_site_that_is_used_to_the_last_watt_is_allowed_and_not_a_milliwatt_more() -> None:
    assert broken(lab_with(site={"facility_power_kw": 0.68750, "pue": 1.25}), 1, 1) == []
    assert broken(lab_with(site={"facility_power_kw": 0.687499, "pue": 1.25}), 1, 1) == [ROW]


def test_rows_hold_whole_numbers_only_and_every_month_has_its_own() -> None:
    rows = Law("site_power", lab()).rows
    assert [row.key[-1] for row in rows] == [FIRST, SECOND]
    for row in rows:
        assert all(isinstance(f, int) for f in [*row.expression.terms.values(), row.at_most])


def with_card_of(problem: Problem, watts: str) -> Problem:
    load = Watts(Fraction(0), Fraction(watts))
    return replace(problem, watts={**problem.watts, "card": load})


def allowed(problem: Problem, hosts: int, cards: int) -> bool:
    """What the audit says."""
    (site,) = problem.sites
    drawn = hosts * problem.watts["host"].load + cards * problem.watts["card"].load
    return drawn * site.pue <= site.facility_w


@pytest.mark.parametrize("pue", [4 / 3, 1.1, 1.2345678901234567, 1.0000000000000002])
@pytest.mark.parametrize("kw", [1.1, 1.3333333333333333, 1.4666666666666668, 0.55, 0.5500001])
def test_the_power_is_kept_exactly_and_in_small_numbers_whatever_the_digits_of_the_site(
    pue: float, kw: float
) -> None:
    problem = lab_with(site={"facility_power_kw": kw, "pue": pue})
    for row in Law("site_power", problem).rows:
        assert all(isinstance(f, int) and f <= 10**4 for f in row.expression.terms.values())
    for hosts in range(4):
        for cards in range(5):
            assert (broken(problem, hosts, cards) == []) is allowed(problem, hosts, cards)


@pytest.mark.parametrize("watts", ["300.0001", "299.9999", "333.3333333333333", "0.0000000001"])
def test_cards_with_many_digits_keep_the_power_and_lose_a_milliwatt_each_at_most(
    watts: str,
) -> None:
    for kw in (0.55, 0.8833333333333333, 0.88333333333333, 0.8501):
        wide = with_card_of(lab_with(site={"facility_power_kw": kw, "pue": 1.0}), watts)
        (site,) = wide.sites
        units = Fraction(10, 1000)
        less = replace(wide, sites=(replace(site, facility_w=site.facility_w - units),))
        for row in Law("site_power", wide).rows:
            assert all(isinstance(f, int) and f <= 10**7 for f in row.expression.terms.values())
        for hosts in range(4):
            for cards in range(5):
                kept = broken(wide, hosts, cards) == []
                assert kept <= allowed(wide, hosts, cards)
                assert kept >= allowed(less, hosts, cards)
