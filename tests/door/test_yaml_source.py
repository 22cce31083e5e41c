"""YAML is read as it looks, under caps, and every value knows its place."""

from __future__ import annotations

import pytest

from planner.errors import InputError, Span
from planner.yaml_source import MAX_BYTES, MAX_DEPTH, MAX_DIGITS, MAX_NODES, parse


def value(text: str | bytes) -> object:
    document = parse(text, file="x.yaml")
    assert document.findings == ()
    return document.value


def rules(text: str | bytes) -> list[str]:
    """Ids of the findings about a text."""
    try:
        return [f.rule for f in parse(text, file="x.yaml").findings]
    except InputError as error:
        return [d.rule for d in error.diagnostics]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("NO", "NO"), ("yes", "yes"), ("on", "on"), ("True", "True"), ("Null", "Null"),
        ("true", True), ("false", False), ("null", None), ("~", None), ("", None),
        ("012", "012"), ("0x10", "0x10"), ("0o7", "0o7"), ("1:30", "1:30"), ("1,000", "1,000"),
        ("0", 0), ("-0", 0), ("+3", 3), ("1_000", 1000), ("1__0", "1__0"), ("1_", "1_"),
        ("1e3", 1000.0), (".5", 0.5), ("5.", 5.0), ("-.5e+3", -500.0), ("1_000.5", 1000.5),
        (".", "."), ("e5", "e5"), ("0.1.2", "0.1.2"), (".nan", ".nan"), (".inf", ".inf"),
        ("2026-10", "2026-10"), ("2026-10-01", "2026-10-01"), ("'5'", "5"), ('"5"', "5"),
        ("'null'", "null"), ('"true"', "true"), ("8 kW", "8 kW"), ("50%", "50%"),
    ],
)  # fmt: skip
def test_a_scalar_means_what_it_looks_like(written: str, meant: object) -> None:
    read = value(f"- {written}\n- x")
    assert read == [meant, "x"]
    assert isinstance(read, list)
    assert type(read[0]) is type(meant)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(end: str) -> None:
    text = end.join(["a: 1", "b:", "  - x", "  - y: 2"])
    document = parse(text, file="x.yaml")
    assert document.value == {"a": 1, "b": ["x", {"y": 2}]}
    assert document.span(("b", 1, "y")) == Span("x.yaml", 4, 8, 9)
    assert document.lines[3] == "  - y: 2"


def test_a_byte_order_mark_is_no_text() -> None:
    assert value("\ufeffa: 1") == value("a: 1".encode("utf-8-sig")) == {"a": 1}


def test_keys_are_texts_as_they_are_written() -> None:
    assert value("{1: a, true: b, 012: c, 'x y': d}") == {
        "1": "a", "true": "b", "012": "c", "x y": "d",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "path", "place"),
    [
        ("a: {b: [1, 22]}", ("a",), (1, 4, 16)),
        ("a: {b: [1, 22]}", ("a", "b"), (1, 8, 15)),
        ("a: {b: [1, 22]}", ("a", "b", 1), (1, 12, 14)),
        ("a:\n  bc: 1\n  d: 2", ("a",), (2, 3, 5)),
        ("a:\nb: 1", ("a",), (1, 1, 2)),
        ("a: 'it is'", ("a",), (1, 4, 11)),
        ("a: one\n  two", ("a",), (1, 4, 7)),
        ("a: |\n  one\n  two", ("a",), (1, 4, 5)),
        ("a: 1", ("a", "missing", 3), (1, 4, 5)),
        ("äöü: ü", ("äöü",), (1, 6, 7)),
    ],
)
def test_a_value_knows_its_place(
    text: str, path: tuple[str | int, ...], place: tuple[int, int, int]
) -> None:
    assert parse(text, file="x.yaml").span(path) == Span("x.yaml", *place)


def test_the_place_of_the_whole_is_the_file() -> None:
    assert parse("a: 1", file="x.yaml").span(()) == Span("x.yaml")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty-file"),
        ("# nothing", "empty-file"),
        ("a: 1\na: 2", "duplicate-key"),
        ("{a: 1, 'a': 2}", "duplicate-key"),
        ("a: &x 1", "no-anchors"),
        ("&x a: 1", "no-anchors"),
        ("a: *x", "no-aliases"),
        ("a: !!str 5", "no-tags"),
        ("a: ! 5", "no-tags"),
        ("!!str a: 5", "no-tags"),
        ("a: 1\n---\nb: 2", "several-documents"),
        ("? [a, b]\n: 1", "bad-key"),
        ("a: [1", "bad-yaml"),
        ("a: '1", "bad-yaml"),
        ("a:\n\tb: 1", "bad-yaml"),
        ("a: 1e999", "bad-number"),
        ("a: " + "9" * (MAX_DIGITS + 1), "bad-number"),
        ("a: \x00", "bad-character"),
        ("a: \x1b[31m", "bad-character"),
        ("a: \ud800", "bad-character"),
        (b"a: \xff", "not-utf8"),
        ("a: 1".encode("utf-16"), "not-utf8"),
    ],
)
def test_what_hides_or_breaks_meaning_is_refused(text: str | bytes, rule: str) -> None:
    assert rules(text) == [rule]


def test_small_slips_of_a_text_are_all_told_at_once() -> None:
    assert rules("a: &x 1\na: 2\nb: *x\nc: !!int 3") == [
        "no-anchors", "duplicate-key", "no-aliases", "no-tags",
    ]  # fmt: skip


def test_the_first_of_two_equal_keys_is_kept() -> None:
    assert parse("a: 1\na: {b: 2}", file="x.yaml").value == {"a": 1}


def test_the_caps_hold_exactly() -> None:
    assert rules("[" * MAX_DEPTH + "]" * MAX_DEPTH) == []
    assert rules("[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2)) == ["too-deep"]
    assert rules("[" + "1," * (MAX_NODES - 1) + "]") == []
    assert rules("[" + "1," * MAX_NODES + "]") == ["too-many-values"]
    assert rules(b"a: 1 #".ljust(MAX_BYTES)) == []
    assert rules(b"a: 1 #".ljust(MAX_BYTES + 1)) == ["too-large"]
    assert rules("a: " + "9" * MAX_DIGITS) == []


def test_nothing_is_read_after_what_cannot_be_read() -> None:
    document_of_two_faults = "a: 1\na: 2\nb: [1\nc: 3"
    assert rules(document_of_two_faults) == ["duplicate-key", "bad-yaml"]
