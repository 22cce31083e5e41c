from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, SECOND, lab

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
