from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, lab

RULE = Law("run_hosts", lab())
RUNNING = f"running[lab,host,{FIRST}]"
ONE, TWO = f"builds[lab,host+1xcard,{FIRST}]", f"builds[lab,host+2xcard,{FIRST}]"
ROW = f"run_hosts[lab,host,{FIRST}]"


def test_a_host_is_not_filled_twice() -> None:
    assert RULE.broken_by({RUNNING: 1, ONE: 1, TWO: 1}) == [ROW]


def test_a_host_in_use_has_a_filling() -> None:
    assert RULE.broken_by({RUNNING: 1}) == [ROW]


def test_every_host_may_be_filled_in_its_own_way() -> None:
    assert RULE.broken_by({RUNNING: 2, ONE: 1, TWO: 1}) == []
