"""Which layers of a model attend to a window only, and how wide it is.

A layer that attends within chunks (Llama 4) holds no more than a chunk, so it counts as a layer
with a window of that width.
"""

from __future__ import annotations

from planner.catalog.huggingface_families import Family
from planner.catalog.huggingface_fields import Fields

FULL = ("full_attention", "attention", "global")
WINDOWED = ("sliding_attention", "chunked_attention", "local")
"""Values of ``layer_types`` whose cache is known."""


def windowed_layers(fields: Fields, family: Family) -> tuple[int, int | None]:
    """Layers with a window, and the window; (0, None) where it never closes.

    Raises:
        ValueError: if a layer is of a kind whose cache is not known.
    """
    listed = listed_kinds(fields)
    layers, window = fields.size("num_hidden_layers"), fields.count("sliding_window")
    switched_off = not fields.flag("use_sliding_window", family.slides or bool(listed))
    if switched_off or window == 0 or window >= fields.size("max_position_embeddings"):
        return 0, None
    sliding = _by_pattern(fields, family, layers) if listed is None else listed
    return (sliding, window) if sliding else (0, None)


def listed_kinds(fields: Fields) -> int | None:
    """Layers with a window as ``layer_types`` lists them, or None where it does not.

    Raises:
        ValueError: if the list is not as long as there are layers, or names an unknown kind.
    """
    kinds, layers = fields.texts("layer_types"), fields.size("num_hidden_layers")
    for kind in kinds:
        if kind not in FULL + WINDOWED:
            known = ", ".join((FULL[0], *WINDOWED[:2]))
            text = f"`layer_types` has `{kind}`, whose cache is not known; known are {known}"
            raise ValueError(f"`{fields.id}`: {text}")
    if not kinds:
        return None
    if len(kinds) != layers:
        text = f"`layer_types` lists {len(kinds)} layers, `num_hidden_layers` says {layers}"
        raise ValueError(f"`{fields.id}`: {text}")
    return sum(kind in WINDOWED for kind in kinds)


def _by_pattern(fields: Fields, family: Family, layers: int) -> int:
    """Layers with a window as the family has them, where no list says."""
    if family.full_every and (rotary := fields.numbers("no_rope_layers")):
        return sum(map(bool, rotary))
    every = fields.count("sliding_window_pattern") or family.full_every
    if every:
        return layers - layers // every
    return max(0, layers - fields.count("max_window_layers"))
