"""What a model is made of, as far as memory and speed depend on it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from planner.catalog.facts import AsOf, Entry, Fact, Id, Number, SourceId

Size = Annotated[int, Field(gt=0)]
MaybeZero = Annotated[int, Field(ge=0)]


NativePrecision = Literal["bf16", "fp8", "mxfp4", "int8", "awq-int4", "gptq-int4", "nf4", "nvfp4"]


class GroupedAttention(Entry):
    """Multi-head or grouped-query attention, possibly with sliding-window layers."""

    kind: Literal["gqa"] = "gqa"
    """Keys and values are cached for every key-value head."""
    heads: Size
    """Query heads."""
    kv_heads: Size
    """Key-value heads; equal to `heads` for plain multi-head attention."""
    head_dim: Size
    """Width of one head."""
    sliding_layers: MaybeZero = 0
    """Layers that attend to a window, or a chunk, only."""
    window: Size | None = None
    """Window or chunk of those layers, tokens; where texts are read both ways, half of it."""
    linear_layers: Size | None = None
    """Layers of linear attention (Mamba, delta rule), which keep a state instead of a cache."""
    linear_state_bytes: Size | None = None
    """Bytes of that state in one layer, for one sequence, all heads together."""


class LatentAttention(Entry):
    """Multi-head latent attention: one compressed vector is cached for all heads."""

    kind: Literal["mla"]
    """Keys and values are cached as one latent vector."""
    heads: Size
    """Query heads."""
    kv_lora_rank: Size
    """Width of the latent vector."""
    qk_rope_head_dim: Size
    """Width of the rotary part that is cached beside it."""
    q_lora_rank: MaybeZero = 0
    """Width of the compressed query; 0 where queries are not compressed."""
    qk_nope_head_dim: Size = 128
    """Width of the part of a query head without position; 128 in all published models."""
    v_head_dim: Size = 128
    """Width of a value head; 128 in all published models."""


class Experts(Entry):
    """A mixture of experts."""

    routed: Size
    """Experts in a layer that tokens are routed to."""
    per_token: Size
    """Experts that one token visits."""
    shared: MaybeZero = 0
    """Experts in a layer that every token visits."""
    intermediate_size: Size
    """Width of one expert."""
    first_dense_layers: MaybeZero = 0
    """Layers without experts; they lead in most models."""
    parameters: Size
    """Parameters of all routed experts together."""


class ModelEntry(Entry):
    """Base facts of every model; all figures come from `source` unless a note says otherwise."""

    id: Id
    """Name used in scenarios."""
    name: str
    """Name used by the makers."""
    huggingface: Fact[tuple[str, ...]] | None = None
    """Names of its weights on the Hugging Face hub, the one to serve first."""
    kind: Literal["decoder", "encoder", "reranker", "diffusion", "asr"]
    """What it does."""
    licence: str
    """Licence of the weights."""
    source: SourceId
    """Id of the source of the dimensions."""
    as_of: AsOf
    """Date of the source."""
    verified_by: str | None = None
    """How the number of parameters was checked."""
    parameters: Size
    """All parameters that are held in memory."""
    note: str | None = None
    """Anything a reader must know."""
    transformer: Transformer | None = None
    """Dimensions of a decoder, an encoder or a reranker."""
    diffusion: Diffusion | None = None
    """Parts of an image model."""


class Transformer(Entry):
    """Dimensions of a transformer that reads or writes text."""

    active_parameters: Size
    """Parameters that one token passes through."""
    embedding_parameters: MaybeZero
    """Parameters of the input embedding."""
    lm_head_parameters: MaybeZero
    """Parameters of the output layer; 0 where it is tied to the embedding."""
    vision_parameters: MaybeZero = 0
    """Parameters of a vision tower and its projector."""
    layers: Size
    """Layers."""
    hidden_size: Size
    """Width of the residual stream."""
    intermediate_size: Size
    """Width of a dense feed-forward layer."""
    vocabulary: Size
    """Tokens in the vocabulary."""
    attention: Annotated[GroupedAttention | LatentAttention, Field(discriminator="kind")]
    """How a token attends to others."""
    experts: Experts | None = None
    """Experts, for a mixture."""
    max_context_tokens: Size
    """Longest context."""
    encoder_layers: Size | None = None
    """Of the layers, those of an encoder before a decoder, as in speech recognition."""
    encoder_positions: Size | None = None
    """Positions that such an encoder hands to the decoder."""
    rotary_positions: Size | None = None
    """Positions of all tables of rotary angles, where they are more than the longest context: with
    linear scaling a table has its factor times as many, and layers with a window have their own."""
    native_precision: NativePrecision = "bf16"
    """Precision in which the weights are published."""
    published_bytes: Size | None = None
    """Bytes of the published weights, counted in their files; a formula gives them if absent."""


class Diffusion(Entry):
    """Parts of an image model and the cost of a step."""

    denoiser_parameters: Size
    """Parameters of the transformer or U-Net that is called at every step."""
    text_encoder_parameters: Size
    """Parameters of all text encoders."""
    largest_text_encoder_parameters: Size | None = None
    """Parameters of the largest of them, where there are several."""
    vae_parameters: Size
    """Parameters of the image decoder."""
    flop_per_step_1024: Number
    """Operations of one call of the denoiser for one image of 1024 x 1024."""
    flop_decode_1024: Number
    """Operations of the image decoder for one image of 1024 x 1024."""
    activation_gib_1024: Number
    """Memory above the weights for one image of 1024 x 1024, at its most."""
    denoiser_activation_gib_1024: Number | None = None
    """The same while the denoiser runs, where decoding takes more."""
    guidance_calls: Size
    """Calls of the denoiser for one step: 2 with classifier-free guidance, 1 without."""
    default_steps: Size
    """Steps that the makers advise."""


ModelEntry.model_rebuild()
