"""Conditions on attributes: comparisons, sums and words, in which what is missing is unknown."""

from __future__ import annotations

from itertools import product

import pytest

from planner.catalog.predicates import Plain, Predicate, PredicateError

CARD: dict[str, Plain] = {
    "memory_gib": 48.0, "tdp_w": 300.0, "ecc": True, "name": "RTX A6000", "nvlink": "bridge",
    "fp4_tflops": None,
}  # fmt: skip
TRUTHS: dict[str, bool | None] = {"ecc": True, "not ecc": False, "fp4_tflops > 1": None}


@pytest.mark.parametrize(
    "text",
    [
        "memory_gib >= 40 and ecc", "memory_gib == 48", "memory_gib != 47", "48 <= memory_gib < 49",
        "40 < memory_gib <= 48 < tdp_w", "not memory_gib < 40", "tdp_w / memory_gib < 7",
        "memory_gib * 2 - 96 == 0", "-tdp_w < 0", "ecc == yes", "ecc == true", "ecc != no",
        "name == 'rtx a6000'", "'A6000' in name", "'A7' not in name",
        "nvlink in ('bridge', 'none')",
        "nvlink in ['Bridge']", "'a6000' in name", "nvlink", "name in ('rtx a6000',)",
        "memory_gib in (24, 48)", "memory_gib not in (24, 32)", "1", "ecc",
        "name", "  ecc  ", "(memory_gib > 1 or fp4_tflops > 1) and not (tdp_w > 400)",
    ],
)  # fmt: skip
def test_a_condition_that_is_true(text: str) -> None:
    assert Predicate(text).of(CARD)
    assert not Predicate(f"not ({text})").of(CARD)


def kleene(operation: str, one: bool | None, other: bool | None) -> bool | None:
    """The strong logic of three values: unknown stays unknown unless the rest decides."""
    deciding = operation == "or"
    if deciding in (one, other):
        return deciding
    return None if None in (one, other) else not deciding


@pytest.mark.parametrize("operation", ["and", "or"])
@pytest.mark.parametrize(("one", "other"), list(product(TRUTHS, repeat=2)))
def test_what_is_missing_is_neither_true_nor_false(operation: str, one: str, other: str) -> None:
    text, truth = f"({one}) {operation} ({other})", kleene(operation, TRUTHS[one], TRUTHS[other])
    assert Predicate(text).of(CARD) is (truth is True)
    assert Predicate(f"not ({text})").of(CARD) is (truth is False)


@pytest.mark.parametrize(
    "text",
    [
        "nowhere > 1", "nowhere < 1", "nowhere == nowhere", "nowhere != 1", "not nowhere",
        "nowhere",
        "nowhere in (1, 2)", "nowhere not in (1, 2)", "nowhere + 1 > 0", "-nowhere < 0",
        "1 < nowhere < 3", "fp4_tflops == 0", "tdp_w > nowhere",
    ],
)  # fmt: skip
def test_a_comparison_with_what_is_missing_leaves_an_item_out_either_way(text: str) -> None:
    assert not Predicate(text).of(CARD)
    assert not Predicate(f"not ({text})").of(CARD)


def test_names_are_told_once_in_the_order_of_the_text() -> None:
    assert Predicate("b > 1 and a > b and yes or not true").names == ["b", "a"]


@pytest.mark.parametrize(
    "text",
    [
        "", "memory_gib >", "memory_gib = 48", "a b", "a.b", "a[0]", "f(a)",
        "__import__('os')", "a ** 2",
        "a // 2", "a % 2", "a if b else c", "[x for x in a]", "lambda: 1", "(a := 1)",
        "f'{a}'", "{1}",
        "{1: 2}", "a is b", "~a", "a; b", "import os", "*a", "\0", "+a", "a << 3", "a & b",
    ],
)  # fmt: skip
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(PredicateError):
        Predicate(text)


@pytest.mark.parametrize(
    "text",
    [
        "name > 3", "memory_gib < 'a'", "memory_gib in 48", "name + 1 > 2", "-name < 1",
        "tdp_w / 0 > 1",
        "'a' * 9999999999 == name", "(1, 2) * 9999999999 == name", "name * 3 == name",
        f"{'9' * 400} / 2 > memory_gib", "(1, 2) > 1",
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_told(text: str) -> None:
    with pytest.raises(PredicateError):
        Predicate(text).of(CARD)


@pytest.mark.parametrize("depth", [50, 500, 950, 1500, 3000, 20_000])
@pytest.mark.parametrize("shape", ["not ", "-", "("])
def test_however_deep_a_condition_is_it_is_asked_or_refused(shape: str, depth: int) -> None:
    text = shape * depth + "1" + (")" * depth if shape == "(" else "")
    try:
        assert Predicate(text).of(CARD) is True
    except PredicateError:
        assert depth > 50


@pytest.mark.parametrize("word", ["none", "No", ""])
def test_a_word_that_says_no_is_no_reason_to_keep_an_item(word: str) -> None:
    attributes: dict[str, Plain] = {"nvlink": word}
    assert not Predicate("nvlink").of(attributes)
    assert Predicate("not nvlink").of(attributes)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("memory_gib >= and ecc", "and"), ("memory_gib = 48", "="), ("ecc and (name", "("),
        ("  f(tdp_w) > 3 ", "f(tdp_w)"), ("name == 'ä' and a.b", "a.b"), ("ecc name", "name"),
        ("(ecc and\n x[0])", "x[0]"), ("ecc and", ""), ("memory_gib > ", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_condition_is_told_with_its_columns(text: str, wrong: str) -> None:
    with pytest.raises(PredicateError) as caught:
        Predicate(text)
    assert caught.value.place is not None
    first, last = caught.value.place
    assert text[first - 1 : last - 1].strip() == wrong
    assert first <= len(text.rstrip()) + 1


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("tdp_w >> 4", ">>"), ("1 << 3 > 2", "<<"), ("ecc & ecc", "&"), ("ecc | ecc", "|"),
        ("tdp_w ^ 2", "^"), ("tdp_w % 2 == 0", "%"), ("tdp_w // 2 > 1", "//"),
        ("tdp_w ** 2 > 1", "**"), ("tdp_w @ 2", "@"), ("~ecc", "~"), ("+tdp_w > 1", "+"),
        ("name is none", "is"), ("name is not none", "is not"),
    ],
)  # fmt: skip
def test_an_operator_that_there_is_not_is_told_as_it_is_written(text: str, sign: str) -> None:
    with pytest.raises(PredicateError) as caught:
        Predicate(text)
    assert f"{caught.value}".startswith(f"`{sign}` is not part of a condition: it may use `and`")
    assert caught.value.place is not None
