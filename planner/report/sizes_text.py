"""Sizes for people: one line a card, or everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from planner.errors import printable
from planner.report.details import Detail
from planner.report.details_text import answer_text
from planner.report.ranges import money, ranged, seconds_of
from planner.report.screen import Column, Screen, Table
from planner.report.sizes import Sizes, Way
from planner.scenario.demand import (
    by_classes,
    mean_input_tokens,
    mean_output_tokens,
    tokens_per_s,
)
from planner.scenario.ownership import YEARS
from planner.scenario.workloads import (
    AnyWorkload,
    EmbeddingWorkload,
    FinetuneWorkload,
    FixedWorkload,
    ImageWorkload,
    InferenceWorkload,
)
from planner.sizing.breakdown import Breakdown
from planner.sizing.option import Label, Refusal
from planner.units import gib

MILLION = 1e6
_CHEAP = {"inference": "M", "embedding": "M", "image": "1,000", "finetune": "M", "fixed": "M"}
"""What a cost is told for at the head of its column: a million tokens, a thousand images."""
_PIECES = ("weights", "cache of keys and values", "activations", "engine")


def text_of(sizes: Iterable[Sizes], screen: Screen, *, everything: bool = False) -> str:
    """Sizes of some workloads, one below the other."""
    return "\n\n".join(_one(s, screen, everything=everything) for s in sizes) + "\n"


def _one(sizes: Sizes, screen: Screen, *, everything: bool) -> str:
    body = _all_of(sizes, screen) if everything else _best_of(sizes, screen)
    notes = [screen.dim(screen.wrapped(n)) for n in _notes(sizes, everything=everything)]
    return "\n\n".join([screen.bold(screen.wrapped(_title(sizes))), *body, "\n".join(notes)])


def _title(sizes: Sizes) -> str:
    workload = sizes.workload
    what = printable(sizes.model) if sizes.model else "needs as stated"
    named = "" if workload.name == "size" else f"{workload.name}: "
    return f"{named}{what}, {_wanted(workload, sizes.need)}"


def _wanted(workload: AnyWorkload, need: float | None) -> str:
    """What a replica must do, in words."""
    match workload:
        case InferenceWorkload():
            asked = "" if need is None else f"{_asked(workload, need)} "
            return (
                f"inference: {asked}{workload.context_tokens:,} tokens of context, "
                f"cache in {workload.kv_cache}"
            )
        case EmbeddingWorkload():
            asked = "" if need is None else f"{need:,.0f} tokens/s in "
            return f"embedding: {asked}texts of {workload.input_tokens:,} tokens"
        case ImageWorkload():
            asked = "" if need is None else f"{need:,.0f} images/hour of "
            return f"images: {asked}{workload.width} x {workload.height} pixels"
        case FinetuneWorkload():
            asked = "" if need is None else f"{need / MILLION:,.0f} million tokens/month in "
            return (
                f"fine-tuning ({_method(workload)}): {asked}"
                f"sequences of {workload.sequence_tokens:,} tokens, "
                f"{workload.batch_sequences:,} in a batch"
            )
        case FixedWorkload():
            return f"fixed: {need or 1:,.0f} of them at a time"


def _method(workload: FinetuneWorkload) -> str:
    """How it is trained: `lora of rank 16, adamw`."""
    rank = "" if workload.method == "full" else f" of rank {workload.lora_rank}"
    return f"{workload.method}{rank}, {workload.optimizer}"


def _asked(workload: InferenceWorkload, need: float) -> str:
    if by_classes(workload):
        return f"{need:,g} requests/s with up to"
    return "1 session of" if need == 1 else f"{need:,.0f} sessions of"


def _best_of(sizes: Sizes, screen: Screen) -> Iterator[str]:
    best = sizes.best()
    if best:
        yield screen.table(_best_table(sizes, best))
    for answer in sizes.answers:
        yield answer_text(answer, screen, sizes.prices.currency)
    refused = [] if sizes.answers else sizes.hopeless()
    if refused:
        head = "Refused" if best else "No card runs it"
        yield "\n".join([screen.bold(head), *_refused(refused, screen)])


def _best_table(sizes: Sizes, best: Sequence[Way]) -> Table:
    several = any(way.replicas > 1 for way in best)
    columns = [
        Column("cards"),
        Column("precision"),
        Column("fit"),
        Column("W", right=True, optional=True),
        Column("longest", right=True, optional=True),
        Column("replicas", right=True, optional=True),
        *_load_columns(sizes),
        Column(sizes.prices.currency, right=True),
        Column(f"{sizes.prices.currency}/{_CHEAP[sizes.workload.task]}", right=True),
    ]
    rows = [
        [
            f"{way.cards} x {way.found.gpu}",
            way.found.precision,
            _of(sizes, way, lambda d: d.budget.fit.value),
            _watts(sizes, way),
            _of(sizes, way, _longest),
            f"{way.replicas}" if several else "",
            *_load(way.found, way.replicas),
            _price(sizes, way),
            _of(sizes, way, _cost),
        ]
        for way in best
    ]
    return Table.of(columns, rows)


def _of(sizes: Sizes, way: Way, figure: Callable[[Detail], str]) -> str:
    """A figure of a way in depth; nothing where it was not looked at so."""
    detail = sizes.detail(way)
    return "" if detail is None else figure(detail)


def _watts(sizes: Sizes, way: Way) -> str:
    """Power of all its cards at work."""
    detail = sizes.detail(way)
    return "" if detail is None else f"{detail.busy_w * way.replicas:,.0f}"


def _longest(detail: Detail) -> str:
    return f"{detail.longest_context:,}" if detail.longest_context else ""


def _cost(detail: Detail) -> str:
    total = None if detail.cost is None else detail.cost.total
    return "" if total is None else money(total)


def _load_columns(sizes: Sizes) -> list[Column]:
    if isinstance(sizes.workload, InferenceWorkload) and not by_classes(sizes.workload):
        names = ["sessions", "tokens/s each", "first token"]
    else:
        names = [sizes.unit.replace("tokens/month", "million tokens/month")]
    return [Column(name, right=True) for name in names]


def _load(found: Breakdown, replicas: int) -> list[str]:
    """What some replicas carry, and how fast."""
    if found.unit in ("tokens/s", "sessions") and found.sessions is not None:
        carried = f"{found.sessions * replicas:,}"
        return [carried, _each(found), _first_token(found)]
    scale = replicas / (MILLION if found.unit == "tokens/month" else 1.0)
    low, high = found.rate_range
    if found.unit == "needs":
        return [f"{found.rate * replicas:,.0f}"]
    return [ranged(found.rate * scale, low * scale, high * scale)]


def _each(found: Breakdown) -> str:
    if found.rate_each is None or not found.sessions:
        return "as asked"
    low, high = found.rate_range
    return ranged(found.rate_each, low / found.sessions, high / found.sessions)


def _first_token(found: Breakdown) -> str:
    if found.ttft_range_ms is None:
        return "as asked"
    low, high = (seconds_of(ms) for ms in found.ttft_range_ms)
    return f"{low}-{high} s"


def _price(sizes: Sizes, way: Way) -> str:
    if way.cents is None:
        return "with host" if way.found.gpu in sizes.built_in else "no price"
    return f"{_mark(way)}{way.cents / 100:,.0f}"


def _mark(way: Way) -> str:
    entry = way.price.entry if way.price else None
    return "~" if entry is not None and entry.basis == "estimate" else ""


def _refused(refusals: Iterable[Refusal], screen: Screen) -> Iterator[str]:
    """Nearest misses, those with one reason together; the cards differ in what they offer."""
    groups: dict[tuple[str, str], dict[str, list[str]]] = {}
    for refusal in refusals:
        reason, _, offered = refusal.text.partition("; ")
        cards = groups.setdefault((_way_of(refusal), reason), {})
        cards.setdefault(offered, []).append(refusal.gpu)
    for (where, reason), offers in groups.items():
        told = f"{where}: {reason}" if where else reason
        if len(offers) == 1:
            ((offered, gpus),) = offers.items()
            said = f"{told}; {offered}" if offered else told
            yield screen.wrapped(f"{', '.join(gpus)}: {said}", "  ", "      ")
            continue
        yield screen.wrapped(f"{told}:", "  ", "      ")
        for offered, gpus in offers.items():
            yield screen.wrapped(f"{offered}: {', '.join(gpus)}", "      ", "          ")


def _way_of(refusal: Refusal) -> str:
    """The nearest miss of a card: `8 cards in awq-int4`."""
    cards = f"{refusal.gpus} cards" if (refusal.gpus or 1) > 1 else ""
    precision = f"in {refusal.precision}" if refusal.precision else ""
    return " ".join(filter(None, (cards, precision)))


def _all_of(sizes: Sizes, screen: Screen) -> Iterator[str]:
    ways: dict[str, list[Way]] = {}
    for way in sizes.ways:
        ways.setdefault(way.found.gpu, []).append(way)
    refusals: dict[str, list[Refusal]] = {}
    for refusal in sizes.refusals:
        refusals.setdefault(refusal.gpu, []).append(refusal)
    for gpu in sorted({*ways, *refusals}):
        lines = [screen.bold(_card(sizes, gpu, ways.get(gpu, [])))]
        if gpu in ways:
            lines.append(screen.table(_full_table(sizes, ways[gpu])))
        for text, where in _by_text(refusals.get(gpu, [])):
            told = f"{where}: {text}" if where else text
            lines.append(screen.wrapped(told, "  - ", "    "))
        answers = [a for a in sizes.answers if a.gpu == gpu and a.tells]
        for answer in answers:
            lines += ["", answer_text(answer, screen, sizes.prices.currency)]
        yield "\n".join(lines)


def _card(sizes: Sizes, gpu: str, ways: Sequence[Way]) -> str:
    if not ways:
        return f"{gpu}: refused"
    way = ways[0]
    usable = f"{gib(way.found.usable_bytes):.1f} GiB usable"
    if way.price is None:
        return f"{gpu}: {usable}, {_price(sizes, way)}"
    cents = way.price.cents / 100
    return f"{gpu}: {usable}, {sizes.prices.currency} {_mark(way)}{cents:,.0f} each"


def _full_table(sizes: Sizes, ways: Sequence[Way]) -> Table:
    columns = [
        Column("precision"),
        Column("cards", right=True),
        Column("weights", right=True),
        Column("KV each", right=True),
        Column("KV", right=True, optional=True),
        Column("activ.", right=True, optional=True),
        Column("engine", right=True, optional=True),
        Column("GiB", right=True),
        *_load_columns(sizes),
        Column("limit", optional=True),
    ]
    return Table.of(columns, [_full_row(way.found) for way in ways])


def _full_row(found: Breakdown) -> list[str]:
    pieces = {name: f"{gib(size):.1f}" for name, size in found.parts}
    weights, cache, activations, engine = (pieces.get(name, "") for name in _PIECES)
    each = "" if found.session_bytes is None else f"{gib(found.session_bytes):.2f}"
    return [
        found.precision,
        f"{found.gpus}",
        weights,
        each,
        cache,
        activations,
        engine,
        _memory(found),
        *_load(found, 1),
        found.limit or ("" if found.label is Label.MODELLED else found.label.value),
    ]


def _memory(found: Breakdown) -> str:
    """Memory on each card, as a range where it is known as one only; the high end is planned."""
    high = f"{gib(found.memory_bytes):.1f}"
    return high if found.lowest_bytes is None else f"{gib(found.lowest_bytes):.1f}-{high}"


def _by_text(refusals: Sequence[Refusal]) -> Iterator[tuple[str, str]]:
    """Reasons with the ways that they hold for: `bf16 x 1, 2`."""
    places: dict[str, dict[str, list[str]]] = {}
    for refusal in refusals:
        cards = places.setdefault(refusal.text, {}).setdefault(refusal.precision or "", [])
        cards.extend([f"{refusal.gpus}"] if refusal.gpus else [])
    for text, by_precision in places.items():
        yield text, "; ".join(_place(p, cards) for p, cards in by_precision.items() if p)


def _place(precision: str, cards: Sequence[str]) -> str:
    return f"{precision} x {', '.join(cards)}" if cards else precision


def _notes(sizes: Sizes, *, everything: bool) -> Iterator[str]:
    if not everything and sizes.ways:
        yield _rule(sizes)
    yield from _speed_notes(sizes)
    if isinstance(sizes.workload, InferenceWorkload):
        w = sizes.workload
        lengths = (
            "Rates are those of the mix of classes in the busiest month"
            if by_classes(w)
            else f"A mean request has {mean_input_tokens(w):,} tokens in and "
            f"{mean_output_tokens(w):,} out"
        )
        yield f"{lengths}; every session gets at least {tokens_per_s(w):g} tokens/s."
    if any(d.cost for d in sizes.details.values()):
        yield _cost_note(sizes)
    if sizes.ways:
        estimated = any(_mark(way) for way in sizes.ways)
        yield (
            f"Prices: the cards alone, without tax, book {sizes.prices.book.id}"
            + ("; ~ is an estimate." if estimated else ".")
        )
    if not everything:
        yield "--all shows the memory of every precision and group, and every refusal."


def _cost_note(sizes: Sizes) -> str:
    """What a cost is made of, as `planner versus` reckons it."""
    cost = next(d.cost for d in sizes.details.values() if d.cost)
    head = f"{sizes.prices.currency}/{_CHEAP[sizes.workload.task]}"
    return (
        f"Costs are those of a year at full load: loss of value over {YEARS} years, and "
        f"electricity at {sizes.tariff}; {head} is for a {cost.quantity}."
    )


def _rule(sizes: Sizes) -> str:
    if sizes.need is not None:
        order = ", ".join(sizes.precisions)
        several = len(sizes.precisions) > 1
        first = f", in the first precision of {order} that does" if several else ""
        return f"For each kind of card: the fewest that carry the load{first}."
    return "For each kind of card: the fewest that run it, in the precision that carries most."


def _speed_notes(sizes: Sizes) -> Iterator[str]:
    """How the figures are known: one sentence for each label and source."""
    known: dict[tuple[Label, str], list[str]] = {}
    for way in sizes.ways:
        known.setdefault((way.found.label, way.found.source), []).append(way.found.gpu)
    for (label, source), gpus in known.items():
        where = "" if len(known) == 1 else f" on {', '.join(dict.fromkeys(gpus))}"
        told = f"Speeds{where} are {label.value} ({printable(source)})"
        yield told + ("." if label is Label.MEASURED else "; a range holds 8 times in 10.")
