from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, RENTED, SECOND, THIRD, lab, offers

RULE = Law("own_hosts", lab())
RUNNING = f"running[lab,host,{SECOND}]"


def test_a_host_in_use_is_owned() -> None:
    assert RULE.broken_by({RUNNING: 1}) == [f"own_hosts[lab,host,{SECOND}]"]


def test_hosts_of_all_months_count_together() -> None:
    early, late = (f"owned[lab,host,{bought},{SECOND}]" for bought in (FIRST, SECOND))
    assert RULE.broken_by({RUNNING: 2, early: 1, late: 1}) == []
    assert RULE.broken_by({RUNNING: 2, late: 1}) == [f"own_hosts[lab,host,{SECOND}]"]


def test_a_host_may_stand_switched_off() -> None:
    assert RULE.broken_by({f"owned[lab,host,{FIRST},{FIRST}]": 1}) == []


def test_a_host_counts_from_the_month_in_which_it_arrives() -> None:
    late = Law("own_hosts", offers())
    held = {f"owned[lab,host,{FIRST},{n}]": 1 for n in (FIRST, SECOND, THIRD)}
    used = {n: {f"running[lab,host,{n}]": 1} for n in (FIRST, SECOND, THIRD)}
    assert [n for n in used if late.broken_by(held | used[n])] == [FIRST]


def test_a_host_that_is_there_already_needs_no_time_to_arrive() -> None:
    there = {f"owned[lab,host,lot1,{FIRST}]": 1, f"running[lab,host,{FIRST}]": 1}
    assert Law("own_hosts", offers()).broken_by(there) == []


def test_a_rented_machine_is_used_at_its_provider_while_its_term_runs() -> None:
    rented = {f"owned[cloud,{RENTED},{FIRST},{n}]": 1 for n in (FIRST, SECOND)}
    used = {n: {f"running[cloud,{RENTED},{n}]": 1} for n in (FIRST, SECOND, THIRD)}
    assert [n for n in used if Law("own_hosts", offers()).broken_by(rented | used[n])] == [THIRD]
