"""A key that may change the memory and is not known is an error that names it."""

from __future__ import annotations

import pytest

from planner.catalog.architecture import Transformer
from planner.catalog.huggingface import SUPPORTED, entry_of
from tests.catalog.huggingface_configs import COUNTS, LLAMA_8B, Config
from tests.catalog.known_models import KNOWN, config


def transformer(changed: Config) -> Transformer:
    found = entry_of(changed, name="model", source="scenario", as_of="2026").transformer
    assert found is not None
    return found


def refusal(changed: Config) -> str:
    with pytest.raises(ValueError, match="`model`: ") as caught:
        transformer(changed)
    return str(caught.value)


def test_every_supported_type_is_counted_against_a_known_total() -> None:
    types = {c["model_type"] for c, _, _ in COUNTS.values()}
    types |= {config(name)["model_type"] for name in KNOWN}
    seeing = {"mistral3", "llama4", "qwen2_5_vl", "qwen3_vl", "qwen3_vl_moe", "gemma3"}
    assert types | {"llama4_text"} == set(SUPPORTED)
    assert seeing <= types


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"num_experts": 64}, "num_experts"),
        ({"kv_lora_rank": 512}, "kv_lora_rank"),
        ({"some_new_memory": 3}, "some_new_memory"),
        ({"num_kv_shared_layers": 10}, "num_kv_shared_layers"),
        ({"index_topk": 2048}, "index_topk"),
        ({"hybrid_override_pattern": "M-M*"}, "hybrid_override_pattern"),
        ({"layers_block_type": ["mamba"]}, "layers_block_type"),
        ({"rope_scaling": {"rope_type": "spiral"}}, "rope_scaling.rope_type"),
        ({"rope_parameters": {"full": {"rope_type": "spiral"}}}, "rope_parameters.rope_type"),
        ({"layer_types": ["linear_attention"] * 32}, "layer_types"),
        ({"layer_types": ["full_attention"] * 31}, "layer_types"),
    ],
)
def test_a_key_that_may_matter_is_named(change: Config, named: str) -> None:
    assert f"`{named}`" in refusal(LLAMA_8B | change)


@pytest.mark.parametrize("key", ["num_experts", "kv_lora_rank", "some_new_memory"])
@pytest.mark.parametrize("off", [None, 0, False, [], {}, ""])
def test_a_key_that_is_switched_off_does_not_matter(key: str, off: object) -> None:
    assert transformer(LLAMA_8B | {key: off}) == transformer(LLAMA_8B)


@pytest.mark.parametrize(
    "change",
    [
        {"initializer_range": 0.02, "rope_theta": 5e5, "rms_norm_eps": 1e-5, "use_cache": True},
        {"bos_token_id": 1, "attention_dropout": 0.1, "_name_or_path": "x", "torch_dtype": "x"},
        {"num_nextn_predict_layers": 1, "transformers_version": "5.0"},
    ],
)
def test_keys_that_are_known_not_to_matter_change_nothing(change: Config) -> None:
    assert transformer(LLAMA_8B | change) == transformer(LLAMA_8B)


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("jamba", "keep a state instead of keys and values"),
        ("nemotron_h", "keep a state instead of keys and values"),
        ("qwen3_next", "keep a state instead of keys and values"),
        ("granitemoehybrid", "keep a state instead of keys and values"),
        ("deepseek_v32", "caches an index beside its keys"),
        ("gemma3n", "use the keys and values of others"),
        ("mllama", "attend to an image"),
    ],
)
def test_a_model_that_no_formula_fits_is_refused_with_the_reason(kind: str, why: str) -> None:
    said = refusal({"model_type": kind})
    assert f"`{kind}` cannot be sized: " in said
    assert said.endswith(why)


def test_a_tower_with_an_unknown_key_is_refused_too() -> None:
    seeing = config("mistral-small-3.1-24b")
    vision = seeing["vision_config"]
    assert isinstance(vision, dict)
    changed = seeing | {"vision_config": vision | {"num_experts": 4}}
    assert "`num_experts`" in refusal(changed)


@pytest.mark.parametrize("name", ["llama-4-scout", "mistral-small-3.1-24b", "qwen3-vl-8b"])
def test_a_tower_that_is_missing_is_not_made_up(name: str) -> None:
    assert "no `vision_config`" in refusal(config(name) | {"vision_config": None})


def test_shared_experts_are_whole_experts() -> None:
    odd = config("qwen1.5-moe-a2.7b") | {"shared_expert_intermediate_size": 5000}
    assert "`shared_expert_intermediate_size` is 5000, not a multiple" in refusal(odd)


def test_windows_begin_at_the_layer_that_the_file_says() -> None:
    qwen: Config = dict(config("qwen2-57b-a14b"))
    sliding = {"use_sliding_window": True, "sliding_window": 8192, "max_window_layers": 20}
    attention = transformer(qwen | sliding).attention
    assert attention.kind == "gqa"
    assert (attention.sliding_layers, attention.window) == (8, 8192)


def group(kind: str, bits: int, **more: object) -> dict[str, object]:
    return {"weights": {"type": kind, "num_bits": bits, **more}}


def compressed(*groups: dict[str, object]) -> Config:
    named = {f"group_{i}": one for i, one in enumerate(groups)}
    return {"quant_method": "compressed-tensors", "config_groups": named}


AWQ: Config = {"quant_method": "awq", "bits": 4, "group_size": 128, "version": "gemm"}


@pytest.mark.parametrize(
    ("quantised", "precision"),
    [
        ({"quant_method": "fp8", "weight_block_size": [128, 128]}, "fp8"),
        ({"quant_method": "fbgemm_fp8"}, "fp8"),
        (AWQ, "awq-int4"),
        ({"quant_method": "gptq", "bits": 4, "group_size": 128, "sym": True}, "gptq-int4"),
        ({"quant_method": "auto-round", "bits": 4, "group_size": 128}, "gptq-int4"),
        ({"quant_method": "mxfp4"}, "mxfp4"),
        ({"quant_method": "bitsandbytes", "load_in_8bit": True}, "int8"),
        (
            {"quant_method": "bitsandbytes", "load_in_4bit": True, "bnb_4bit_quant_type": "nf4"},
            "nf4",
        ),
        (compressed(group("float", 8)), "fp8"),
        (compressed(group("int", 8)), "int8"),
        (compressed(group("int", 4, group_size=128)), "gptq-int4"),
        (compressed(group("float", 4, group_size=16)), "nvfp4"),
        ({"quant_method": "modelopt", "quant_algo": "NVFP4"}, "nvfp4"),
        ({"quant_method": "modelopt", "quant_algo": "FP8"}, "fp8"),
    ],
)
def test_the_precision_of_a_quantised_model_is_read(quantised: Config, precision: str) -> None:
    found = transformer(LLAMA_8B | {"quantization_config": quantised})
    assert found.native_precision == precision


@pytest.mark.parametrize(
    ("quantised", "named"),
    [
        ({"quant_method": "hqq"}, "quantization_config.quant_method` is 'hqq'"),
        (AWQ | {"bits": 8}, "quantization_config.bits` is 8"),
        (AWQ | {"group_size": 32}, "quantization_config.group_size` is 32"),
        ({"quant_method": "bitsandbytes", "load_in_4bit": True}, "bnb_4bit_quant_type` is 'fp4'"),
        (compressed(group("int", 2)), "config_groups.group_0.weights` is 'int of 2 bits'"),
        (compressed(group("int", 4), group("float", 8)), "config_groups` is 'fp8, gptq-int4'"),
        ({"quant_method": "modelopt", "quant_algo": "MIXED_PRECISION"}, "quant_algo` is 'MIXED"),
        ({"quant_method": "fp8", "quant_algo": "MIXED_PRECISION"}, "quant_algo` is 'MIXED"),
        ({"bits": 4}, "no `quant_method`"),
    ],
)
def test_a_way_to_quantise_that_is_not_known_is_named(quantised: Config, named: str) -> None:
    assert named in refusal(LLAMA_8B | {"quantization_config": quantised})
