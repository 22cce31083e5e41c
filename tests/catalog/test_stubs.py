"""Stubs: source and date once for an item, plain values after that."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from planner.catalog.loading import default_catalog, load_overlays, read_part
from planner.catalog.stubs import ENTRIES, written_out
from planner.errors import Diagnostic, InputError
from planner.report.additions import read, template
from planner.yaml_source import parse

STUB = """\
sources:
  - {id: mine, title: My data sheet, kind: vendor, date: "2026"}
  - {id: other, title: Another, kind: press, date: "2025"}
racks:
  - id: my-rack
    source: mine
    as_of: "2026-10"
    name: My rack
    rack_units: 24
    kw: {value: 7.5, note: as measured, source: other}
    sockets: null
"""
KINDS = {"gpu": "gpus", "host": "hosts", "rack": "racks", "bridge": "bridges"}


def rack(text: str) -> Any:
    part, _ = read_part(written_out(parse(text.encode(), file="stub.yaml")))
    (found,) = part.racks
    return found


def test_a_plain_value_is_a_fact_of_the_source_and_date_of_its_item() -> None:
    found = rack(STUB).rack_units
    assert (found.value, found.source, found.as_of) == (24, "mine", "2026-10")


def test_a_value_that_names_its_own_source_keeps_it_and_takes_the_rest() -> None:
    found = rack(STUB).kw
    assert (found.value, found.source, found.as_of) == (7.5, "other", "2026-10")
    assert found.note == "as measured"


def test_that_there_is_none_is_a_fact_too() -> None:
    found = rack(STUB).sockets
    assert (found.value, found.source) == (None, "mine")


def test_what_is_no_fact_stays_as_it_is() -> None:
    assert (rack(STUB).id, rack(STUB).name) == ("my-rack", "My rack")


def test_what_is_written_out_in_full_stays_as_it_is() -> None:
    for section in ENTRIES:
        entry = next(iter(getattr(default_catalog(), section).values()))
        full = json.loads(entry.model_dump_json(exclude_unset=True))
        data = {section: [full], "schema": 1}
        document = parse(json.dumps(data).encode(), file="full.json")
        assert written_out(document).value == data


def refused(stub: Path, text: str) -> list[Diagnostic]:
    stub.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read(stub, None)
    return list(caught.value.diagnostics)


@pytest.mark.parametrize(
    ("right", "empty", "name"),
    [
        ("sockets: null", "sockets:", "sockets"),
        ("sockets: null", "sockets: ~\n    # nothing", None),
        ("sockets: null", "sockets: {value: null}", None),
        ("sockets: null", "sockets: {value: }", "value"),
        ("rack_units: 24", "rack_units:   # how many", "rack_units"),
        ("note: as measured", "note: ", "note"),
    ],
)
def test_what_is_left_empty_is_refused_by_name_and_a_written_null_is_not(
    right: str, empty: str, name: str | None, tmp_path: Path
) -> None:
    text = STUB.replace(right, empty)
    if name is None:
        assert rack(text).sockets.value is None
        return
    (found,) = refused(tmp_path / "stub.yaml", text)
    assert (found.rule, found.message) == ("empty-value", f"`{name}` is empty")
    assert found.span is not None
    assert text.splitlines()[found.span.line - 1] == found.source_line
    assert empty.split(":")[0] in found.source_line


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_that_is_not_filled_in_is_refused_once_with_every_field(
    kind: str, tmp_path: Path
) -> None:
    (found,) = refused(tmp_path / "stub.yaml", template(kind))
    empty = re.findall(r"^    (\w+):  # ", template(kind), flags=re.MULTILINE)
    told = ", ".join(f"`{name}`" for name in empty)
    assert found.message == f"{len(empty)} fields of `my-id` are empty: {told}"
    assert f" {empty[0]}:" in found.source_line


def test_each_item_tells_its_own_empty_fields(tmp_path: Path) -> None:
    text = "gpus: [{id: one, name: , vendor: }, {id: other, ecc: }]"
    found = refused(tmp_path / "stub.yaml", text)
    assert [d.message for d in found] == [
        "2 fields of `one` are empty: `name`, `vendor`",
        "`ecc` is empty",
    ]


def test_that_there_is_none_survives_the_way_into_an_overlay(tmp_path: Path) -> None:
    stub, overlay = tmp_path / "stub.yaml", tmp_path / "mine.yaml"
    stub.write_text(STUB, encoding="utf-8")
    overlay.write_text(read(stub, None).text, encoding="utf-8")
    sockets = load_overlays(default_catalog(), [overlay]).racks["my-rack"].sockets
    assert (sockets.value, sockets.source) == (None, "mine")


WRONG = [
    ("rack_units: 24", "rack_units: many", "many"),
    ("rack_units: 24", "rack_units: {value: many}", "many"),
    ("kw: {value: 7.5,", "kw: {value: lots,", "lots"),
    ("    source: mine\n", "    source: nobody\n", "source: nobody"),
    ("name: My rack", "nmae: My rack", "nmae"),
    ("source: other", "source: nobody", "source: nobody"),
    ('as_of: "2026-10"', 'as_of: "last year"', "last year"),
]


@pytest.mark.parametrize(("right", "wrong", "words"), WRONG)
def test_a_mistake_is_told_where_it_stands_in_the_stub(
    right: str, wrong: str, words: str, tmp_path: Path
) -> None:
    stub = tmp_path / "stub.yaml"
    assert right in STUB
    stub.write_text(STUB.replace(right, wrong), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read(stub, None)
    lines = stub.read_text(encoding="utf-8").splitlines()
    places = [d.span.line for d in caught.value.diagnostics if d.span]
    assert len(places) == len(caught.value.diagnostics)
    assert any(words in lines[line - 1] for line in places)


def test_a_fact_that_is_missing_is_told(tmp_path: Path) -> None:
    stub = tmp_path / "stub.yaml"
    stub.write_text(STUB.replace("    rack_units: 24\n", ""), encoding="utf-8")
    with pytest.raises(InputError, match="rack_units"):
        read(stub, None)


@pytest.mark.parametrize("text", ["", "[]", "words", "racks: 3", "racks: [1]", "racks: {a: 1}"])
def test_what_is_no_stub_is_refused(text: str, tmp_path: Path) -> None:
    stub = tmp_path / "stub.yaml"
    stub.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        read(stub, None)


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_that_is_filled_in_is_a_stub(kind: str, tmp_path: Path) -> None:
    entry = next(iter(getattr(default_catalog(), KINDS[kind]).values()))
    data = entry.model_dump(mode="json", by_alias=True)

    def filled(match: re.Match[str]) -> str:
        value = data[match["name"]]
        plain = value["value"] if isinstance(value, dict) and "value" in value else value
        return "" if value is None else f"    {match['name']}: {json.dumps(plain)}"

    text = re.sub(r"^    (# )?(?P<name>\w+):  # .*$", filled, template(kind), flags=re.MULTILINE)
    stub = tmp_path / "stub.yaml"
    stub.write_text(text, encoding="utf-8")
    added = read(stub, None)
    assert (added.items, added.findings) == (("my-id",), ())
    (written,) = yaml.safe_load(added.text)[KINDS[kind]]
    facts = [v for v in written.values() if isinstance(v, dict) and "value" in v]
    assert {f["source"] for f in facts} == {"my-source"}


def test_the_template_of_a_price_is_a_stub_as_it_stands(tmp_path: Path) -> None:
    stub = tmp_path / "stub.yaml"
    stub.write_text(template("price"), encoding="utf-8")
    assert read(stub, None).items == ("price of rtx-a6000",)
