from __future__ import annotations

from planner.formulation.problem import Problem
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
