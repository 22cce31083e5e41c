"""Which models fit two cards, and how fast they run there, as sections for people."""

from __future__ import annotations

from collections.abc import Sequence

from planner.report.screen import Column
from planner.report.sections import Section
from planner.report.versus_winners import grouped, rate
from planner.studies.choices import not_sized
from planner.versus.fits import Fit, best
from planner.versus.head_to_head import HeadToHead
from planner.versus.speeds import Speed


def fits_section(found: HeadToHead) -> Section:
    """The standard models on each card."""
    heads = [_head(gpu, own) for gpu, own in zip(found.gpus, found.fits, strict=True)]
    columns = (Column("model"), *(Column(head) for head in heads))
    names = list(dict.fromkeys(f.model for f in found.fits[0]))
    rows = [(name, *(_fit_cell(best(list(own), name)) for own in found.fits)) for name in names]
    text = (
        "The most exact precision that fits with a tenth of the usable memory to spare, else the "
        "most exact that fits at all (`edge`), else the smallest (`no`), with one session of 8,192 "
        "tokens (less where the model reads less): GiB needed, longest context of one session in "
        "thousands of tokens, and sessions of 8,192 tokens (or of what the model reads) that "
        "memory allows, with a 16-bit cache. Usable is what CUDA offers of the reported memory, "
        "less the share that the engine keeps free; error correction that takes memory is off. "
        "fp8 on a card without FP8 units stores weights in 8 bits and computes in 16."
    )
    title = "Which models fit on one card"
    return Section(title, (text,), columns, tuple(rows), _unsized(found))


def _head(gpu: str, own: Sequence[Fit]) -> str:
    usable = [f.usable_gib for f in own if f.usable_gib is not None]
    return f"{gpu}, {max(usable):.1f} GiB usable" if usable else gpu


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
    return f"{fit.word:<4} {fit.way} {fit.needed_gib:,.1f} GiB{room}"


def tunings_section(found: HeadToHead) -> Section:
    """Fine-tuning on each card."""
    columns = (Column("model"), Column("method"), *(Column(gpu) for gpu in found.gpus))
    rows = [
        (one.model, one.way, *(_tuning_cell(f) for f in (one, other)))
        for one, other in zip(*found.tunings, strict=True)
    ]
    text = "Sequences of 2,048 tokens, one at a time, with recomputed activations and AdamW."
    title = "Which models can be tuned on one card"
    return Section(title, (text,), columns, tuple(rows), _unsized(found))


def _tuning_cell(fit: Fit) -> str:
    if fit.word == "not sized":
        return fit.word
    if fit.needed_gib is None:
        return f"{fit.word}: {fit.text}"
    return f"{fit.word}: {fit.needed_gib:,.1f} of {fit.usable_gib:,.1f} GiB"


def speeds_section(found: HeadToHead) -> Section:
    """Throughput of each workload on each card."""
    columns = (
        Column("workload"), Column("unit"), *(Column(gpu) for gpu in found.gpus),
        Column("second to first", right=True),
    )  # fmt: skip
    rows = [
        (one.workload, one.unit or other.unit, _speed(one), _speed(other), _ratio(one, other))
        for one, other in zip(*found.speeds, strict=True)
    ]
    known = sorted({s.label for own in found.speeds for s in own if s.cards is not None})
    text = (
        "Fewest cards that carry the demand, whatever host takes them, and the rate of one replica "
        f"at full speed with the range in which it lies.{_how_known(known)} The last column sets "
        "the rates of one card against each other where both run it alike, in one precision and as "
        "many together, each with as many sessions as it holds; what one session alone gains at "
        "most is told with the costs below."
    )
    refused = [
        (s.workload, s.gpu, f"not sized: {s.text}" if not s.sized else s.text)
        for own in found.speeds
        for s in own
        if s.cards is None
    ]
    return Section("How fast", (text,), columns, tuple(rows), grouped(refused))


def _how_known(labels: Sequence[str]) -> str:
    return f" Speeds are {' or '.join(labels)}." if labels else ""


def _speed(speed: Speed) -> str:
    if not speed.sized:
        return "not sized"
    if speed.cards is None or speed.rate is None or speed.low is None or speed.high is None:
        return "does not run"
    group = f" ({speed.group} together)" if speed.group > 1 else ""
    low, middle, high = (rate(v) for v in (speed.low, speed.rate, speed.high))
    sessions = ""
    if speed.sessions is not None and speed.each is not None:
        many = "s" if speed.sessions > 1 else ""
        sessions = f"; {speed.sessions} session{many} at {speed.each:,.0f} each"
    return f"{speed.cards} x{group} {speed.precision} {middle} ({low} to {high}){sessions}"


def _ratio(one: Speed, other: Speed) -> str:
    if one.rate is None or other.rate is None:
        return ""
    if (one.precision, one.group) != (other.precision, other.group):
        return "not alike"
    return f"{(other.rate / other.group) / (one.rate / one.group):.2f}x"
