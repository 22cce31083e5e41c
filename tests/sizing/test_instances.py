"""MIG instances: sized as small cards, only where a workload asks for them."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import pytest

from planner.sizing.instances import instances_of
from planner.sizing.option import Option, Sizing
from planner.units import GIB
from tests.sizing.support import (
    CHAT,
    EMBED,
    NOTEBOOK,
    PICTURES,
    TUNE,
    Data,
    card,
    gib,
    options_of,
    refusals_of,
    sized,
)

MIG: Data = {**NOTEBOOK, "name": "mig", "isolation": "mig"}
QUARTER, HALF, WHOLE = "1g.24gb", "2g.48gb", "4g.96gb"


def cut(*workloads: Data, **more: object) -> Sizing:
    """Workloads on a card that may be cut, beside one that asks for instances."""
    return sized(*workloads, MIG, cards=("cut",), **more)


def slices(sizing: Sizing, workload: Data) -> dict[str, Option]:
    found = options_of(sizing, workload=workload["name"])
    return {o.slice: o for o in found if o.slice is not None}


def test_cards_are_cut_only_where_a_workload_asks_for_it() -> None:
    apart = sized(CHAT, {**MIG, "isolation": "shared"}, cards=("cut",))
    assert not apart.layouts
    assert not any(o.slice for o in apart.options)
    asked = cut(CHAT)
    assert {o.workload for o in asked.options if o.slice} == {"chat", "mig"}


def test_layouts_are_those_that_leave_no_room() -> None:
    assert cut(CHAT).layouts == {
        "cut": (
            ((QUARTER, 2), (HALF, 1)),
            ((QUARTER, 4),),
            ((HALF, 2),),
            ((WHOLE, 1),),
        )
    }


def test_a_card_that_cannot_be_cut_or_has_nothing_to_run_in_instances_has_no_layouts() -> None:
    assert not sized(MIG, cards=("maxq",)).layouts
    assert not sized({**MIG, "need": {"cards": 1}}, cards=("cut",)).layouts


def test_an_instance_has_its_shares_of_the_card() -> None:
    whole = card("cut", ecc_capacity_factor=0.9, idle_w=20.0)
    quarter, half, all_of_it = (i.gpu for i in instances_of(whole))
    assert [g.memory_mib for g in (quarter, half, all_of_it)] == [24_576, 49_152, 98_304]
    assert quarter.memory_bandwidth_gb_s == 448.0
    assert quarter.fp16_tflops == pytest.approx(438.9 / 4)
    assert half.fp4_tflops == pytest.approx(1755.7 / 2)
    assert (half.tdp_w, half.idle_w) == (140, 0)
    assert quarter.id == "cut"


def test_rates_that_a_card_lacks_its_instances_lack() -> None:
    assert instances_of(card("cut", fp4_tflops=None))[0].gpu.fp4_tflops is None


def test_sizes_that_the_driver_lists_win_over_the_shares_of_slices() -> None:
    sizes = {
        "multiprocessors": 100,
        "profiles": [{"profile": QUARTER, "memory_gib": 23, "multiprocessors": 20}],
    }
    quarter, half, _ = instances_of(card("cut", mig_sizes=sizes))
    assert quarter.gpu.memory_mib == 23 * 1024
    assert quarter.gpu.fp16_tflops == pytest.approx(438.9 / 5)
    assert half.gpu.memory_mib == 48 * 1024


@pytest.mark.parametrize("ecc", [False, True])
def test_error_correction_is_on_in_an_instance_where_it_takes_memory(ecc: bool) -> None:
    wanted = {**MIG, "need": {"memory_gib": 21, "time_share": 0.2}, "requires": {"ecc": ecc}}
    full = sized(wanted, cards=("cut",))
    assert set(slices(full, MIG)) == {QUARTER, HALF, WHOLE}
    less = sized(wanted, cards=("cut",), changes={"cut": {"ecc_capacity_factor": 0.9}})
    assert set(slices(less, MIG)) == {HALF, WHOLE}
    (refusal,) = refusals_of(less, slice=QUARTER)
    usable = 24 * 0.985 * 0.92 * 0.9
    assert refusal.text == (
        f"in a 1g.24gb instance: needs 21.0 GiB of memory, as stated; {usable:.1f} GiB usable"
    )


def test_a_chat_in_an_instance_is_a_chat_on_a_small_card() -> None:
    found = slices(cut(CHAT), CHAT)
    for instance in instances_of(card("cut")):
        g = instance.gpu
        changes = {
            "memory_mib": g.memory_mib, "memory_bandwidth_gb_s": g.memory_bandwidth_gb_s,
            "fp16_tflops": g.fp16_tflops, "int8_tops": g.int8_tops, "fp8_tflops": g.fp8_tflops,
            "fp4_tflops": g.fp4_tflops, "tdp_w": float(g.tdp_w), "idle_w": 0.0,
        }  # fmt: skip
        small = sized(
            {**CHAT, "isolation": "exclusive"}, cards=("maxq",), changes={"maxq": changes}
        )
        (alone,) = options_of(small, gpus=1)
        option = found[instance.profile.name]
        assert (option.capacity, option.memory_bytes) == (alone.capacity, alone.memory_bytes)
        assert (option.step_us, option.power_mw) == (alone.step_us, alone.power_mw)
        assert option.share_ppm == ceil(alone.share_ppm * instance.profile.compute_share)


@pytest.mark.parametrize(
    "workload", [CHAT, EMBED, {**PICTURES, "precision": ["nf4"]}, TUNE, NOTEBOOK]
)
@pytest.mark.parametrize("isolation", ["shared", "mig"])
def test_every_kind_of_work_may_have_instances_one_option_each(
    workload: Data, isolation: str
) -> None:
    wanted = {**workload, "isolation": isolation}
    sizing = cut(wanted)
    found = [o for o in options_of(sizing, workload=workload["name"]) if o.slice]
    assert sorted(str(o.slice) for o in found) == [QUARTER, HALF, WHOLE]
    for o in found:
        assert (o.gpu, o.gpus, o.part, o.link, o.whole) == ("cut", 1, False, "none", False)
    parts = [o for o in options_of(sizing, workload=workload["name"]) if o.part]
    assert bool(parts) == (isolation == "shared")
    assert any(o.whole for o in options_of(sizing, workload=workload["name"])) or parts


@pytest.mark.parametrize(
    "different",
    [
        {"isolation": "exclusive"},
        {"link": "nvlink"},
        {"survive": {"cards": 1}},
        {
            "demand": [
                {
                    "from": "2026-10",
                    "classes": [{"input_tokens": 90, "output_tokens": 90, "requests_per_s": 1}],
                }
            ]
        },
    ],
)
def test_what_cannot_be_cut_apart_gets_no_instances(different: Data) -> None:
    assert not slices(cut({**CHAT, **different}), CHAT)
    assert options_of(cut({**CHAT, **different}), workload="chat")


def test_other_losses_may_be_survived_in_instances() -> None:
    assert slices(cut({**CHAT, "survive": {"replicas": 1}}), CHAT)
    assert slices(cut({**CHAT, "survive": {"hosts": 1}}), CHAT)


def test_needs_for_whole_cards_and_jobs_of_a_pool_get_no_instances() -> None:
    assert not slices(cut({**NOTEBOOK, "need": {"cards": 1}}), NOTEBOOK)
    assert not slices(cut({**TUNE, "time_shared": True}), TUNE)


def test_a_need_that_is_stated_fits_by_its_memory_and_its_share_of_the_whole_card() -> None:
    found = slices(sized(MIG, cards=("cut",)), MIG)
    assert {(o.memory_bytes, o.share_ppm, o.level) for o in found.values()} == {
        (10 * GIB, 250_000, 1)
    }
    more = {**MIG, "need": {"memory_gib": 10, "time_share": 0.3}}
    sizing = sized(more, cards=("cut",))
    assert set(slices(sizing, MIG)) == {HALF, WHOLE}
    (refusal,) = refusals_of(sizing, slice=QUARTER)
    assert refusal.text == (
        "in a 1g.24gb instance: needs 30 % of a card's time; 25 % may be promised"
    )
    assert refusal.shortfall == pytest.approx(1.2)


def test_the_power_of_a_stated_need_is_the_same_wherever_it_runs() -> None:
    sizing = cut(NOTEBOOK)
    found = options_of(sizing, workload="notebook")
    each = {Fraction(o.power_mw, o.capacity) for o in found}
    assert len(each) == 1


def test_needs_that_share_an_instance_are_counted_only_as_many_as_fit() -> None:
    found = slices(cut(NOTEBOOK), NOTEBOOK)
    assert {name: o.capacity for name, o in found.items()} == {QUARTER: 1, HALF: 2, WHOLE: 3}
    with_cores = {**NOTEBOOK, "need": {**NOTEBOOK["need"], "cpu_cores": 4}}
    options = [o for o in options_of(cut(with_cores), workload="notebook") if o.slice == WHOLE]
    assert [o.level for o in options] == [1, 2, 3]


def test_what_holds_for_the_card_is_refused_once() -> None:
    long = {**CHAT, "context_tokens": 200_000}
    assert [r.rule for r in refusals_of(cut(long), workload="chat")] == ["context"]


def test_an_instance_that_is_too_slow_says_so_in_numbers() -> None:
    fast = {**CHAT, "precision": ["bf16"], "slo": {"tokens_per_s_per_session": 40}}
    refused = refusals_of(cut(fast), workload="chat", gpus=1)
    assert {r.slice: r.rule for r in refused} == {QUARTER: "speed", HALF: "speed"}
    assert refused[0].text.startswith("in a 1g.24gb instance: one session gets")


def test_a_measurement_of_one_card_also_replaces_its_instances() -> None:
    row = {"gpu": "cut", "precision": "fp8", "capacity": 9, "memory_gib": 30, "source": "run 7"}
    sizing = cut({**CHAT, "precision": ["fp8", "bf16"], "measured": [row]})
    found = [o for o in options_of(sizing, workload="chat") if o.slice]
    assert {o.precision for o in found} == {"bf16"}


def test_options_in_instances_have_names_of_their_own() -> None:
    names = [o.name for o in cut(CHAT, EMBED, NOTEBOOK).options]
    assert len(names) == len(set(names))
    assert "chat@cut/fp8/x1/1g.24gb/w20" in names


def test_the_memory_of_a_replica_is_that_of_its_instance() -> None:
    option = slices(cut(CHAT), CHAT)[QUARTER]
    assert gib(option.memory_bytes) < 24 * 0.985 * 0.92
