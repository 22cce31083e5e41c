"""What the files of weights beside a ``config.json`` say: bytes, names and types of the tensors.

Source: the safetensors format (eight bytes of length, then a JSON header with the type, the shape
and the place of each tensor), and ``metadata.total_size`` of ``model.safetensors.index.json``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planner.catalog.architecture import ModelEntry

TOLERANCE = 0.01
"""How far bytes may be from parameters x bytes of each, where nothing is quantised."""
WIDTHS = {"float32": 4, "float16": 2, "bfloat16": 2}
_LEAST, _MOST = 0.3, 2.2
"""Bytes of a parameter of a quantised model, scales and layers in 16 bits included."""
_LAYER = re.compile(r"(?:^|\.)layers\.(\d+)\.")
_OF_A_TOWER = ("vision", "visual", "encoder", "audio")


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor of a header.

    Attributes:
        dtype: its type as safetensors names it, for example ``BF16``.
        size: its bytes.
    """

    dtype: str
    size: int


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of the weights in the files.

    Attributes:
        total: bytes of all tensors.
        names: names of all tensors.
        tensors: type and bytes of each, where headers could be read; else empty.
    """

    total: int
    names: frozenset[str]
    tensors: Mapping[str, Tensor]


def of_index(index: Mapping[str, object]) -> Stored:
    """What an index says.

    Raises:
        ValueError: if it has no ``metadata.total_size`` or no ``weight_map``.
    """
    metadata, places = index.get("metadata"), index.get("weight_map")
    total = metadata.get("total_size") if isinstance(metadata, Mapping) else None
    if isinstance(total, float) and total.is_integer():
        total = int(total)
    if type(total) is not int or total <= 0:
        raise ValueError("it has no `metadata.total_size`")
    if not isinstance(places, Mapping):
        raise ValueError("it has no `weight_map`")
    return Stored(total, frozenset(map(str, places)), {})


def of_headers(headers: Iterable[Mapping[str, object]]) -> Stored:
    """What the headers of all files together say.

    Raises:
        ValueError: if a tensor has no type or no place.
    """
    tensors: dict[str, Tensor] = {}
    for header in headers:
        for name, said in header.items():
            if name != "__metadata__":
                tensors[name] = _tensor(name, said)
    return Stored(sum(t.size for t in tensors.values()), frozenset(tensors), tensors)


def _tensor(name: str, said: object) -> Tensor:
    dtype = said.get("dtype") if isinstance(said, Mapping) else None
    place = said.get("data_offsets") if isinstance(said, Mapping) else None
    if not isinstance(dtype, str) or not isinstance(place, list) or len(place) != 2:
        raise ValueError(f"tensor `{name}` has no `dtype` or no `data_offsets`")
    first, end = place
    if type(first) is not int or type(end) is not int or end < first:
        raise ValueError(f"`data_offsets` of tensor `{name}` are {place!r}")
    return Tensor(dtype, end - first)


def weighed(model: ModelEntry, stored: Stored, dtype: str) -> ModelEntry:
    """The model with the bytes of its files.

    Layers beyond those of the configuration predict further tokens; engines leave them out. Where
    headers say how large they are they do not count, else the bytes stay unknown.

    Args:
        model: the model, counted from its configuration.
        stored: what its files say.
        dtype: type of its weights as its configuration names it, for example ``bfloat16``.

    Raises:
        ValueError: if the files hold another model.
    """
    t = model.transformer
    assert t is not None
    further = {name for name in stored.names if _layer(name) >= t.layers}
    if further and not stored.tensors:
        return model
    total = stored.total - sum(stored.tensors[name].size for name in further)
    kept = t.native_precision == "bf16"
    types = {tensor.dtype for tensor in stored.tensors.values()}
    width = 4 if types == {"F32"} else 2 if types & {"F16", "BF16"} else WIDTHS.get(dtype, 2)
    least, most = (width - TOLERANCE, width + TOLERANCE) if kept else (_LEAST, _MOST)
    each = total / model.parameters
    if not least <= each <= most:
        raise ValueError(
            f"its files hold {total:,} bytes, {each:.3g} for each of the {model.parameters:,} "
            f"parameters of config.json; {least:.4g} to {most:.4g} are possible"
        )
    if kept and width != 2:
        return model
    exactly = t.model_copy(update={"published_bytes": total})
    return model.model_copy(update={"transformer": exactly})


def _layer(name: str) -> int:
    """Number of the layer of the language model that a tensor belongs to, or -1."""
    found = _LAYER.search(name)
    tower = any(part in name for part in _OF_A_TOWER)
    return int(found[1]) if found and not tower else -1
