"""What was seen has no id: the same price in two places would count twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.catalog.catalog import Catalog
from planner.catalog.loading import default_catalog, load_folder, load_overlays
from planner.errors import Diagnostic, InputError

SOURCE = "sources: [{id: ours, title: Our sales, kind: measurement, date: '2026'}]"
PRICE = (
    "{item: l40s, value: 1, currency: USD, condition: used, kind: sold, as_of: '2026', source: ours"
)
RENTAL = (
    "{item: l40s, provider: Us, per: gpu-hour, terms: spot, value: 1, currency: USD, "
    "as_of: '2026', source: ours"
)
SERIES = (
    "{item: l40s, name: A card, currency: USD, condition: used, first: {as_of: '2025', value: 2}, "
    "last: {as_of: '2026', value: 1}, source: ours"
)
SEEN = [("price_observations", PRICE), ("rentals", RENTAL), ("depreciation", SERIES)]
RATE = "{currency: XTS, month: 2026-11, usd_per_unit: 1.3, source: ours"
PUE = (
    "{id: our-pue, kind: pue, scope: here, unit: ratio, "
    "value: {value: 1.2, source: ours, as_of: '2026'}"
)
ROW = (
    "{id: ours-1, gpu: rtx-4090, model: llama-3.1-8b, precision: fp8, input_tokens: 0, "
    "output_tokens: 9, tokens_per_s: 90, engine: vllm, source: ours, as_of: '2026'"
)
NAMED = [("exchange_rates", RATE), ("references", PUE), ("benchmarks", ROW)]


def file(folder: Path, name: str, section: str, *entries: str) -> Path:
    listed = "\n".join(f"  - {entry}}}" for entry in entries)
    path = folder / name
    path.write_text(f"schema: 1\n{SOURCE}\n{section}:\n{listed}\n", encoding="utf-8")
    return path


def over(*files: Path) -> Catalog:
    return load_overlays(default_catalog(), files)


def refused(*files: Path) -> Diagnostic:
    with pytest.raises(InputError) as caught:
        over(*files)
    (found,) = caught.value.diagnostics
    return found


@pytest.mark.parametrize(("section", "entry"), [*SEEN, *NAMED])
def test_what_stands_twice_in_a_file_is_told_at_its_second_place(
    section: str, entry: str, tmp_path: Path
) -> None:
    found = refused(file(tmp_path, "a.yaml", section, entry, entry))
    assert found.span is not None
    assert found.span.line == 5
    assert "a.yaml:4" in (found.help or "")


@pytest.mark.parametrize(("section", "entry"), SEEN)
def test_what_two_overlays_saw_alike_is_told_in_the_second(
    section: str, entry: str, tmp_path: Path
) -> None:
    files = [file(tmp_path, name, section, entry) for name in ("a.yaml", "b.yaml")]
    found = refused(*files)
    assert found.rule == "duplicate-entry"
    assert found.span is not None
    assert found.span.file == str(files[1])
    assert "a.yaml:4" in (found.help or "")


@pytest.mark.parametrize(("section", "entry"), SEEN)
def test_a_note_makes_no_second_price_and_another_date_does(
    section: str, entry: str, tmp_path: Path
) -> None:
    noted, later = f"{entry}, note: again", entry.replace("'2026'", "2026-02")
    refused(file(tmp_path, "a.yaml", section, entry, noted))
    before = len(getattr(default_catalog(), section))
    catalog = over(file(tmp_path, "b.yaml", section, entry, later))
    assert len(getattr(catalog, section)) == before + 2


@pytest.mark.parametrize(("section", "entry"), SEEN)
def test_what_is_there_already_is_not_counted_again(
    section: str, entry: str, tmp_path: Path
) -> None:
    overlay = file(tmp_path, "a.yaml", section, entry)
    once = over(overlay)
    assert len(getattr(over(overlay, overlay), section)) == len(getattr(once, section))
    again = load_overlays(once, [overlay])
    assert getattr(again, section) == getattr(once, section)


@pytest.mark.parametrize(("section", "entry"), [*SEEN, *NAMED])
def test_two_files_of_one_catalogue_hold_nothing_twice(
    section: str, entry: str, tmp_path: Path
) -> None:
    entry = entry.replace("item: l40s, ", "") if section != "price_observations" else entry
    for name in ("a.yaml", "b.yaml"):
        file(tmp_path, name, section, entry)
    with pytest.raises(InputError) as caught:
        load_folder(tmp_path)
    told = {d.rule for d in caught.value.diagnostics if section in d.message or "rate" in d.message}
    assert told & {"duplicate-id", "duplicate-entry"}
