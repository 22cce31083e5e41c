"""Demand by request classes: its amounts, and the rate of a replica for each class."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import pytest

from planner.scenario.demand import Need, need_of
from planner.sizing.breakdown import Breakdown, breakdown
from planner.sizing.option import ClassLoad, Option
from planner.sizing.overview import overview
from planner.sizing.request_classes import mixed_rate
from planner.sizing.sizing import quantum_of, size
from tests.sizing.support import CHAT, Data, card, inputs, options_of, refusals_of, sized

SHORT, LONG = (900, 200), (6000, 1000)


def classes(*rows: tuple[tuple[int, int], float]) -> list[Data]:
    return [
        {"input_tokens": i, "output_tokens": o, "requests_per_s": rate} for (i, o), rate in rows
    ]


def entry(month: str, *rows: tuple[tuple[int, int], float]) -> Data:
    return {"from": month, "classes": classes(*rows)}


def chat(*entries: Data, **more: object) -> Data:
    return {**CHAT, "demand": list(entries), **more}


def need(workload: Data) -> Need:
    found = inputs(workload)
    return need_of(found.scenario.workloads[0], found.scenario)


BOTH = chat(entry("2026-10", (SHORT, 3), (LONG, 0.5)))


def test_each_class_has_its_load_with_headroom_in_the_order_in_which_it_is_named_first() -> None:
    found = need(
        chat(
            entry("2026-10", (LONG, 0.1)),
            entry("2026-12", (SHORT, 2), (LONG, 0.3), (SHORT, 1)),
            headroom=0.5,
        )
    )
    shapes = [(c.input_tokens, c.output_tokens) for c in found.classes]
    assert shapes == [LONG, SHORT]
    assert [c.amounts for c in found.classes] == [
        (Fraction("0.15"), Fraction("0.15"), Fraction("0.45")),
        (0, 0, Fraction("4.5")),
    ]
    assert found.unit == "requests/s"
    assert found.peak == Fraction("4.95")


def test_the_load_is_counted_as_one_and_its_mean_as_a_share_of_what_must_be_carried() -> None:
    found = need(
        chat(entry("2026-11", (SHORT, 2)), entry("2026-12"), headroom=0.25, load_share=0.5)
    )
    assert found.amounts == (0, 1, 0)
    assert found.loads == (0, Fraction("0.4"), 0)


def test_a_workload_without_any_class_has_sessions() -> None:
    found = need(chat(entry("2026-10")))
    assert (found.unit, found.amounts, found.classes) == ("sessions", (0, 0, 0), ())


def test_the_quantum_carries_the_classes() -> None:
    quantum = quantum_of(need(chat(entry("2026-11", (SHORT, 2)), load_share=0.5)))
    assert (quantum.unit, quantum.size) == ("requests/s", 1)
    assert (quantum.demand, quantum.load) == ((0, 1, 1), (0, Fraction(1, 2), Fraction(1, 2)))
    assert quantum.classes == (
        ClassLoad("900 in, 200 out", 900, 200, (Fraction(0), *[Fraction(2)] * 2)),
    )


def most_sessions(shape: tuple[int, int], gpu: str = "maxq", **more: object) -> Option:
    """The most sessions of one shape on a card, from the options of a workload without classes."""
    lengths = {"input_tokens": shape[0], "output_tokens": shape[1]}
    wanted = [{"from": "2026-10", "concurrency": 5000}]
    alone = {**CHAT, "isolation": "exclusive", "demand": wanted, **lengths, **more}
    (option,) = options_of(sized(alone, cards=(gpu,)), gpus=1)
    return option


@pytest.mark.parametrize("more", [{}, {"slo": {"tokens_per_s_per_session": 7, "ttft_ms": 900}}])
def test_a_rate_is_that_of_the_most_sessions_with_requests_of_that_class_only(more: Data) -> None:
    (option,) = options_of(sized({**BOTH, **more}, cards=("maxq",)), gpus=1)
    rate = more.get("slo", CHAT["slo"])["tokens_per_s_per_session"]
    for shape, found in zip((SHORT, LONG), option.rates, strict=True):
        exactly = Fraction(most_sessions(shape, **more).capacity * rate, shape[1])
        assert found == Fraction(floor(exactly * 10**6), 10**6)


def test_a_replica_has_whole_cards_and_takes_what_its_most_demanding_class_takes() -> None:
    sizing = sized(BOTH, cards=("maxq",))
    assert [o.gpus for o in sizing.options] == [1, 2, 4, 8]
    assert all(o.whole and (o.level, o.capacity) == (1, 1) for o in sizing.options)
    alone = [most_sessions(shape) for shape in (SHORT, LONG)]
    option = sizing.options[0]
    for field in ("memory_bytes", "share_ppm", "power_mw"):
        assert getattr(option, field) == max(getattr(o, field) for o in alone)


def test_names_of_options_are_unique() -> None:
    names = [o.name for o in sized({**BOTH, "precision": ["fp8", "bf16"]}).options]
    assert len(names) == len(set(names))


def test_a_class_that_does_not_run_has_no_rate() -> None:
    early = {"slo": {"tokens_per_s_per_session": 20, "ttft_ms": 300}}
    (option,) = options_of(sized({**BOTH, **early}, cards=("maxq",)), gpus=1)
    assert option.rates[0] > 0
    assert option.rates[1] == 0


def test_a_class_that_is_longer_than_the_context_has_no_rate() -> None:
    workload = chat(entry("2026-10", (SHORT, 3), ((8000, 400), 1)))
    assert options_of(sized(workload, cards=("maxq",)), gpus=1)[0].rates[1] == 0


def test_what_runs_none_of_the_classes_is_refused_with_the_nearest_miss() -> None:
    early = {"slo": {"tokens_per_s_per_session": 20, "ttft_ms": 20}}
    (refusal,) = refusals_of(sized({**BOTH, **early}, cards=("maxq",)), gpus=1)
    assert refusal.rule == "ttft"
    assert refusal.text.startswith("requests of 900 in, 200 out: the first token takes")


def test_what_stops_all_classes_alike_is_said_without_a_class() -> None:
    big = {**BOTH, "model": "llama-3.1-70b", "precision": ["bf16"]}
    (refusal,) = refusals_of(sized(big, cards=("maxq",)), gpus=1)
    assert refusal.text.startswith("needs 131.4 GiB of weights")


def test_a_rate_below_a_millionth_is_refused() -> None:
    slow = chat(entry("2026-10", ((10, 100_000), 1)), context_tokens=130_000)
    slow["slo"] = {"tokens_per_s_per_session": 0.001}
    refusals = refusals_of(sized(slow, cards=("maxq",)), rule="speed")
    assert all(r.text.startswith("one replica gets 0.0 requests/s") for r in refusals)


def test_the_pace_of_a_what_if_changes_the_rates() -> None:
    found = inputs(BOTH, cards=("maxq",))
    slow, middle = (size(found, {"chat": pace}).options[0].rates for pace in (0.2, 1.0))
    assert all(a < b for a, b in zip(slow, middle, strict=True))
    assert middle == size(found).options[0].rates


@pytest.mark.parametrize(
    ("rates", "rate"), [((4, 2), Fraction(16, 5)), ((4, 0), 0), ((0, 2), 0), ((4, 4), 4)]
)
def test_a_mix_is_carried_at_the_rate_of_its_parts(
    rates: tuple[int, int], rate: Fraction | int
) -> None:
    """Three of four requests of the busiest month are of the first class."""
    months = [(Fraction(1), Fraction(6)), (Fraction(1), Fraction(2))]
    loads = [ClassLoad("", 1, 1, demand) for demand in months]
    assert mixed_rate([Fraction(r) for r in rates], loads) == rate


def test_where_nothing_is_asked_in_any_month_a_mix_has_all_classes_alike() -> None:
    loads = [ClassLoad("", 1, 1, (Fraction(0),))] * 2
    assert mixed_rate([Fraction(4), Fraction(2)], loads) == Fraction(8, 3)


def test_a_breakdown_shows_the_rate_of_the_mix() -> None:
    found = inputs(BOTH, cards=("maxq",))
    (workload,) = found.scenario.workloads
    shown = breakdown(found, workload, card("maxq"), "fp8")
    assert isinstance(shown, Breakdown)
    option = size(found).options[0]
    quantum = quantum_of(need_of(workload, found.scenario))
    assert shown.carries == shown.rate == float(mixed_rate(option.rates, quantum.classes))
    assert shown.rate_range[0] < shown.rate <= shown.rate_range[1]
    assert (shown.unit, shown.sessions, shown.label) == ("requests/s", None, option.label)
    assert shown.memory_bytes == option.memory_bytes


def test_an_overview_refuses_what_lacks_a_class_of_the_busiest_month() -> None:
    early = {"slo": {"tokens_per_s_per_session": 20, "ttft_ms": 300}}
    found = inputs({**BOTH, **early}, cards=("maxq",))
    (workload,) = found.scenario.workloads
    (alone, *_) = overview(found, workload)
    assert not isinstance(alone, Breakdown)
    assert alone.text.startswith("requests of 6,000 in, 1,000 out: the first token takes")
