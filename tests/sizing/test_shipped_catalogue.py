"""The cards and models that come with the program can all be sized."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from planner.catalog.loading import default_catalog
from planner.scenario.inputs import Inputs
from planner.scenario.precisions import offered_precisions
from planner.scenario.schema import Scenario
from planner.scenario.values import Precision
from planner.sizing.option import Sizing
from planner.sizing.sizing import size
from tests.sizing.support import CHAT, EMBED, PICTURES, TUNE, Data

TASKS = {"decoder": CHAT, "encoder": EMBED, "reranker": EMBED, "diffusion": PICTURES}


def sized(*workloads: Data) -> Sizing:
    data: Data = {
        "schema": 1, "name": "Test", "start": "2026-10", "months": 1, "workloads": workloads,
        "sites": [{"name": "lab", "facility_power_kw": 8, "electricity_per_kwh": 0.2}],
    }  # fmt: skip
    scenario = Scenario.model_validate_json(json.dumps(data))
    return size(Inputs(scenario, default_catalog()))


def workload_of(model: str, kind: str) -> Data:
    context = {"context_tokens": 512} if kind == "decoder" else {}
    return {**TASKS[kind], **context, "model": model, "precision": list(get_args(Precision))}


SIZED = sorted(n for n, m in default_catalog().models.items() if m.kind in TASKS)


@pytest.mark.parametrize("model", SIZED)
def test_every_model_has_an_answer_on_every_card_in_every_precision(model: str) -> None:
    entry = default_catalog().models[model]
    sizing = sized(workload_of(model, entry.kind))
    answered = {(o.gpu, o.precision) for o in sizing.options}
    answered |= {(r.gpu, r.precision or "") for r in sizing.refusals}
    assert answered == {(g, p) for g in default_catalog().gpus for p in get_args(Precision)}


@pytest.mark.parametrize("model", ["llama-3.1-8b", "gpt-oss-20b", "bge-m3", "sdxl-base-1.0"])
def test_a_precision_runs_on_some_card_exactly_if_scenarios_may_name_it(model: str) -> None:
    entry = default_catalog().models[model]
    sizing = sized(workload_of(model, entry.kind))
    assert {o.precision for o in sizing.options} == set(offered_precisions(entry))


def test_a_larger_card_of_the_same_speed_serves_more_sessions() -> None:
    crowd = {**CHAT, "demand": [{"from": "2026-10", "concurrency": 300}]}
    options = sized(crowd).options
    most = {o.gpu: o.level for o in options if o.part}
    assert most["rtx-a4000"] < most["rtx-a6000"] < most["rtx-pro-6000-maxq"]


def test_a_70b_model_in_4_bits_fits_the_96_gb_card_and_not_the_24_gb_card() -> None:
    big = {**CHAT, "model": "llama-3.3-70b", "precision": ["awq-int4"]}
    sizing = sized(big)
    alone = {o.gpu for o in sizing.options if o.gpus == 1}
    assert "rtx-pro-6000-maxq" in alone
    assert "rtx-4090" not in alone


def test_tuning_8b_by_qlora_fits_every_cuda_card_and_full_training_of_70b_none_alone() -> None:
    small = sized(TUNE)
    cuda = {name for name, card in default_catalog().gpus.items() if card.compute_capability}
    assert {o.gpu for o in small.options if o.gpus == 1} == cuda
    full = sized({**TUNE, "model": "llama-3.3-70b", "method": "full"})
    assert not [o for o in full.options if o.gpus == 1]
