from __future__ import annotations

from fractions import Fraction

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, SECOND, lab, shapes

RULE = Law("route_classes", shapes())
SHORT = {gpu: f"routed[lab,chat@{gpu}/bf16/x1/w1,class1,{FIRST}]" for gpu in ("large", "small")}
LONG = f"routed[lab,chat@large/bf16/x1/w1,class2,{FIRST}]"
LATER = f"routed[lab,chat@small/bf16/x1/w1,class1,{SECOND}]"
ALL = {SHORT["small"]: 1, LONG: 1, LATER: 1}


def test_all_requests_of_every_class_are_sent_somewhere() -> None:
    assert RULE.broken_by(ALL) == []
    assert RULE.broken_by(ALL | {LONG: Fraction(9, 10)}) == [f"route_classes[chat,class2,{FIRST}]"]


def test_no_request_is_sent_twice() -> None:
    twice = ALL | {SHORT["large"]: Fraction(1, 10)}
    assert RULE.broken_by(twice) == [f"route_classes[chat,class1,{FIRST}]"]


def test_requests_may_be_split_in_any_proportion() -> None:
    split = {SHORT["large"]: Fraction(1, 7), SHORT["small"]: Fraction(6, 7)}
    assert RULE.broken_by(ALL | split) == []


def test_a_class_is_sent_to_no_option_that_cannot_serve_it() -> None:
    rows = {row.name: row.expression for row in RULE.rows}
    (only,) = (v.name for v in rows[f"route_classes[chat,class2,{FIRST}]"].terms)
    assert only == LONG


def test_a_class_without_requests_in_a_month_is_not_sent() -> None:
    assert f"route_classes[chat,class2,{SECOND}]" not in {row.name for row in RULE.rows}


def test_where_no_load_has_classes_there_are_no_rows() -> None:
    assert Law("route_classes", lab()).rows == ()
