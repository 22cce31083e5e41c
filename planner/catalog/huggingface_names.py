"""Which model of the catalogue a name on the Hugging Face hub stands for, and in which precision.

Quantised checkpoints carry the precision at the end of their name, and the model before it:
``Qwen2.5-32B-Instruct-AWQ``, ``Meta-Llama-3.1-8B-Instruct-quantized.w4a16``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from planner.catalog.architecture import ModelEntry

_SUFFIX = re.compile(
    r"[-_.](?:(?P<awq>awq(?:[-_](?:int4|4bit|w4a16))?)|(?P<gptq>gptq(?:[-_](?:int4|4bit|w4a16))?"
    r"|(?:quantized\.)?w4a16(?:-g128)?)|(?P<fp8>fp8(?:[-_](?:dynamic|kv|block))?)"
    r"|(?P<int8>int8|(?:quantized\.)?w8a8|gptq-int8)|(?P<nvfp4>nvfp4|fp4)"
    r"|(?P<nf4>(?:bnb|unsloth-bnb)-4bit))$"
)
_PRECISIONS = {
    "awq": "awq-int4",
    "gptq": "gptq-int4",
    "fp8": "fp8",
    "int8": "int8",
    "nvfp4": "nvfp4",
    "nf4": "nf4",
}


@dataclass(frozen=True, slots=True)
class Named:
    """What a name stands for.

    Attributes:
        model: the model.
        precision: precision that the name tells; None where it tells none.
    """

    model: ModelEntry
    precision: str | None


def named(reference: str, models: Mapping[str, ModelEntry]) -> Named | None:
    """The model of a name on the hub, of a checkpoint made of it, or of an id of the catalogue."""
    known = _known(models)
    whole = reference.strip("/").lower()
    if whole in known:
        return Named(known[whole], None)
    tails = {_plain(name): entry for name, entry in known.items()}
    tail, precision = _plain(whole), precision_of_name(whole)
    while tail not in tails and (match := _SUFFIX.search(tail)):
        tail = tail[: match.start()]
    return Named(tails[tail], precision) if tail in tails else None


def precision_of_name(reference: str) -> str | None:
    """The precision at the end of a name, as planner calls it; None where there is none."""
    match = _SUFFIX.search(reference.strip("/").lower())
    if match is None:
        return None
    return next(_PRECISIONS[kind] for kind, text in match.groupdict().items() if text)


def names(models: Mapping[str, ModelEntry]) -> list[str]:
    """Every name that is known, for hints."""
    return [name for entry in models.values() for name in _names(entry)]


def _known(models: Mapping[str, ModelEntry]) -> dict[str, ModelEntry]:
    known = {name.lower(): entry for entry in models.values() for name in _names(entry)}
    return known | {key.lower(): entry for key, entry in models.items()}


def _names(entry: ModelEntry) -> tuple[str, ...]:
    return () if entry.huggingface is None else entry.huggingface.value


def _plain(name: str) -> str:
    """The name without its owner, and without the `Meta-` of old names."""
    return name.rpartition("/")[2].removeprefix("meta-")
