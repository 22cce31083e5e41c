"""`planner catalog add`: what is joined, what is refused, and how it is told."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from planner.catalog.loading import default_catalog, load_overlays
from planner.catalog.prices import price_list
from tests.cli.conftest import Run

SOURCES = """\
sources:
  - {id: offer, title: Offer 7, kind: vendor, date: "2026"}
"""
PRICE = """\
price_books:
  - id: "2026-09"
    title: Ours
    currency: USD
    entries:
      - {item: %s, basis: quote, value: %d, currency: USD, condition: new, as_of: "2026",
         source: offer}
    resale: []
"""
ROW = """\
benchmarks:
  - {id: ours-1, gpu: rtx-4090, model: llama-3.1-8b, precision: fp8, input_tokens: 0,
     output_tokens: 9, tokens_per_s: 90, engine: vllm, source: offer, as_of: "2026"}
"""
PUE = """\
references:
  - {id: our-pue, kind: pue, scope: here, unit: ratio,
     value: {value: 1.2, source: offer, as_of: "2026"}}
"""
SEEN = """\
price_observations:
  - {item: l40s, value: 5000, currency: USD, condition: used, kind: sold, as_of: "2026-10",
     source: offer}
"""
LET = """\
rentals:
  - {item: l40s, provider: Us, per: gpu-hour, terms: on demand, value: 1, currency: USD,
     as_of: "2026-10", source: offer}
"""
ORDER = """\
put_in_force:
  - {item: supermicro-421ge, attribute: max_gpus, source: server-list-421ge}
"""


def added(run: Run, folder: Path, text: str) -> tuple[int, str, str]:
    stub = folder / "stub.yaml"
    stub.write_text(text, encoding="utf-8")
    ended = run("catalog", "add", str(stub), "--into", str(folder / "ours.yaml"))
    return ended.code, ended.stdout, ended.stderr


def test_a_second_price_joins_the_book_and_the_source_of_the_first(
    run: Run, tmp_path: Path
) -> None:
    for item, price in (("l40s", 5000), ("rtx-a6000", 3000)):
        code, told, _ = added(run, tmp_path, SOURCES + PRICE % (item, price))
        assert (code, f"now has price of {item}.\n" in told) == (0, True)
    overlay = tmp_path / "ours.yaml"
    data = yaml.safe_load(overlay.read_text(encoding="utf-8"))
    assert [s["id"] for s in data["sources"]] == ["offer"]
    (book,) = data["price_books"]
    assert [e["item"] for e in book["entries"]] == ["l40s", "rtx-a6000"]
    prices = price_list(load_overlays(default_catalog(), [overlay]), "2026-09", "USD")
    found = [prices.price(item) for item in ("l40s", "rtx-a6000")]
    assert [p.cents for p in found if p] == [500_000, 300_000]


def test_a_second_price_of_the_same_item_is_refused(run: Run, tmp_path: Path) -> None:
    assert added(run, tmp_path, SOURCES + PRICE % ("l40s", 5000))[0] == 0
    once = (tmp_path / "ours.yaml").read_text(encoding="utf-8")
    code, _, error = added(run, tmp_path, SOURCES + PRICE % ("l40s", 4000))
    assert (code, "`l40s` stands twice in the price book `2026-09`" in error) == (2, True)
    assert (tmp_path / "ours.yaml").read_text(encoding="utf-8") == once


def test_another_source_under_the_same_id_is_refused(run: Run, tmp_path: Path) -> None:
    assert added(run, tmp_path, SOURCES + PRICE % ("l40s", 5000))[0] == 0
    other = SOURCES.replace("Offer 7", "Offer 8")
    code, _, error = added(run, tmp_path, other + PRICE % ("rtx-a6000", 3000))
    assert (code, "`offer` stands twice in `sources`" in error) == (2, True)


@pytest.mark.parametrize(
    ("part", "name"),
    [
        (ROW, "ours-1"),
        (PUE, "our-pue"),
        (SEEN, "price of l40s seen in 2026-10"),
        (LET, "rental of l40s in 2026-10"),
        (ORDER, "max_gpus of supermicro-421ge as server-list-421ge says"),
        ("", "source offer"),
        (ROW + PUE, "ours-1"),
    ],
)
def test_what_was_added_is_told_by_name(part: str, name: str, run: Run, tmp_path: Path) -> None:
    code, told, error = added(run, tmp_path, SOURCES + part)
    assert (code, error) == (0, "")
    assert name in told.splitlines()[0]
    load_overlays(default_catalog(), [tmp_path / "ours.yaml"])


def test_a_speed_above_the_roofline_is_not_added(run: Run, tmp_path: Path) -> None:
    fast = ROW.replace("tokens_per_s: 90", "tokens_per_s: 900")
    code, told, error = added(run, tmp_path, SOURCES + fast)
    assert (code, told) == (1, "")
    assert "error[above-roofline] ours-1: " in error
    assert not (tmp_path / "ours.yaml").exists()


def test_the_template_of_a_price_names_the_book_that_a_scenario_takes(
    run: Run, tmp_path: Path
) -> None:
    text = run("catalog", "add", "--template", "price").stdout
    (book,) = yaml.safe_load(text)["price_books"]
    assert book["id"] in default_catalog().price_books
    assert f"prices: {book['id']}}}" in text


def test_an_unfilled_template_is_refused_with_one_list_of_its_blanks(
    run: Run, tmp_path: Path
) -> None:
    text = run("catalog", "add", "--template", "gpu").stdout
    code, _, error = added(run, tmp_path, text)
    assert code == 2
    line = next(n for n, t in enumerate(text.splitlines(), 1) if " name:" in t)
    assert error.startswith("error[empty-value]: 23 fields of `my-id` are empty: `name`, ")
    assert "`int8_tops`" in error
    assert f"stub.yaml:{line}:" in error
    assert error.endswith("1 error\n")


CARD = {
    "name": "Ours", "vendor": "Us", "architecture": "RDNA 9", "form_factor": "pcie",
    "memory_mib": 32000, "cuda_memory_fraction": 0.95, "memory_bandwidth_gb_s": 600, "ecc": False,
    "ecc_capacity_factor": 1, "fp16_tflops": 100, "int8_tops": 200, "fp8_tflops": None,
    "fp4_tflops": None, "tdp_w": 300, "idle_w": 20, "transient_factor": 1.5, "slot_width": 2,
    "cooling": "blower", "pcie_generation": 4, "nvlink": "none", "nvlink_gb_s": 0,
    "mig_instances": 0, "data_centre_use": True,
}  # fmt: skip


@pytest.mark.parametrize("capability", [None, "8.9"])
def test_of_a_card_without_cuda_it_is_told_that_its_engines_do_not_run(
    capability: str | None, run: Run, tmp_path: Path
) -> None:
    card = {"id": "ours", "source": "offer", "as_of": "2026", **CARD}
    if capability is not None:
        card["compute_capability"] = capability
    code, told, error = added(run, tmp_path, SOURCES + yaml.safe_dump({"gpus": [card]}))
    assert (code, error) == (0, "")
    assert ("CUDA engines do not run on it" in told) is (capability is None)


RACK = """\
racks:
  - {id: my-rack, source: %s, as_of: "2026", name: R, rack_units: 42, kw: 8, sockets: null}
"""
UNDATED = "sources: [{id: offer, title: Offer 7, kind: vendor}]\n"
RECALLED = 'sources: [{id: offer, title: Offer 7, kind: recall, date: "2026"}]\n'


@pytest.mark.parametrize(
    ("sources", "rule"), [(SOURCES, ""), (UNDATED, "no-date"), (RECALLED, "recall")]
)
def test_whatever_is_added_passes_the_check_of_the_catalogue(
    sources: str, rule: str, run: Run, tmp_path: Path
) -> None:
    code, _, error = added(run, tmp_path, sources + RACK % "offer")
    assert code == (1 if rule else 0)
    assert rule in error
    assert (tmp_path / "ours.yaml").exists() is (not rule)
    if not rule:
        card = {"id": "ours", "source": "offer", "as_of": "2026", **CARD}
        assert added(run, tmp_path, SOURCES + yaml.safe_dump({"gpus": [card]}))[0] == 0
        assert run("catalog", "check", "--overlay", str(tmp_path / "ours.yaml")).code == 0


def test_a_price_that_the_overlay_has_seen_already_is_refused(run: Run, tmp_path: Path) -> None:
    assert added(run, tmp_path, SOURCES + SEEN)[0] == 0
    code, _, error = added(run, tmp_path, SOURCES + SEEN)
    assert code == 2
    assert "error[duplicate-entry]" in error
    assert "stub.yaml" in error
