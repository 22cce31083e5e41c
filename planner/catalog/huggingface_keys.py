"""Which keys of a ``config.json`` count, which do not, and which say that a model is another one.

A key that is in none of these lists is an error unless its value switches it off (null, false, 0,
empty): it may change the cache or the weights, and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from planner.catalog.huggingface_families import Family, Switch
from planner.catalog.huggingface_fields import Fields

CORE = frozenset(
    {
        "head_dim", "hidden_size", "intermediate_size", "layer_types", "max_position_embeddings",
        "max_window_layers", "mlp_bias", "num_attention_heads", "num_hidden_layers",
        "num_key_value_heads", "sliding_window", "sliding_window_pattern", "tie_word_embeddings",
        "use_sliding_window", "vocab_size",
    }
)  # fmt: skip
"""Keys that every decoder reads, by their canonical names."""
OF_EXPERTS = frozenset(
    {
        "routed_experts", "experts_per_token", "expert_width", "shared_experts", "shared_width",
        "first_k_dense_replace", "moe_layer_freq", "topk_method",
    }
)  # fmt: skip
OF_LATENT = frozenset(
    {"kv_lora_rank", "q_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim"}
)
EVERYWHERE = frozenset(
    {"architectures", "model_type", "quantization_config", "rope_parameters", "rope_scaling"}
)
"""Keys that are read whatever the model."""

NO_MATTER = frozenset(
    {
        # where the file comes from, and what reads it
        "auto_map", "custom_pipelines", "dtype", "language_model_only", "tokenizer_class",
        "torch_dtype", "transformers_version", "unsloth_fixed", "unsloth_version",
        # training
        "aux_loss_alpha", "gradient_checkpointing", "num_logits_to_keep", "output_router_logits",
        "pretraining_tp", "router_aux_loss_coef", "router_jitter_noise", "seq_aux", "use_cache",
        "z_loss_coefficient", "z_loss_weight", "ep_size", "router_z_loss_coef", "is_decoder",
        "output_attentions", "output_hidden_states", "return_dict",
        # how weights begin
        "init_std", "initializer_cutoff_factor", "initializer_range", "mup_base_width",
        # activations, scales and small constants of the arithmetic
        "activation_function", "attention_multiplier", "attn_logit_softcapping", "clip_qkv",
        "embedding_multiplier", "final_logit_softcapping", "hidden_act", "hidden_activation",
        "logit_scale", "logits_scaling", "norm_epsilon", "norm_type", "query_pre_attn_scalar",
        "residual_multiplier", "swiglu_limit", "attn_temperature_tuning", "floor_scale",
        "attn_scale", "attention_softmax_in_fp32", "hidden_size_per_layer_norm",
        "apply_residual_connection_post_layernorm",
        # positions: they change no cache, and `max_position_embeddings` says how many there are
        "alibi", "global_rope_theta", "initial_context_length", "local_rope_theta",
        "model_max_length", "no_rope_layer_interval", "no_rope_layers", "nope_layer_interval",
        "original_max_position_embeddings", "partial_rotary_factor", "position_embedding_type",
        "rope_interleave", "rope_interleaved", "rope_local_base_freq", "rope_theta", "rotary_dim",
        "rotary_pct", "rotary_emb_base", "use_mrope", "rope_parameters_type",
        # how routers choose
        "n_group", "norm_topk_prob", "routed_scaling_factor", "router_type", "scoring_func",
        "topk_group", "input_jitter_noise", "moe_router_activation_func",
        # heads that predict further tokens: they stand in the files, engines leave them out
        "num_nextn_predict_layers",
        # how some engine lays out or runs what is said elsewhere
        "attn_implementation", "cache_implementation", "for_llm_compressor", "mlp_type",
        "order_of_interleaved_layers", "use_bidirectional_attention", "use_embedding_sharing",
        "use_gated_activation", "use_parallel_block", "use_parallel_embedding",
        "_sliding_window_pattern", "deterministic_flash_attn", "reference_compile",
        "repad_logits_with_grad", "sparse_prediction", "sparse_pred_ignore_index",
        "add_cross_attention", "chunk_size_feed_forward", "cross_attention_hidden_size",
        # labels of a classifier
        "id2label", "label2id", "problem_type", "num_labels", "classifier_activation",
        "classifier_pooling", "sentence_transformers", "finetuning_task",
        # marks of images and sound in the text
        "mm_tokens_per_image",
    }
)  # fmt: skip
"""Keys that change neither memory nor the count of the weights."""
NO_MATTER_ENDS = ("_token_id", "_token_index", "_dropout", "_dropout_prob", "_pdrop", "_eps",
    "_epsilon", "_norm_eps", "_loss_coef")  # fmt: skip
"""Ends of further such keys: ids of tokens, dropout, small constants."""
NO_MATTER_STARTS = ("_name_or_path", "_commit_hash", "_attn_implementation")

OTHER_MODELS: Mapping[str, str] = {
    "hybrid_override_pattern": "some layers keep a state instead of keys and values",
    "layers_block_type": "some layers keep a state instead of keys and values",
    "attn_layer_period": "some layers keep a state instead of keys and values",
    "mamba_d_state": "some layers keep a state instead of keys and values",
    "ssm_state_size": "some layers keep a state instead of keys and values",
    "linear_num_value_heads": "some layers keep a state instead of keys and values",
    "full_attention_interval": "some layers keep a state instead of keys and values",
    "num_kv_shared_layers": "some layers use the keys and values of others",
    "index_topk": "an index of the keys is cached beside them",
    "cross_attention_layers": "some layers attend to an image",
    "block_configs": "its layers differ from each other",
    "hybrid_layer_pattern": "its layers differ in their key-value heads",
    "attn_type_list": "some layers keep a state instead of keys and values",
}
"""Keys of models whose memory follows other formulas."""
REFUSED: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "bamba", "falcon_h1", "falcon_mamba", "granitemoehybrid", "jamba", "kimi_linear",
            "lfm2", "lfm2_moe", "mamba", "mamba2", "minimax", "nemotron_h", "qwen3_5",
            "qwen3_5_moe", "qwen3_next", "recurrent_gemma", "rwkv", "zamba", "zamba2",
        ),
        "some of its layers keep a state instead of keys and values",
    ),
    **dict.fromkeys(
        ("deepseek_v32", "deepseek_v4", "glm_moe_dsa"), "it caches an index beside its keys"
    ),
    "gemma3n": "some of its layers use the keys and values of others",
    "gemma4": "its layers differ in their heads, and some use the keys and values of others",
    "mllama": "some of its layers attend to an image",
    "mimo_v2_flash": "its layers differ in their key-value heads",
    "nemotron-nas": "its layers differ from each other",
    "t5": "it has an encoder and a decoder",
}  # fmt: skip
"""Types that are known and that no formula of this program fits, and why."""
ROPE_TYPES = frozenset(
    {"default", "dynamic", "linear", "llama3", "longrope", "mrope", "su", "yarn", "proportional"}
)
"""Ways to stretch positions; none of them changes the cache."""


def check_decoder(fields: Fields, family: Family, more: Collection[str] = ()) -> None:
    """Refuse a key of a decoder that may matter and is not known.

    Args:
        fields: the configuration.
        family: its family.
        more: keys that are read elsewhere.

    Raises:
        ValueError: with the name of the key.
    """
    canonical = CORE | (OF_EXPERTS if family.experts else set())
    canonical |= OF_LATENT if family.latent else set()
    switches: list[Switch | None] = [
        family.qkv_bias, family.output_bias, family.mlp_bias, family.lm_head_bias,
        family.qk_norm_if,
    ]  # fmt: skip
    named = {name for name in switches if isinstance(name, str)}
    own = {family.names.get(name, name) for name in canonical} | CORE
    check_keys(fields, own | named | family.reads | set(more))
    check_rope(fields)


def check_keys(fields: Fields, reads: Collection[str]) -> None:
    """Refuse a key that may matter and is not known.

    Raises:
        ValueError: with the name of the key.
    """
    for key, value in fields.data.items():
        if key in reads or key in EVERYWHERE or _harmless(key, value):
            continue
        why = OTHER_MODELS.get(key)
        known = f"`{key}` is set, and {why}" if why else f"`{key}` is not known"
        what = "no formula fits that" if why else "it may change the memory; nothing is guessed"
        raise ValueError(f"`{fields.id}`: {known}: {what}")


def check_rope(fields: Fields) -> None:
    """Refuse a way to stretch positions that is not known.

    Raises:
        ValueError: with the name of the key.
    """
    for key in ("rope_scaling", "rope_parameters"):
        said = fields.inner(key)
        layers = [said.inner(name) for name, v in said.data.items() if isinstance(v, Mapping)]
        for one in layers or [said]:
            kind = one.text("rope_type", one.text("type", "default"))
            if kind not in ROPE_TYPES:
                raise ValueError(
                    f"`{fields.id}`: `{key}.rope_type` is `{kind}`, which is not known"
                )


def _harmless(key: str, value: object) -> bool:
    listed = key in NO_MATTER or key.endswith(NO_MATTER_ENDS) or key.startswith(NO_MATTER_STARTS)
    return not value or listed
