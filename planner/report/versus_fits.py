"""Which models fit two cards, and which can be tuned there, as sections for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.report.screen import Column
from planner.report.sections import Section
from planner.scenario.workloads import FinetuneWorkload
from planner.studies.choices import not_sized
from planner.versus.fits import SEQUENCE, Fit, best
from planner.versus.head_to_head import HeadToHead
from planner.versus.vocabularies import larger_for_less

_ECC = "! marks what does not fit with ECC on"


def fits_section(found: HeadToHead) -> Section:
    """The standard models on each card."""
    heads = [_head(gpu, own) for gpu, own in zip(found.gpus, found.fits, strict=True)]
    columns = (Column("model"), *(Column(head) for head in heads))
    names = list(dict.fromkeys(f.model for f in found.fits[0]))
    cells = [(name, *(_fit_cell(best(list(own), name)) for own in found.fits)) for name in names]
    rows = (*_with_ecc(found), *cells)
    text = (
        "The most exact precision that fits with a tenth of the usable memory to spare, else the "
        "most exact that fits at all (`edge`), else the smallest (`no`), with one session of 8,192 "
        "tokens (less where the model reads less): GiB needed, longest context of one session in "
        "thousands of tokens, and sessions of 8,192 tokens (or of what the model reads) that "
        "memory allows, with a 16-bit cache. Usable is what CUDA offers of the reported memory, "
        "less the share that the engine keeps free, with error correction (ECC) off where it takes "
        f"memory; {_ECC}. "
        "fp8 on a card without FP8 units stores weights in 8 bits and computes in 16."
    )
    title = "Which models fit on one card"
    return Section(title, (text,), columns, rows, _unsized(found))


def _with_ecc(found: HeadToHead) -> Iterator[tuple[str, ...]]:
    """Memory with error correction on, where it takes some of either card."""
    ends = [(_most(own, "usable_gib"), _most(own, "with_ecc_gib")) for own in found.fits]
    if any(corrected is not None and corrected != plain for plain, corrected in ends):
        words = ("no ECC" if end is None else f"{end:.1f} GiB usable" for _, end in ends)
        yield ("with ECC on", *words)


def _most(own: Sequence[Fit], name: str) -> float | None:
    return max((v for f in own if (v := getattr(f, name)) is not None), default=None)


def _head(gpu: str, own: Sequence[Fit]) -> str:
    usable = _most(own, "usable_gib")
    return gpu if usable is None else f"{gpu}, {usable:.1f} GiB usable"


def _unsized(found: HeadToHead) -> tuple[str, ...]:
    """Cards of which sizing knows nothing, with the reason."""
    reasons = {gpu: not_sized(found.inputs.catalog.gpu(gpu)) for gpu in found.gpus}
    return tuple(f"{gpu} is not sized: {why}." for gpu, why in reasons.items() if why)


def _fit_cell(fit: Fit) -> str:
    if fit.word == "not sized":
        return fit.word
    if fit.needed_gib is None:
        return f"{fit.word}: {fit.text}"
    room = ""
    if fit.word != "no" and fit.longest_context and fit.sessions:
        many = "s" if fit.sessions > 1 else ""
        room = f", {fit.longest_context / 1024:,.0f}k, {fit.sessions} session{many}"
    return f"{fit.word:<4} {fit.way} {fit.needed_gib:,.1f} GiB{room}{_mark(fit)}"


def _mark(fit: Fit) -> str:
    return " !" if fit.needs_ecc_off else ""


def tunings_section(found: HeadToHead) -> Section:
    """Fine-tuning on each card."""
    columns = (Column("model"), Column("method"), *(Column(gpu) for gpu in found.gpus))
    rows = [
        (one.model, one.way, *(_tuning_cell(f) for f in (one, other)))
        for one, other in zip(*found.tunings, strict=True)
    ]
    text = (
        f"Sequences of {SEQUENCE:,} tokens, one at a time, with recomputed activations, LoRA of "
        f"rank {FinetuneWorkload.model_fields['lora_rank'].default}, and AdamW with 32-bit states "
        f"where no other is named; {_ECC}."
    )
    notes = (*_unsized(found), *_vocabularies(found))
    title = "Which models can be tuned on one card"
    return Section(title, (text,), columns, tuple(rows), notes)


def _vocabularies(found: HeadToHead) -> Iterator[str]:
    """Why a smaller model needs more memory than a larger one."""
    for small, large in larger_for_less(found.inputs.catalog, found.tunings[0]):
        ends = ""
        if small.ends_gib:
            ends = (
                f", embeddings and output layer in 32 bits {small.ends_gib:.1f} against "
                f"{large.ends_gib:.1f} GiB"
            )
        yield (
            f"{small.model} needs more than {large.model} with {small.way} "
            f"({small.needed_gib:,.1f} against {large.needed_gib:,.1f} GiB) because its vocabulary "
            f"has {small.entries:,} entries against {large.entries:,}: logits take "
            f"{small.logits_gib:.1f} against {large.logits_gib:.1f} GiB{ends}."
        )


def _tuning_cell(fit: Fit) -> str:
    if fit.word == "not sized":
        return fit.word
    if fit.needed_gib is None:
        return f"{fit.word}: {fit.text}"
    return f"{fit.word}: {fit.needed_gib:,.1f} of {fit.usable_gib:,.1f} GiB{_mark(fit)}"
