"""Overlays are laid over the catalogue, later ones on top, and are checked like it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from planner.catalog.catalog import Catalog
from planner.catalog.loading import load_folder, load_overlays
from planner.errors import Diagnostic, InputError
from planner.scenario.loading import load_scenario
from tests.scenario.small import BASE, small_catalog

SOURCE = "sources: [{id: dealer, title: Offer 4711, kind: price-series}]\n"
ENTRY = "basis: quote, currency: USD, condition: new, as_of: 2026-10, source: dealer"


def book(prices: dict[str, int], resale: str = "[]") -> str:
    entries = ", ".join(f"{{item: {i}, value: {v}, {ENTRY}}}" for i, v in prices.items())
    head = "{id: 2026-09, title: Ours, currency: USD"
    return f"{SOURCE}price_books: [{head}, entries: [{entries}], resale: {resale}}}]"


def over(folder: Path, *overlays: str) -> Catalog:
    """The small catalogue with overlays of these texts."""
    files = [folder / f"{i}.yaml" for i in range(len(overlays))]
    for file, text in zip(files, overlays, strict=True):
        file.write_text(f"schema: 1\n{dedent(text)}")
    return load_overlays(small_catalog(), files)


def refused(folder: Path, *overlays: str) -> list[Diagnostic]:
    with pytest.raises(InputError) as caught:
        over(folder, *overlays)
    return list(caught.value.diagnostics)


def prices(catalog: Catalog) -> dict[str, float]:
    return {e.item: e.value for e in catalog.price_books["2026-09"].entries}


def test_a_price_of_an_overlay_replaces_that_of_the_book_and_no_other(tmp_path: Path) -> None:
    assert prices(over(tmp_path, book({"tower-2": 3000, "rtx-4090": 1900}))) == {
        "rtx-a6000": 4000, "hgx-8": 280_000, "tower-2": 3000, "rtx-4090": 1900,
    }  # fmt: skip


def test_the_last_of_several_overlays_wins(tmp_path: Path) -> None:
    catalog = over(tmp_path, book({"tower-2": 3000}), book({"tower-2": 2000}))
    assert prices(catalog)["tower-2"] == 2000


def test_a_book_without_resale_curves_keeps_those_below(tmp_path: Path) -> None:
    below = small_catalog().price_books["2026-09"].resale
    assert over(tmp_path, book({"tower-2": 3000})).price_books["2026-09"].resale == below


def test_the_catalogue_below_an_overlay_stays_as_it_is(tmp_path: Path) -> None:
    before = prices(small_catalog())
    over(tmp_path, book({"tower-2": 1}))
    assert prices(small_catalog()) == before


CLAIM = "put_in_force: [{item: rtx-a6000, attribute: tdp_w, source: rumour}]"


def test_a_claim_that_is_put_in_force_holds_and_the_overruled_one_is_kept(tmp_path: Path) -> None:
    fact = over(tmp_path, CLAIM).gpus["rtx-a6000"].tdp_w
    assert (fact.value, fact.source) == (310, "rumour")
    assert [(c.value, c.source) for c in fact.other_claims] == [(300, "invented")]
    assert fact.why is not None
    assert fact.why.endswith("0.yaml")


def test_a_claim_can_be_put_in_force_and_back(tmp_path: Path) -> None:
    back = "put_in_force: [{item: rtx-a6000, attribute: tdp_w, source: invented}]"
    fact = over(tmp_path, CLAIM, back).gpus["rtx-a6000"].tdp_w
    assert (fact.value, fact.source) == (300, "invented")


@pytest.mark.parametrize(
    ("overlay", "rule", "hint"),
    [
        (CLAIM.replace("a6000", "a600"), "unknown-item", "did you mean `rtx-a6000`?"),
        (CLAIM.replace("tdp_w", "tdp"), "unknown-attribute", "did you mean `tdp_w`?"),
        (CLAIM.replace("rumour", "rumor"), "unknown-claim", "did you mean `rumour`?"),
        (CLAIM.replace("tdp_w", "idle_w"), "unknown-claim", "all sources agree on it"),
        (book({"towr-2": 1}), "unknown-item", "did you mean `tower-2`?"),
        (book({"tower-2": 1}).replace("id: dealer", "id: daeler"), "unknown-source", "daeler"),
        (f"{SOURCE}{SOURCE.replace('sources', 'sources ')}", "duplicate-key", "keep one of them"),
    ],
)
def test_a_wrong_overlay_is_refused_at_its_place(
    tmp_path: Path, overlay: str, rule: str, hint: str
) -> None:
    (found,) = refused(tmp_path, overlay)
    assert found.rule == rule
    assert hint in (found.help or "")
    assert found.span is not None
    assert found.span.file.endswith("0.yaml")


def test_errors_of_all_overlays_are_told_at_once(tmp_path: Path) -> None:
    found = refused(tmp_path, "gpus: 5", "hosts: 5")
    assert [d.span.file[-6:] for d in found if d.span] == ["0.yaml", "1.yaml"]


def test_a_source_that_is_not_listed_is_told_once(tmp_path: Path) -> None:
    overlay = book({"tower-2": 1, "rtx-4090": 2, "rtx-a6000": 3}).removeprefix(SOURCE)
    (found,) = refused(tmp_path, overlay)
    assert found.message == "`dealer` is not among the sources"


def test_an_id_stands_once_in_a_catalogue(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(f"schema: 1\n{SOURCE}")
    with pytest.raises(InputError) as caught:
        load_folder(tmp_path)
    (found,) = caught.value.diagnostics
    assert found.rule == "duplicate-id"
    assert found.help is not None
    assert found.help.endswith("a.yaml:2")


def test_a_scenario_is_planned_with_its_overlays(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text(f"schema: 1\n{book({'tower-2': 3000})}")
    scenario = tmp_path / "lab.yaml"
    scenario.write_text(f"{BASE}catalog: {{overlays: [ours.yaml]}}\n")
    assert prices(load_scenario(scenario, small_catalog()).catalog)["tower-2"] == 3000


def test_a_broken_overlay_does_not_make_names_unknown(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text("schema: 1\ngpus: [{id: rtx-9999}]\n")
    scenario = tmp_path / "lab.yaml"
    owned = "existing: [{gpu: rtx-9999, count: 1, bought: 2026-01}]"
    scenario.write_text(f"{BASE}catalog: {{overlays: [ours.yaml]}}\n{owned}\n")
    with pytest.raises(InputError) as caught:
        load_scenario(scenario, small_catalog())
    assert {d.rule for d in caught.value.diagnostics} == {"missing-field"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("put_in_force: []", "catalog: {overlays: [facts.yaml]}"),
        ("gpus: []\ngpu: []", "catalog: {overlays: [facts.yaml]}"),
        (book({}), "catalog: {overlays: [facts.yaml], prices: 2026-09}"),
    ],
)
def test_an_overlay_in_the_place_of_a_scenario_is_told_how_it_is_used(
    text: str, line: str, tmp_path: Path
) -> None:
    file = tmp_path / "facts.yaml"
    file.write_text(f"schema: 1\n{text}\n")
    with pytest.raises(InputError) as caught:
        load_scenario(file)
    (found,) = caught.value.diagnostics
    assert found.rule == "overlay-instead"
    assert f"`{line}`" in (found.help or "")


def test_a_scenario_with_a_section_of_a_catalogue_is_no_overlay(tmp_path: Path) -> None:
    file = tmp_path / "lab.yaml"
    file.write_text("schema: 1\nname: Lab\ngpus: [rtx-a6000]\n")
    with pytest.raises(InputError) as caught:
        load_scenario(file)
    assert {found.rule for found in caught.value.diagnostics} == {"missing-field", "unknown-field"}
