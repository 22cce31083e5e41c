"""Attributes of items by name, how far they are to be trusted, and dates."""

from __future__ import annotations

from datetime import date

import pytest

from planner.catalog.attributes import (
    attributes_of,
    confidence_of,
    item_of,
    scalar,
    unit_for,
    unit_of,
    without_unit,
)
from planner.catalog.dates import first_month, last_day, last_month, order
from planner.catalog.facts import Fact
from planner.catalog.schema import SourceEntry
from tests.catalog.facts import catalog

SOURCES = {
    kind: SourceEntry(id=kind, title="t", kind=kind, date="2026")
    for kind in (
        "vendor", "vendor-copy", "measurement", "official", "derived", "secondary", "press",
        "price-series", "article", "recall",
    )
}  # fmt: skip
HIGH = ("vendor", "vendor-copy", "measurement", "official", "derived")


def fact(source: str, **more: object) -> Fact[float]:
    data = {"value": 1.0, "source": source, "as_of": "2026"}
    return Fact[float].model_validate(data | more)


@pytest.mark.parametrize("kind", SOURCES)
def test_a_fact_is_trusted_as_its_source_is(kind: str) -> None:
    low = "low" if kind in ("article", "recall") else "medium"
    assert confidence_of(fact(kind), SOURCES) == ("high" if kind in HIGH else low)


def test_what_a_fact_or_a_source_says_of_itself_goes_before_its_kind() -> None:
    doubtful = SOURCES["vendor"].model_copy(update={"confidence": "low"})
    assert confidence_of(fact("vendor"), SOURCES | {"vendor": doubtful}) == "low"
    assert confidence_of(fact("vendor", confidence="medium"), SOURCES) == "medium"
    assert confidence_of(fact("article", confidence="high"), SOURCES) == "high"


def test_an_estimate_and_what_has_no_source_are_trusted_least() -> None:
    assert confidence_of(fact("vendor", estimate="a rule"), SOURCES) == "low"
    assert confidence_of(fact("nobody"), SOURCES) == "low"
    assert confidence_of(fact("vendor", estimate="a rule", confidence="high"), SOURCES) == "high"


def test_every_figure_of_a_card_is_an_attribute_with_its_source() -> None:
    for gpu in catalog().gpus.values():
        found = attributes_of(gpu)
        assert set(gpu.attributes) <= set(found)
        assert found["tdp_w"].value == gpu.tdp_w.value
        assert found["tdp_w"].source == gpu.tdp_w.source
        assert found["memory_gib"].value == gpu.memory_mib.value / 1024


def test_the_figure_of_the_whole_model_goes_before_that_of_a_part() -> None:
    for model in catalog().models.values():
        assert attributes_of(model)["parameters"].value == model.parameters


def test_every_item_is_found_by_its_id() -> None:
    for name in (*catalog().items, *catalog().models):
        found = item_of(catalog(), name)
        assert found is not None
        assert found.id == name
    assert item_of(catalog(), "no-such-item") is None


@pytest.mark.parametrize(
    ("name", "unit", "bare"),
    [
        ("memory_bandwidth_gb_s", "GB/s", "memory_bandwidth"), ("memory_mib", "MiB", "memory"),
        ("fp16_tflops", "TFLOP/s", "fp16"), ("tdp_w", "W", "tdp"), ("length_mm", "mm", "length"),
        ("memory_data_rate_gbps", "Gbit/s", "memory_data_rate"), ("cuda_cores", "", "cuda_cores"),
        ("l2_mb", "MB", "l2"), ("power_cap_min_w", "W", "power_cap_min"), ("ecc", "", "ecc"),
    ],
)  # fmt: skip
def test_the_longest_ending_of_a_name_is_its_unit(name: str, unit: str, bare: str) -> None:
    assert (unit_of(name), without_unit(name)) == (unit, bare)


def test_a_list_is_one_word_and_a_part_is_told_in_words() -> None:
    assert scalar(("a", 1, None)) == "a, 1, None"
    assert scalar(None) is None
    mig, sizes = catalog().gpus["a30"].mig, catalog().gpus["a100-40-pcie"].mig_sizes
    assert mig is not None
    assert sizes is not None
    assert scalar(mig.value) == "4 x 1g.6gb, 2 x 2g.12gb, 1 x 4g.24gb"
    assert f"{scalar(sizes.value)}".startswith("1g.5gb 4.75 GiB, ")
    built_in = catalog().hosts["dgx-h100"].built_in
    assert built_in is not None
    assert scalar(built_in.value) == "8 x h100-sxm"


def test_no_attribute_is_told_by_the_name_of_a_type() -> None:
    groups = (catalog().gpus, catalog().hosts, catalog().racks, catalog().bridges, catalog().models)
    told = [
        f"{scalar(known.value)}"
        for group in groups
        for entry in group.values()
        for known in attributes_of(entry).values()
    ]
    assert [text for text in told if "Entry" in text or "object at" in text] == []


@pytest.mark.parametrize(
    ("as_of", "first", "last", "day"),
    [
        ("2025", "2025-01", "2025-12", date(2025, 12, 31)),
        ("2025-Q1", "2025-01", "2025-03", date(2025, 3, 31)),
        ("2025-Q4", "2025-10", "2025-12", date(2025, 12, 31)),
        ("2024-02", "2024-02", "2024-02", date(2024, 2, 29)),
        ("2025-08-14", "2025-08", "2025-08", date(2025, 8, 14)),
    ],
)
def test_a_date_means_every_day_of_its_span(as_of: str, first: str, last: str, day: date) -> None:
    assert (first_month(as_of), last_month(as_of), last_day(as_of)) == (first, last, day)


def test_dates_are_sorted_by_when_they_begin_and_the_vague_first() -> None:
    dates = ["2024-12-31", "2025", "2025-01-02", "2025-01-03", "2025-Q2", "2025-05", "2026"]
    assert sorted(dates, key=order) == dates


@pytest.mark.parametrize(
    ("attribute", "value", "unit"),
    [
        ("warranty_years", 1, "year"), ("warranty_years", 1.0, "year"),
        ("warranty_years", 3, "years"), ("warranty_years", 0, "years"),
        ("context_tokens", 1, "token"), ("memory_bandwidth_gb_s", 1, "GB/s"), ("vendor", 1, ""),
    ],
)  # fmt: skip
def test_one_of_a_unit_is_told_in_the_singular(attribute: str, value: float, unit: str) -> None:
    assert unit_for(attribute, value) == unit
