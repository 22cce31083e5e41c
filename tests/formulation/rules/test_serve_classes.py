from __future__ import annotations

from fractions import Fraction

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, SECOND, lab, shapes

RULE = Law("serve_classes", shapes())
LARGE, SMALL = (f"replicas[lab,chat@{gpu}/bf16/x1/w1,{FIRST}]" for gpu in ("large", "small"))
SHORT = {gpu: f"routed[lab,chat@{gpu}/bf16/x1/w1,class1,{FIRST}]" for gpu in ("large", "small")}
LONG = f"routed[lab,chat@large/bf16/x1/w1,class2,{FIRST}]"


def row(gpu: str, node: str = FIRST) -> str:
    return f"serve_classes[lab,chat@{gpu}/bf16/x1/w1,{node}]"


def test_requests_keep_replicas_busy_by_what_each_class_takes() -> None:
    """3 short a second at 6 a second are half of a replica, 1 long at 2 the other half."""
    assert RULE.broken_by({SHORT["large"]: 1, LONG: 1, LARGE: 1}) == []
    assert RULE.broken_by({SHORT["large"]: 1, LARGE: 0}) == [row("large")]


def test_a_replica_is_busy_no_more_than_all_of_its_time() -> None:
    later = {
        f"routed[lab,chat@small/bf16/x1/w1,class1,{SECOND}]": Fraction(2, 3) + Fraction(1, 1000),
        f"replicas[lab,chat@small/bf16/x1/w1,{SECOND}]": 1,
    }
    assert RULE.broken_by(later) == [row("small", SECOND)]
    exactly = later | {f"routed[lab,chat@small/bf16/x1/w1,class1,{SECOND}]": Fraction(2, 3)}
    assert RULE.broken_by(exactly) == []


def test_replicas_of_another_option_do_not_help() -> None:
    assert RULE.broken_by({SHORT["small"]: 1, LARGE: 9}) == [row("small")]


def test_a_replica_may_be_idle() -> None:
    assert RULE.broken_by({LARGE: 2, SMALL: 2}) == []


def test_such_a_load_is_not_counted_in_one_number_too() -> None:
    for name in ("meet_demand", "serve_load", "serve_within_capacity"):
        assert Law(name, shapes()).rows == ()


def test_where_no_load_has_classes_there_are_no_rows() -> None:
    assert Law("serve_classes", lab()).rows == ()
