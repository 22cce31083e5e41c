"""Price books of one id are joined item by item, prices and resale curves alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.catalog.catalog import Catalog
from planner.catalog.loading import default_catalog, load_overlays
from planner.catalog.prices import price_list
from planner.catalog.schema import ResaleEntry
from planner.errors import Diagnostic, InputError

BOOK = "2026-09"
SOURCE = "sources: [{id: ours, title: Our sales, kind: measurement, date: '2026'}]"
CURVE = (
    "first_sale_share: {{value: {0}, source: ours, as_of: '2026'}}, "
    "yearly_retention: {{value: {0}, source: ours, as_of: '2026'}}"
)
ROW = (
    "{id: ours-1, gpu: rtx-4090, model: llama-3.1-8b, precision: fp8, input_tokens: 0, "
    "output_tokens: 9, tokens_per_s: 90, engine: vllm, source: ours, as_of: '2026'}"
)


def over(folder: Path, *parts: str) -> Catalog:
    """The shipped catalogue with an overlay."""
    file = folder / "ours.yaml"
    file.write_text("\n".join(["schema: 1", SOURCE, *parts]), encoding="utf-8")
    return load_overlays(default_catalog(), [file])


def with_curves(folder: Path, **shares: float) -> Catalog:
    """The shipped catalogue with curves of our own; `of` is a group or ids in brackets."""
    curves = [f"{{items: {of}, {CURVE.format(share)}}}" for of, share in shares.items()]
    head = f"id: '{BOOK}', title: Ours, currency: USD, entries: []"
    return over(folder, f"price_books: [{{{head}, resale: [{', '.join(curves)}]}}]")


def curve(catalog: Catalog, item: str) -> ResaleEntry:
    found = price_list(catalog, BOOK, "USD").resale_entry(item, is_gpu=item in catalog.like_gpus)
    assert found is not None, item
    return found


def everything() -> list[str]:
    return [e.item for e in default_catalog().price_books[BOOK].entries]


def changed(catalog: Catalog) -> set[str]:
    """Items of the shipped book that another curve holds for."""
    return {i for i in everything() if curve(catalog, i) != curve(default_catalog(), i)}


def test_a_curve_of_one_host_takes_the_resale_of_nothing_else_away(tmp_path: Path) -> None:
    catalog = with_curves(tmp_path, **{"[hp-z4-g5]": 0.6})
    assert curve(catalog, "hp-z4-g5").first_sale_share.value == 0.6
    assert changed(catalog) == {"hp-z4-g5"}


def test_a_curve_of_a_group_replaces_that_of_the_group_and_no_curve_of_an_item(
    tmp_path: Path,
) -> None:
    shipped = default_catalog()
    named = {
        item
        for c in shipped.price_books[BOOK].resale
        if isinstance(c.items, tuple)
        for item in c.items
    }
    catalog = with_curves(tmp_path, gpus=0.5)
    cards = {i for i in everything() if i in shipped.like_gpus}
    assert named & cards
    assert changed(catalog) == cards - named


def test_an_item_that_an_overlay_names_leaves_the_shipped_curve_of_its_fellows(
    tmp_path: Path,
) -> None:
    both = with_curves(tmp_path, **{"[rtx-a6000, hp-z4-g5]": 0.6})
    (tmp_path / "second.yaml").write_text(
        f"schema: 1\n{SOURCE}\nprice_books: [{{id: '{BOOK}', title: Second, currency: USD, "
        f"entries: [], resale: [{{items: [rtx-a6000], {CURVE.format(0.3)}}}]}}]",
        encoding="utf-8",
    )
    catalog = load_overlays(both, [tmp_path / "second.yaml"])
    assert curve(catalog, "rtx-a6000").first_sale_share.value == 0.3
    assert curve(catalog, "hp-z4-g5").first_sale_share.value == 0.6
    assert changed(catalog) == {"rtx-a6000", "hp-z4-g5"}


def test_a_book_without_curves_keeps_those_below(tmp_path: Path) -> None:
    assert changed(with_curves(tmp_path)) == set()


def refused(folder: Path, *parts: str) -> Diagnostic:
    with pytest.raises(InputError) as caught:
        over(folder, *parts)
    (found,) = caught.value.diagnostics
    assert found.span is not None
    return found


def test_an_item_has_one_price_in_a_book(tmp_path: Path) -> None:
    what = "item: l40s, basis: quote, value: 1, currency: USD, condition: new"
    entry = f"{{{what}, as_of: '2026', source: ours}}"
    head = f"id: '{BOOK}', title: Ours, currency: USD, resale: []"
    found = refused(tmp_path, f"price_books: [{{{head}, entries: [{entry}, {entry}]}}]")
    assert found.message == f"`l40s` stands twice in the price book `{BOOK}`"


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [("rtx-4090", "rtx-409", "unknown-gpu"), ("llama-3.1-8b", "llama-9", "unknown-model")],
)
def test_a_measurement_of_what_is_not_in_the_catalogue_is_refused(
    right: str, wrong: str, rule: str, tmp_path: Path
) -> None:
    found = refused(tmp_path, f"benchmarks: [{ROW.replace(right, wrong)}]")
    assert (found.rule, found.message.startswith(f"`{wrong}`")) == (rule, True)


def test_a_measurement_of_an_id_that_is_there_replaces_it(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    once = over(tmp_path, f"benchmarks: [{ROW}]")
    file = tmp_path / "again" / "ours.yaml"
    file.write_text(
        f"schema: 1\nbenchmarks: [{ROW.replace('tokens_per_s: 90', 'tokens_per_s: 80')}]",
        encoding="utf-8",
    )
    rows = [r for r in load_overlays(once, [file]).benchmarks if r.id == "ours-1"]
    assert [r.tokens_per_s for r in rows] == [80]


@pytest.mark.parametrize(
    "part",
    [
        "price_observations: [{item: rtx-409, value: 1, currency: USD, condition: used, "
        "kind: sold, as_of: '2026', source: ours}]",
        "rentals: [{item: rtx-409, provider: Us, per: gpu-hour, terms: spot, value: 1, "
        "currency: USD, as_of: '2026', source: ours}]",
        "depreciation: [{item: rtx-409, name: A card, currency: USD, condition: used, "
        "first: {as_of: '2025', value: 2}, last: {as_of: '2026', value: 1}, source: ours}]",
    ],
)
def test_whatever_was_seen_is_of_an_item_that_is_there(part: str, tmp_path: Path) -> None:
    found = refused(tmp_path, part)
    assert found.rule == "unknown-item"
    assert found.span is not None
    assert found.span.line == 3
    assert "rtx-4090" in (found.help or "")


@pytest.mark.parametrize("figure", ["low: 1", "high: 1", "low: 2, high: 1", "value: 3, high: 2"])
def test_a_range_has_two_ends_in_order(figure: str, tmp_path: Path) -> None:
    refused(
        tmp_path,
        f"rentals: [{{provider: Us, per: gpu-hour, terms: spot, {figure}, currency: USD, "
        "as_of: '2026', source: ours}]",
    )
