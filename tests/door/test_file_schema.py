"""What pydantic finds is said in a reader's words, once, at its place; the rest stays usable."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import dedent
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, StringConstraints

from planner.catalog.facts import Entry
from planner.catalog.loading import catalog_schema
from planner.errors import Diagnostic
from planner.file_schema import Checked, check, salvage
from planner.file_schema.forms import form_of
from planner.scenario.loading import scenario_schema
from planner.yaml_source import parse


class Circle(Entry):
    kind: Literal["circle"]
    radius: Annotated[float, Field(gt=0)]
    """How far it reaches."""


class Square(Entry):
    kind: Literal["square"]
    side: int = 1


Shape = Annotated[Circle | Square, Field(discriminator="kind")]


class Drawing(Entry):
    title: Annotated[str, StringConstraints(min_length=1, max_length=9)]
    """What it shows."""
    shapes: tuple[Shape, ...] = Field(default=(), max_length=5)
    size: Annotated[int, Field(ge=1, le=100)] = 1
    share: Annotated[float, Field(ge=0, le=1)] = 0.5
    sharp: bool = True
    power_kw: float = 1.0
    month: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")] = "2026-10"
    colours: tuple[Literal["red", "blue"], ...] = Field(default=("red",), min_length=1)
    mixed: bool | float | str | None = None
    either: tuple[str, ...] | Literal["all"] = "all"
    inner: Circle | None = None
    weights: dict[str, float] = Field(default_factory=dict)


def checked(text: str) -> Checked[Drawing]:
    document = parse(dedent(text), file="x.yaml")
    return check(document, Drawing, Drawing.model_json_schema)


def only(text: str) -> Diagnostic:
    (finding,) = checked(f"title: x\n{text}").findings
    return finding


def test_a_sound_document_is_a_model() -> None:
    model = checked("{title: x, shapes: [{kind: square, side: 2.0}]}").model
    assert model == Drawing(title="x", shapes=(Square(kind="square", side=2),))


@pytest.mark.parametrize(
    ("text", "rule", "message", "hint"),
    [
        ("size: '20'", "wrong-type", "`size` must be a whole number, not the text `20`", "20"),
        ("size: 2.5", "wrong-type", "`size` must be a whole number, not the number 2.5", None),
        ("size: 8 kW", "wrong-type", "`size` must be a whole number, not the text `8 kW`", "unit"),
        ("power_kw: 8 kW", "wrong-type", "`power_kw` must be a number, not the text `8 kW`", ": 8"),
        ("size: 4k", "wrong-type", "`size` must be a whole number, not the text `4k`", "4000"),
        ("size:", "wrong-type", "`size` must be a whole number, not empty", "remove the line"),
        ("size: 0", "out-of-range", "`size` must be at least 1, not 0", None),
        ("size: 5_000", "out-of-range", "`size` must be at most 100, not 5,000", None),
        ("share: 20 %", "wrong-type", "`share` must be a number, not the text `20 %`", "0.2"),
        ("share: 20", "out-of-range", "`share` must be at most 1, not 20", "0.2 for 20 %"),
        ("sharp: yes", "wrong-type", "`sharp` must be true or false, not the text `yes`", "true"),
        ("month: 2026", "wrong-type", "`month` must be a month, not the number 2026", "2026-10"),
        ("month: 26-13", "bad-value", "`month` must be a month, not the text `26-13`", "2026-10"),
        ("colours: red", "wrong-type", "`colours` must be a list, not the text `red`", "[red]"),
        ("colours: []", "out-of-range", "`colours` must not be empty", None),
        ("colours: [rde]", "unknown-value", "entry 1 of `colours` cannot be the text `rde`", "red"),
        ("mixed: [1]", "wrong-type",
         "`mixed` must be true or false, a number or a text, not a list", None),
        ("either: none", "unknown-value", "`either` cannot be the text `none`", "all"),
        ("either: [1]", "wrong-type", "entry 1 of `either` must be a text, not the number 1", "1"),
        ("inner: 5", "wrong-type", "`inner` must be a group of fields, not the number 5", None),
        ("inner: {kind: circle}", "missing-field", "`radius` is missing", "how far it reaches"),
        ("inner: {}", "missing-field", "`kind` and `radius` are missing", None),
        ("shapes: [{side: 1}]", "missing-field", "`kind` is missing", "circle, square"),
        ("shapes: [{kind: cube}]", "unknown-value", "`kind` cannot be the text `cube`", "circle"),
        ("shapes: [{kind: square, sdie: 1}]", "unknown-field", "`sdie` is not a known field here",
         "side"),
        ("shapes: [{kind: square, zzzz: 1}]", "unknown-field", "`zzzz` is not a known field here",
         "kind, side"),
        ("weights: {a: many}", "wrong-type", "`a` must be a number, not the text `many`", None),
    ],
)  # fmt: skip
def test_an_error_is_said_once_in_a_readers_words(
    text: str, rule: str, message: str, hint: str | None
) -> None:
    found = only(text)
    assert (found.rule, found.message) == (rule, message)
    assert (found.help is None) if hint is None else (hint in (found.help or ""))


def test_a_list_is_not_called_short_because_its_entries_are_wrong() -> None:
    assert [f.rule for f in checked("{title: x, colours: [rde]}").findings] == ["unknown-value"]


def test_the_length_of_a_text_is_told() -> None:
    assert checked("title: ''").findings[0].message == "`title` must not be empty"
    long = checked("title: 0123456789x").findings[0].message
    assert long == "`title` must have at most 9 characters"


@pytest.mark.parametrize("text", ["[1]", "word", "5", "~"])
def test_a_file_that_is_no_group_of_fields_is_said_to_be_none(text: str) -> None:
    (found,) = checked(text).findings
    assert found.message.startswith("the file must be a group of fields, not ")


def test_an_unknown_field_is_pointed_at_by_its_name() -> None:
    found = only("colour: red")
    assert found.span is not None
    assert (found.span.line, found.span.column, found.span.end_column) == (2, 1, 7)


def sound(text: str) -> tuple[Drawing, list[str]]:
    """The sound rest of a broken text, and the paths of it that cannot be judged."""
    document = parse(dedent(text), file="x.yaml")
    found = check(document, Drawing, Drawing.model_json_schema)
    assert found.model is None
    rest = salvage(document, found, Drawing, Drawing.model_json_schema, {"title": "?"})
    assert rest is not None
    paths = {p[:n] for p in document.spans for n in range(len(p) + 1)} | {("title",)}
    return rest.model, sorted("/".join(map(str, p)) for p in paths if rest.gaps.hide(p))


def test_a_broken_field_with_a_default_leaves_alone() -> None:
    rest, hidden = sound("{title: x, size: many, share: 0.7}")
    assert rest == Drawing(title="x", share=0.7)
    assert hidden == ["", "size"]


def test_a_broken_entry_leaves_without_the_others() -> None:
    text = "{title: x, shapes: [{kind: circle, radius: -1}, {kind: square, side: 3}]}"
    rest, hidden = sound(text)
    assert rest.shapes == (Square(kind="square", side=3),)
    assert hidden == ["", "shapes"]


def test_a_broken_required_field_takes_what_it_belongs_to_along() -> None:
    rest, hidden = sound("{title: x, inner: {kind: circle, radius: far}}")
    assert rest == Drawing(title="x")
    assert {"inner", "inner/radius"} <= set(hidden)


def test_a_broken_required_field_of_the_top_level_has_a_stand_in() -> None:
    rest, hidden = sound("{title: 5, size: 3}")
    assert rest == Drawing(title="?", size=3)
    assert hidden == ["", "title"]


def test_places_of_the_rest_are_those_of_the_file() -> None:
    document = parse("title: x\nshapes:\n  - kind: cube\n  - kind: square\n    side: 7\n", file="x")
    found = check(document, Drawing, Drawing.model_json_schema)
    rest = salvage(document, found, Drawing, Drawing.model_json_schema, {})
    assert rest is not None
    assert rest.document.span(("shapes", 0, "side")) == document.span(("shapes", 1, "side"))


@pytest.mark.parametrize("text", ["[1]", "word", "{wrong: 1}"])
def test_where_nothing_is_sound_nothing_is_kept(text: str) -> None:
    document = parse(text, file="x.yaml")
    found = check(document, Drawing, Drawing.model_json_schema)
    assert salvage(document, found, Drawing, Drawing.model_json_schema, {}) is None


def test_slips_of_the_text_and_of_the_shape_are_told_together() -> None:
    found = checked("title: x\ntitle: y\nsize: 1e999\nshare: 2\n")
    assert [f.rule for f in found.findings] == ["duplicate-key", "bad-number", "out-of-range"]
    assert found.broken == {("size",), ("share",)}


def patterns(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from (v for k, v in schema.items() if k == "pattern" and isinstance(v, str))
        for inner in schema.values():
            yield from patterns(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from patterns(inner)


def test_every_pattern_of_the_file_formats_has_words() -> None:
    used = {*patterns(scenario_schema()), *patterns(catalog_schema())}
    assert used
    assert [p for p in used if form_of(p) is None] == []
