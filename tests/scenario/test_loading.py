"""A scenario comes through the door whole, or with everything that is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planner.errors import Diagnostic, InputError
from planner.scenario.inputs import Inputs
from planner.scenario.loading import load_scenario, read_scenario
from tests.scenario.small import DIFFUSION, TRANSFORMER, laid_over, small_catalog

LLAMA = {
    "model_type": "llama", "hidden_size": 2048, "intermediate_size": 8192, "num_hidden_layers": 16,
    "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 64, "vocab_size": 128256,
    "max_position_embeddings": 131072, "tie_word_embeddings": True,
}  # fmt: skip


def read(text: str, folder: Path | None = None) -> Inputs:
    return read_scenario(text, file="x.yaml", folder=folder, catalog=small_catalog())


def refused(text: str, folder: Path | None = None) -> list[Diagnostic]:
    with pytest.raises(InputError) as caught:
        read(text, folder)
    return sorted(caught.value.diagnostics, key=Diagnostic.sort_key)


def with_model(model: object) -> str:
    return laid_over(f"workloads: [{{name: chat, model: {json.dumps(model)}}}]")


def test_a_valid_scenario_comes_with_its_catalogue() -> None:
    inputs = read(laid_over("{}"))
    assert inputs.workload_names() == ("chat", "search", "paint", "tune", "notebooks")
    assert inputs.catalog == small_catalog()


def test_a_file_that_is_not_there_is_said_by_name(tmp_path: Path) -> None:
    (tmp_path / "laboratory.yaml").touch()
    with pytest.raises(InputError, match=r"no such file\n  = help: did you mean .*laboratory.yaml"):
        load_scenario(tmp_path / "laboratry.yaml", small_catalog())


def test_a_broken_workload_does_not_hide_what_is_wrong_with_another() -> None:
    over = "workloads: [{name: chat, context_tokens: many}, {name: search, model: bge-lrge}]"
    assert [d.rule for d in refused(laid_over(over))] == ["wrong-type", "unknown-model"]


def test_a_broken_field_does_not_hide_what_is_wrong_with_its_workload() -> None:
    over = "workloads: [{name: chat, headroom: much, model: bge-lrge}]"
    assert {d.rule for d in refused(laid_over(over))} == {"wrong-type", "unknown-model"}


def test_a_broken_roadmap_does_not_hide_what_is_wrong_elsewhere() -> None:
    over = "{start: soon, months: 0, existing: [{gpu: rtx-a600, count: 1, bought: 2024-01}]}"
    assert [d.rule for d in refused(laid_over(over))] == [
        "bad-value", "out-of-range", "unknown-gpu",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "over",
    [
        "sites: [{name: lab, pue: wide}]",
        "sites: 5",
        "workloads: 5",
        "quotes: [{item: rtx-4090, price: cheap}]",
        "{fleet: {gpus: [rtx-4090]}, quotes: [{item: rtx-4090, price: cheap}]}",
        "workloads: [{name: chat, demand: [{from: 2026-10, concurrency: some}]}]",
        "workloads: [{name: tune, tokens_per_month: lots}]",
        "workloads: [{name: notebooks, need: {memory_gib: 8, time_share: half}}]",
        "existing: [{gpu: [], count: 1, bought: 2024-01}]",
        "{catalog: {prices: 2020-01}, fleet: {gpus: [rtx-a6000], hosts: [tower-2]}}",
        "fleet: {gpus: [rtx-a6001]}",
        "{currency: XAU, fleet: {gpus: [rtx-a6000]}}",
        "workloads: [{name: chat, model: bge-large, precision: [awq-int4]}]",
        "workloads: [{name: chat, precision: [bf17], measured: []}]",
        "{catalog: {exclude: 5}, existing: [{gpu: rtx-a6000, count: 1, bought: 2024-01}]}",
        """{workloads: [{name: chat, precision: fp8, measured: [
            {gpu: rtx-a6000, precision: fp8, capacity: 9, memory_gib: 40, source: bench}]}]}""",
    ],
)
def test_what_is_broken_is_told_without_false_followers(over: str) -> None:
    assert len(refused(laid_over(over))) == 1


def test_findings_come_sorted_by_their_place() -> None:
    over = "{step_months: 5, workloads: [{name: chat, model: bge-lrge}], currency: gold}"
    lines = [d.span.line for d in refused(laid_over(over)) if d.span]
    assert lines == sorted(lines)
    assert len(lines) == 3


def test_a_model_in_place_becomes_an_entry_of_the_catalogue() -> None:
    inputs = read(with_model({"parameters": 8_030_261_248, "transformer": TRANSFORMER}))
    model = inputs.model(inputs.scenario.workloads[0])
    assert (model.id, model.kind, model.source) == ("chat-model", "decoder", "scenario")
    assert inputs.catalog.models["chat-model"] is model
    assert inputs.catalog.sources["scenario"].title == "given with the scenario"


@pytest.mark.parametrize(
    "parts",
    [{}, {"transformer": TRANSFORMER, "diffusion": DIFFUSION}],
    ids=["neither", "both"],
)
def test_a_model_in_place_has_one_kind_of_parts(parts: dict[str, object]) -> None:
    rules = {d.rule for d in refused(with_model({"parameters": 1000, **parts}))}
    assert "exactly-one" in rules


def test_a_model_in_place_is_judged_like_any_other() -> None:
    model = {"parameters": 1000, "transformer": TRANSFORMER | {"max_context_tokens": 4096}}
    (found,) = refused(with_model(model))
    assert found.rule == "context-too-long"


@pytest.mark.parametrize("path", ["models/tiny/config.json", "models/tiny", "models/../tiny.json"])
def test_a_config_file_becomes_a_model_named_after_it(tmp_path: Path, path: str) -> None:
    (tmp_path / "models" / "tiny").mkdir(parents=True)
    for file in (tmp_path / "models" / "tiny" / "config.json", tmp_path / "tiny.json"):
        file.write_text(json.dumps(LLAMA))
    inputs = read(with_model(path), tmp_path)
    model = inputs.model(inputs.scenario.workloads[0])
    assert model.id == "tiny"
    assert model.parameters == 1_235_814_400


def test_one_file_is_one_model_and_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    (tmp_path / "llama-3.1-8b.json").write_text(json.dumps(LLAMA))
    over = """
        workloads:
          - {name: chat, model: ./llama-3.1-8b.json}
          - {name: tune, model: ./llama-3.1-8b.json}
        """
    scenario = read(laid_over(over), tmp_path).scenario
    assert [w.model for w in scenario.workloads[:2]] == ["llama-3.1-8b-2"] * 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no such file"),
        (b"{", "is not JSON: expecting property name"),
        (b"[1]", "does not hold a JSON object"),
        (b'{"hidden_size": NaN}', "is not JSON: NaN is not allowed"),
        (b"[" * 100_000, "is not JSON: "),
        (b'{"a": ' + b"9" * 5000 + b"}", "is not JSON: "),
        (b"\xff\xfe", "is not JSON: "),
        (b" " * (2 << 20), "is larger than 1 MiB"),
        (b"{}", "cannot be used: "),
        (b'{"model_type": "perceptron"}', "model_type `perceptron` is not supported"),
        (json.dumps(LLAMA | {"num_hidden_layers": 0}).encode(), "cannot be used: "),
        (json.dumps(LLAMA | {"hidden_size": "wide"}).encode(), "cannot be used: "),
    ],
)
def test_a_config_file_that_is_no_model_is_said_where_it_is_named(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / "own.json").write_bytes(content)
    (found,) = refused(with_model("own.json"), tmp_path)
    assert found.rule == "unreadable-model"
    assert said in found.message
    assert "\n" not in found.message
    assert found.source_line.strip().startswith('"model"')


@pytest.mark.parametrize("name", ["x" * 300 + ".json", "\x00.json", "~/\ud7fc.json", "/", "."])
def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path, name: str) -> None:
    over = {"workloads": [{"name": "chat", "model": name}], "catalog": {"overlays": [name]}}
    found = refused(laid_over(json.dumps(over)), tmp_path)
    assert "unreadable-overlay" in {d.rule for d in found}
    assert {d.rule for d in found} <= {"unreadable-overlay", "unreadable-model", "unknown-model"}


def test_a_text_that_is_no_file_can_read_no_files() -> None:
    over = (
        "{catalog: {overlays: [a.yaml]}, workloads: [{name: chat, model: ../../etc/passwd.json}]}"
    )
    found = refused(laid_over(over))
    assert {d.rule for d in found} == {"unreadable-overlay", "unreadable-model"}
    assert {d.message for d in found} == {
        "a scenario that is not read from a file cannot name files"
    }


def test_whole_numbers_may_be_written_with_a_point() -> None:
    assert read(laid_over("months: 24.0")).scenario.months == 24
