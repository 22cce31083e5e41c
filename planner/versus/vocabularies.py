"""Why fine-tuning a smaller model may need more memory than a larger one: its vocabulary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from planner.catalog.catalog import Catalog
from planner.sizing.training_memory import LOGIT_BYTES, UPCAST
from planner.units import GIB
from planner.versus.fits import SEQUENCE, Fit


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the vocabulary of a model takes while it is tuned.

    Attributes:
        model: id of the model.
        way: method of fine-tuning.
        needed_gib: memory of the whole run.
        entries: of the vocabulary.
        logits_gib: logits of one sequence with their gradient.
        ends_gib: embeddings and output layer in 32 bits, as QLoRA holds them; else 0.
    """

    model: str
    way: str
    needed_gib: float
    entries: int
    logits_gib: float
    ends_gib: float


def larger_for_less(
    catalog: Catalog, tunings: Sequence[Fit]
) -> Iterator[tuple[Vocabulary, Vocabulary]]:
    """Smaller and larger model, where the smaller needs more memory and has more entries."""
    for one, other in permutations(tunings, 2):
        if one.way != other.way or one.needed_gib is None or other.needed_gib is None:
            continue
        fewer = catalog.models[one.model].parameters < catalog.models[other.model].parameters
        small, large = _of(catalog, one), _of(catalog, other)
        if fewer and one.needed_gib > other.needed_gib and small.entries > large.entries:
            yield small, large


def _of(catalog: Catalog, fit: Fit) -> Vocabulary:
    t = catalog.models[fit.model].transformer
    assert t is not None
    assert fit.needed_gib is not None
    ends = t.embedding_parameters + t.lm_head_parameters if fit.way == "qlora" else 0
    return Vocabulary(
        fit.model, fit.way, fit.needed_gib, t.vocabulary,
        SEQUENCE * t.vocabulary * LOGIT_BYTES / GIB, float(UPCAST * ends) / GIB,
    )  # fmt: skip
