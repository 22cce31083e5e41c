"""Which configurations of models can be read, as Markdown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from planner.catalog.huggingface import ENCODERS, SUPPORTED
from planner.catalog.huggingface_keys import NO_MATTER, NO_MATTER_ENDS, OTHER_MODELS, REFUSED
from planner.catalog.huggingface_vision import WRAPPERS
from planner.catalog.huggingface_windows import FULL, WINDOWED


def supported_models() -> str:
    """Every ``model_type`` that can be read, and those that are refused, with the reason."""
    text = [t for t in SUPPORTED if t not in (*WRAPPERS, *ENCODERS, "whisper")]
    why: dict[str, list[str]] = defaultdict(list)
    for kind, reason in REFUSED.items():
        why[reason].append(kind)
    rows = [f"| {_names(kinds)} | {reason} |" for reason, kinds in why.items()]
    return "\n\n".join(
        [
            f"- Language models: {_names(text)}.\n"
            f"- Language models that also see: {_names(WRAPPERS)}.\n"
            f"- Encoders and rerankers: {_names(ENCODERS)}.\n"
            "- Speech: `whisper` (its memory; no formula gives its speed).",
            "These are refused, because no formula of the program fits them:",
            "\n".join(["| `model_type` | why |", "|---|---|", *rows]),
        ]
    )


def model_keys() -> str:
    """Keys that are known not to matter, and those that name another kind of model."""
    others = [f"| `{key}` | {why} |" for key, why in OTHER_MODELS.items()]
    kinds = _names((FULL[0], *WINDOWED[:2]))
    return "\n\n".join(
        [
            f"Layers may be of the kinds {kinds}.",
            "These keys are refused with their reason wherever they are switched on:",
            "\n".join(["| key | why |", "|---|---|", *others]),
            "These keys change neither the memory nor the count of the weights, whatever they say: "
            f"{_names(sorted(NO_MATTER))}, and all that end in {_names(NO_MATTER_ENDS)}.",
        ]
    )


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
