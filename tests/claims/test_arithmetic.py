"""Sums of claims files: numbers, names, + - * / and brackets, min, max and round."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.claims.arithmetic import ExpressionError, names_in, value_of

NUMBERS = {"a": 3.0, "b": 0.5, "long_name": -7.25}
LEAVES = st.sampled_from([*NUMBERS, "2", "0.125", "10"])


def joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Larger sums of smaller ones."""
    two = st.tuples(parts, st.sampled_from("+-*/"), parts).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
    several = st.tuples(st.sampled_from(["min", "max"]), st.lists(parts, min_size=2, max_size=3))
    return (
        two
        | parts.map(lambda p: f"-{p}")
        | parts.map(lambda p: f"round({p})")
        | several.map(lambda t: f"{t[0]}({', '.join(t[1])})")
    )


SUMS = st.recursive(LEAVES, joined, max_leaves=12)


@given(SUMS)
def test_a_sum_has_the_value_that_python_gives_it(expression: str) -> None:
    try:
        expected = eval(expression, {"min": min, "max": max, "round": round}, dict(NUMBERS))
    except ZeroDivisionError:
        with pytest.raises(ExpressionError, match="divides by zero"):
            value_of(expression, NUMBERS)
        return
    assert value_of(expression, NUMBERS) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("min(a)", 3), ("max(a)", 3), ("round(a / 7, 2)", 0.43), ("round(0.5)", 0),
        ("  a + b", 3.5), ("max(a, b, long_name)", 3), ("-a * -b", 1.5), ("1e3", 1000),
    ],
)  # fmt: skip
def test_functions_take_what_they_take_in_python(expression: str, value: float) -> None:
    assert value_of(expression, NUMBERS) == pytest.approx(value)


@contextmanager
def suppress_division_by_zero() -> Iterator[None]:
    """Nothing else may go wrong."""
    try:
        yield
    except ExpressionError as error:
        if "divides by zero" not in f"{error}":
            raise


@given(SUMS)
def test_a_sum_needs_the_names_that_stand_in_it_and_no_other(expression: str) -> None:
    needed = names_in(expression)
    assert needed == set(re.findall(r"[a-z_]+", expression)) & set(NUMBERS)
    with suppress_division_by_zero():
        value_of(expression, {name: NUMBERS[name] for name in needed})
    for name in needed:
        with pytest.raises(ExpressionError, match=r"is not among the terms|divides by zero"):
            value_of(expression, {n: v for n, v in NUMBERS.items() if n != name})


HOSTILE = [
    "a.real", "a.__class__.__mro__", "().__class__", "a ** b", "9 ** 9 ** 9", "a // b", "a % b",
    "1 << 99", "a @ b", "~1", "not a", "+a", "a and b", "a < b", "a if b else 1", "[a]", "{a}",
    "{a: b}", "(a, b)", "a[0]", "f(a)", "eval('1')", "__import__('os')", "open('/etc/passwd')",
    "min(*a)", "min(a, key=b)", "min()", "round(a, b, 1)", "(lambda: 1)()", "[x for x in a]",
    "(x := 1)",
    "'text'", "b'1'", "f'{a}'", "True", "None", "...", "1j", "a; b", "a = 1", "import os",
    "", "   ", "a +", "(a", "a b", "\0", "min", "await a", "yield", "# a",
]  # fmt: skip


@pytest.mark.parametrize("expression", HOSTILE)
def test_what_is_no_sum_is_refused(expression: str) -> None:
    with pytest.raises(ExpressionError):
        value_of(expression, NUMBERS)


@pytest.mark.parametrize("expression", [e for e in HOSTILE if e != "min"])
def test_what_is_no_sum_has_no_names(expression: str) -> None:
    with pytest.raises(ExpressionError):
        names_in(expression)


@pytest.mark.parametrize(
    "expression",
    ["1e999", "1e300 * 1e300", "1e300 * 1e300 * 0", "round(1e300 * 1e300)", "9" * 400],
)
def test_what_no_number_can_hold_is_refused(expression: str) -> None:
    with pytest.raises(ExpressionError):
        value_of(expression, NUMBERS)


@pytest.mark.parametrize("depth", [50, 150, 400, 1000, 3000, 20_000, 200_000])
@pytest.mark.parametrize("shape", ["brackets", "minus", "sum", "functions"])
def test_however_deep_a_sum_is_it_has_its_value_or_is_refused(shape: str, depth: int) -> None:
    expression, value = {
        "brackets": ("(" * depth + "1" + ")" * depth, 1),
        "minus": ("-" * depth + "1", 1 if depth % 2 == 0 else -1),
        "sum": ("+".join("1" * depth), depth),
        "functions": ("min(" * depth + "1" + ", 2)" * depth, 1),
    }[shape]
    try:
        assert value_of(expression, {}) == value
    except ExpressionError:
        assert depth > 100
