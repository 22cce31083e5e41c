"""Parameters of the towers that see, and of what joins them to the language model."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from planner.catalog.huggingface_fields import Fields
from planner.catalog.huggingface_keys import check_keys

SIGLIP_KEYS = frozenset(
    {"hidden_size", "intermediate_size", "num_hidden_layers", "patch_size", "image_size",
     "num_attention_heads", "num_channels", "vision_use_head"}
)  # fmt: skip
PIXTRAL_KEYS = SIGLIP_KEYS | {"head_dim"}
LLAMA4_KEYS = SIGLIP_KEYS | {
    "pixel_shuffle_ratio", "projector_input_dim", "projector_output_dim", "vision_output_dim",
    "vision_feature_layer", "vision_feature_select_strategy",
}  # fmt: skip
QWEN_KEYS = frozenset(
    {"depth", "hidden_size", "intermediate_size", "num_heads", "in_channels", "in_chans",
     "out_hidden_size", "patch_size", "spatial_patch_size", "spatial_merge_size",
     "temporal_patch_size", "window_size", "fullatt_block_indexes", "tokens_per_second",
     "num_position_embeddings", "deepstack_visual_indexes"}
)  # fmt: skip


def siglip_parameters(fields: Fields, hidden: int) -> int:
    """A SigLIP tower and Gemma-3's projector; where a field is missing, those of so400m.

    Args:
        fields: the configuration of the model; without a tower it is a text-only model.
        hidden: width of the language model.
    """
    vision = fields.inner("vision_config")
    if not vision.data:
        return 0
    check_keys(vision, SIGLIP_KEYS)
    width, inner = vision.size("hidden_size", 1152), vision.size("intermediate_size", 4304)
    layers, patch = vision.size("num_hidden_layers", 27), vision.size("patch_size", 14)
    side = vision.size("image_size", 896) // patch
    embeddings = 3 * patch * patch * width + width + side * side * width
    attention = 4 * (width * width + width)
    layer = attention + 2 * width * inner + inner + width + 4 * width
    projector = width * hidden + width
    return embeddings + layers * layer + 2 * width + projector


def pixtral_parameters(fields: Fields, hidden: int) -> int:
    """A Pixtral tower and the projector of Mistral 3."""
    vision = _tower(fields, PIXTRAL_KEYS)
    width, inner = vision.size("hidden_size"), vision.size("intermediate_size")
    patch, merged = vision.size("patch_size"), fields.size("spatial_merge_size", 2) ** 2
    layer = 4 * width * width + 3 * width * inner + 2 * width
    tower = 3 * patch * patch * width + width + vision.size("num_hidden_layers") * layer
    biases = 2 * hidden if fields.flag("multimodal_projector_bias", False) else 0
    projector = width + merged * width * width + width * hidden + hidden * hidden + biases
    return tower + projector


def llama4_parameters(fields: Fields, hidden: int) -> int:
    """The tower of Llama 4, its adapter and its projector."""
    vision = _tower(fields, LLAMA4_KEYS)
    width, inner = vision.size("hidden_size"), vision.size("intermediate_size")
    patch = vision.size("patch_size")
    places = (vision.size("image_size") // patch) ** 2 + 1
    ends = 3 * patch * patch * width + width + places * width + 4 * width
    layer = 4 * (width * width + width) + 2 * width * inner + inner + width + 4 * width
    into, out = vision.size("projector_input_dim"), vision.size("projector_output_dim")
    adapter = inner * into + out * out
    projector = vision.size("vision_output_dim") * hidden
    return ends + vision.size("num_hidden_layers") * layer + adapter + projector


def qwen25_parameters(fields: Fields, hidden: int) -> int:
    """The tower of Qwen 2.5 VL and its merger."""
    vision = _tower(fields, QWEN_KEYS)
    width, inner = vision.size("hidden_size"), vision.size("intermediate_size", 3420)
    layer = 4 * (width * width + width) + 3 * width * inner + 2 * inner + width + 2 * width
    merger = width + _merger(vision, width, hidden)
    return _patches(vision, width) + vision.size("depth") * layer + merger


def qwen3_parameters(fields: Fields, hidden: int) -> int:
    """The tower of Qwen 3 VL, its merger and those of the layers that are stacked deep."""
    vision = _tower(fields, QWEN_KEYS)
    width, inner = vision.size("hidden_size"), vision.size("intermediate_size")
    deep = len(vision.numbers("deepstack_visual_indexes") or ())
    layer = 4 * (width * width + width) + 2 * width * inner + inner + width + 4 * width
    merger = _merger(vision, width, hidden)
    mergers = 2 * width + merger + deep * (2 * _merged(vision) * width + merger)
    places = vision.size("num_position_embeddings") * width
    return _patches(vision, width) + width + places + vision.size("depth") * layer + mergers


def _patches(vision: Fields, width: int) -> int:
    """A convolution over patches of some frames."""
    patch, frames = vision.size("patch_size"), vision.size("temporal_patch_size", 2)
    channels = vision.size("in_channels", vision.size("in_chans", 3))
    return channels * frames * patch * patch * width


def _merged(vision: Fields) -> int:
    return vision.size("spatial_merge_size", 2) ** 2


def _merger(vision: Fields, width: int, hidden: int) -> int:
    """Two dense layers over the patches of a square."""
    wide, out = _merged(vision) * width, vision.size("out_hidden_size", hidden)
    return wide * wide + wide + wide * out + out


def _tower(fields: Fields, keys: frozenset[str]) -> Fields:
    """The configuration of a tower.

    Raises:
        ValueError: if there is none, or if a key of it is not known.
    """
    vision = fields.inner("vision_config")
    if not vision.data:
        raise ValueError(f"`{fields.id}`: config.json has no `vision_config`")
    check_keys(vision, keys)
    return vision


WRAPPERS: Mapping[str, tuple[str, Callable[[Fields, int], int]]] = {
    "gemma3": ("gemma3_text", siglip_parameters),
    "mistral3": ("mistral", pixtral_parameters),
    "llama4": ("llama4_text", llama4_parameters),
    "qwen2_5_vl": ("qwen2", qwen25_parameters),
    "qwen3_vl": ("qwen3", qwen3_parameters),
    "qwen3_vl_moe": ("qwen3_moe", qwen3_parameters),
}
"""Models that also see: the family of their language model, and how their tower is counted."""
WRAPPER_KEYS = frozenset(
    {"text_config", "vision_config", "tie_word_embeddings", "spatial_merge_size",
     "multimodal_projector_bias", "projector_hidden_act", "vision_feature_layer"}
)  # fmt: skip
"""Keys beside the two configurations."""
