"""Laws of what is told of memory: with error correction, and while models are tuned."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.catalog.loading import default_catalog
from planner.claims.choosing import scenarios_folder
from planner.report.sections import Section
from planner.report.versus import sections_of
from planner.report.versus_workloads import task_of
from planner.scenario.loading import load_scenario
from planner.sizing.setting import Setting
from planner.units import GIB
from planner.versus.fits import EIGHT_BIT, TUNED, fit, tunings
from planner.versus.head_to_head import HeadToHead, head_to_head
from planner.versus.vocabularies import larger_for_less
from tests.versus.scenarios import written

A, B = "rtx-4090", "rtx-a6000"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> HeadToHead:
    return head_to_head(A, B, written(tmp_path_factory.mktemp("one")))


def section(found: HeadToHead, title: str) -> Section:
    return next(s for s in sections_of(found) if s.title.startswith(title))


def test_a_fit_that_error_correction_takes_away_is_marked(found: HeadToHead) -> None:
    rows = {row[0]: row[1:] for row in section(found, "Which models fit").rows}
    setting = Setting.of(found.inputs)
    card = found.inputs.catalog.gpu(B)
    corrected = setting.usable_bytes(card, ecc=True) / GIB
    assert rows["with ECC on"] == ("no ECC", f"{corrected:.1f} GiB usable")
    assert corrected < 43.2 < setting.usable_bytes(card, ecc=False) / GIB
    assert rows["llama-3.3-70b"][1].startswith("edge awq-int4 43.2 GiB")
    marked = {name for name, cells in rows.items() if cells[1].endswith("!")}
    assert marked == {"llama-3.3-70b"}
    assert not any(cells[0].endswith("!") for cells in rows.values())


def test_memory_with_error_correction_is_told_only_where_it_is_less(tmp_path: Path) -> None:
    catalog = default_catalog()
    whole = fit(catalog, catalog.models["llama-3.1-8b"], catalog.gpu("rtx-pro-5000"), "bf16")
    assert whole.with_ecc_gib == whole.usable_gib
    assert not whole.needs_ecc_off
    alike = head_to_head("rtx-pro-4500", "rtx-pro-5000", written(tmp_path))
    assert section(alike, "Which models fit").rows[0][0] == "llama-3.2-3b"


def test_an_optimiser_of_8_bits_saves_ten_bytes_a_parameter(found: HeadToHead) -> None:
    rows = {f.way: f for f in tunings(default_catalog(), B) if f.model == "llama-3.1-8b"}
    full, less = rows["full"].needed_gib, rows[EIGHT_BIT].needed_gib
    assert full is not None
    assert less is not None
    parameters = default_catalog().models["llama-3.1-8b"].parameters
    assert full - less == pytest.approx(10 * parameters / GIB, abs=0.11)
    methods = [row[1] for row in section(found, "Which models can be tuned").rows]
    assert methods.count(EIGHT_BIT) == len(TUNED)


def test_a_smaller_model_that_needs_more_than_a_larger_one_is_explained(found: HeadToHead) -> None:
    ((small, large),) = larger_for_less(default_catalog(), found.tunings[0])
    assert (small.model, large.model, small.way) == ("llama-3.1-8b", "llama-2-13b", "qlora")
    assert small.logits_gib == 2048 * 128256 * 10 / GIB
    assert small.ends_gib == 2 * 128256 * 4096 * 4 / GIB
    apart = small.logits_gib + small.ends_gib - large.logits_gib - large.ends_gib
    assert apart > small.needed_gib - large.needed_gib > 0
    (note,) = section(found, "Which models can be tuned").notes
    assert "128,256 entries against 32,000" in note


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("chat-8b", ["weights in fp8 or awq-int4 or bf16", "KV cache in fp8", "8k context"]),
        ("index", ["weights in bf16", "texts of 512 tokens"]),
        ("adapters-8b", ["LoRA rank 16", "AdamW", "sequences of 4,096 tokens, one at a time"]),
        ("full-tune-8b", ["8-bit AdamW", "sequences of 4,096 tokens"]),
        ("images", ["1,024 x 1,024 pixels", "28 steps (as the makers advise)"]),
    ],
)
def test_a_workload_is_told_with_all_that_its_size_rests_on(name: str, words: list[str]) -> None:
    inputs = load_scenario(scenarios_folder() / "versus.yaml")
    told = task_of(inputs, next(w for w in inputs.scenario.workloads if w.name == name))
    for part in words:
        assert part in told
    assert ("LoRA" in told) == name.startswith("adapters")


def test_a_workload_of_other_settings_is_told_with_those() -> None:
    inputs = load_scenario(scenarios_folder() / "versus.yaml")
    tasks = {w.name: w for w in inputs.scenario.workloads}
    changed = {"lora_rank": 64, "optimizer": "adamw-8bit", "batch_sequences": 4}
    told = task_of(inputs, tasks["adapters-8b"].model_copy(update=changed))
    assert "LoRA rank 64, 8-bit AdamW, sequences of 4,096 tokens, 4 at a time" in told
    told = task_of(inputs, tasks["images"].model_copy(update={"steps": 50}))
    assert told.endswith("50 steps")
