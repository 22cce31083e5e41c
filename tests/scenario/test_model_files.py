"""What stands beside a config.json: bytes of the weights, headers, and how they are quantised."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planner.catalog.architecture import ModelEntry, Transformer
from planner.scenario.model_files import UnreadableError, model_of
from planner.sizing.weights import weights_of
from tests.catalog.huggingface_configs import COUNTS, Config
from tests.sizing.support import engines

LLAMA = COUNTS["llama-3.2-1b"][0]
PARAMETERS = COUNTS["llama-3.2-1b"][1]
AWQ: Config = {"quant_method": "awq", "bits": 4, "group_size": 128}
NAMES = [f"model.layers.{i}.mlp.up_proj.weight" for i in range(16)]


def write(folder: Path, config: Config, **beside: object) -> Path:
    (folder / "config.json").write_text(json.dumps(config))
    for name, content in beside.items():
        file = folder / (name.replace("__", ".") + ".json")
        file.write_text(json.dumps(content))
    return folder


def index(total: int, names: list[str] = NAMES) -> dict[str, object]:
    places = dict.fromkeys(names, "model-00001-of-00002.safetensors")
    return {"metadata": {"total_size": total}, "weight_map": places}


def safetensors(file: Path, tensors: dict[str, tuple[str, int]]) -> None:
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    at = 0
    for name, (dtype, size) in tensors.items():
        header[name] = {"dtype": dtype, "shape": [size], "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    file.write_bytes(len(text).to_bytes(8, "little") + text)


def read(folder: Path) -> tuple[ModelEntry, Transformer]:
    found = model_of(folder, "my-model", name="my-model", source="scenario", as_of="2026")
    assert found.transformer is not None
    return found, found.transformer


def refusal(folder: Path) -> str:
    with pytest.raises(UnreadableError) as caught:
        read(folder)
    return str(caught.value)


def test_the_index_gives_the_bytes_of_a_quantised_model_exactly(tmp_path: Path) -> None:
    total = 1_030_000_000
    config = LLAMA | {"quantization_config": AWQ}
    model, t = read(write(tmp_path, config, model__safetensors__index=index(total)))
    assert t.published_bytes == total
    assert weights_of(model, "awq-int4", engines()).total == total
    unknown = t.model_copy(update={"published_bytes": None})
    by_formula = weights_of(
        model.model_copy(update={"transformer": unknown}), "awq-int4", engines()
    )
    assert by_formula.total != total


def test_other_precisions_are_still_computed(tmp_path: Path) -> None:
    total = 2 * PARAMETERS
    model, _ = read(write(tmp_path, LLAMA, model__safetensors__index=index(total)))
    assert weights_of(model, "bf16", engines()).total == total
    (tmp_path / "alone").mkdir()
    alone = write(tmp_path / "alone", LLAMA)
    computed, _ = read(alone)
    of_both = [weights_of(m, "fp8", engines()) for m in (model, computed)]
    assert of_both[0] == of_both[1]


def test_an_index_of_another_model_is_refused_with_both_figures(tmp_path: Path) -> None:
    said = refusal(write(tmp_path, LLAMA, model__safetensors__index=index(16_060_522_496)))
    assert "16,060,522,496 bytes" in said
    assert "1,235,814,400 parameters" in said


def test_layers_that_predict_further_tokens_leave_the_bytes_unknown(tmp_path: Path) -> None:
    names = [*NAMES, "model.layers.16.mlp.up_proj.weight"]
    _, t = read(write(tmp_path, LLAMA, model__safetensors__index=index(9**12, names)))
    assert t.published_bytes is None


def test_headers_tell_such_layers_from_the_rest(tmp_path: Path) -> None:
    write(tmp_path, LLAMA)
    sizes = {"model.layers.15.a": ("BF16", 2 * PARAMETERS), "model.layers.16.a": ("BF16", 10**9)}
    safetensors(tmp_path / "model.safetensors", sizes)
    assert read(tmp_path)[1].published_bytes == 2 * PARAMETERS


def test_headers_of_all_shards_go_before_the_index(tmp_path: Path) -> None:
    write(tmp_path, LLAMA, model__safetensors__index=index(1))
    shard = tmp_path / "model-00001-of-00002.safetensors"
    safetensors(shard, {"model.norm.weight": ("BF16", 2 * PARAMETERS)})
    assert read(tmp_path)[1].published_bytes == 2 * PARAMETERS


def test_an_index_that_names_no_tensor_still_gives_its_bytes(tmp_path: Path) -> None:
    write(tmp_path, LLAMA, model__safetensors__index=index(2 * PARAMETERS, []))
    assert read(tmp_path)[1].published_bytes == 2 * PARAMETERS


def test_weights_in_32_bits_are_not_the_bytes_that_an_engine_holds(tmp_path: Path) -> None:
    write(tmp_path, LLAMA)
    safetensors(tmp_path / "model.safetensors", {"model.norm.weight": ("F32", 4 * PARAMETERS)})
    assert read(tmp_path)[1].published_bytes is None


def test_the_file_of_the_model_optimizer_says_how_weights_are_quantised(tmp_path: Path) -> None:
    said = {"producer": {"name": "modelopt"}, "quantization": {"quant_algo": "NVFP4"}}
    assert read(write(tmp_path, LLAMA, hf_quant_config=said))[1].native_precision == "nvfp4"


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        ({"model__safetensors__index": {"weight_map": {}}}, "no `metadata.total_size`"),
        ({"model__safetensors__index": {"metadata": {"total_size": 5}}}, "no `weight_map`"),
        ({"hf_quant_config": {}}, "has no `quantization`"),
        ({"hf_quant_config": []}, "does not hold a JSON object"),
    ],
)
def test_a_broken_file_beside_is_told(tmp_path: Path, beside: dict[str, object], said: str) -> None:
    assert said in refusal(write(tmp_path, LLAMA, **beside))


@pytest.mark.parametrize("content", [b"", b"\xff" * 8, (9).to_bytes(8, "little") + b"{}"])
def test_weights_without_a_header_are_told(tmp_path: Path, content: bytes) -> None:
    write(tmp_path, LLAMA)
    (tmp_path / "model.safetensors").write_bytes(content)
    assert "`model.safetensors` has no header of safetensors" in refusal(tmp_path)


def test_a_tensor_without_a_place_is_named(tmp_path: Path) -> None:
    write(tmp_path, LLAMA)
    text = json.dumps({"model.norm.weight": {"dtype": "BF16"}}).encode()
    file = tmp_path / "model.safetensors"
    file.write_bytes(len(text).to_bytes(8, "little") + text)
    assert "tensor `model.norm.weight` has no" in refusal(tmp_path)
