from __future__ import annotations

from fractions import Fraction

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, pools, sessions

RULE = Law("serve_within_capacity", sessions())
SERVED = f"served[lab,chat@small/bf16/x1/w1,{FIRST}]"
REPLICAS = f"replicas[lab,chat@small/bf16/x1/w1,{FIRST}]"
OTHER = f"replicas[lab,chat@large/bf16/x1/w1,{FIRST}]"
ROW = f"serve_within_capacity[lab,chat@small/bf16/x1/w1,{FIRST}]"


def test_an_option_serves_what_its_replicas_carry_and_no_more() -> None:
    assert RULE.broken_by({SERVED: 24, REPLICAS: 2}) == []
    assert RULE.broken_by({SERVED: 24 + Fraction(1, 1000), REPLICAS: 2}) == [ROW]


def test_replicas_of_another_option_do_not_help() -> None:
    assert RULE.broken_by({SERVED: 1, OTHER: 1}) == [ROW]


def test_a_job_in_a_pool_serves_what_its_turns_carry() -> None:
    name = f"lab,tune@card/bf16/x2/nvlink/p1,{FIRST}"
    rule = Law("serve_within_capacity", pools())
    assert rule.broken_by({f"served[{name}]": 3, f"turns[{name}]": Fraction(1, 3)}) == []
    assert rule.broken_by({f"served[{name}]": 4, f"turns[{name}]": Fraction(1, 3)}) == [
        f"serve_within_capacity[{name}]"
    ]
