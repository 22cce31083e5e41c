"""A scenario names tables of measured rows; what is wrong with them is told where it names them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from planner.catalog.loading import default_catalog
from planner.errors import Diagnostic, InputError
from planner.plan.audit import audit, inputs_of
from planner.plan.schema import Plan
from planner.scenario.inputs import Inputs
from planner.scenario.loading import load_scenario, read_scenario
from planner.sizing.option import Label
from planner.sizing.sizing import size
from tests.catalog.huggingface_configs import LLAMA_8B

HEAD = (
    "gpu,cards,model,precision,kv_cache,engine,version,input_tokens,output_tokens,concurrency,"
    "ttft_ms,itl_ms,tokens_per_s,source,date"
)
ROW = "rtx-a6000,1,llama-3.1-8b,fp8,bf16,vllm,0.11.0,1000,200,8,140,20,390,our bench,2026-09-12"
SCENARIO: dict[str, object] = {
    "schema": 1,
    "name": "Chat",
    "start": "2026-10",
    "months": 12,
    "workloads": [
        {
            "name": "chat",
            "task": "inference",
            "model": "llama-3.1-8b",
            "precision": ["fp8"],
            "context_tokens": 4096,
            "input_tokens": 1000,
            "output_tokens": 200,
            "demand": [{"from": "2026-10", "concurrency": 8}],
        }
    ],
    "sites": [{"name": "lab", "facility_power_kw": 4, "electricity_per_kwh": 0.2}],
    "fleet": {"gpus": ["rtx-a6000"], "hosts": ["hp-z4-g5"]},
    "benchmarks": {"files": ["rows.csv"]},
}


def load(folder: Path, *rows: str, **changes: object) -> Inputs:
    (folder / "rows.csv").write_text("\n".join([HEAD, *rows]) + "\n")
    (folder / "chat.yaml").write_text(yaml.safe_dump(SCENARIO | changes))
    return load_scenario(folder / "chat.yaml")


def refused(folder: Path, *rows: str, **changes: object) -> Diagnostic:
    with pytest.raises(InputError) as caught:
        load(folder, *rows, **changes)
    (found,) = caught.value.diagnostics
    return found


def labels(inputs: Inputs, level: int = 8) -> set[Label]:
    return {o.label for o in size(inputs).options if o.level == level and o.gpus == 1}


def test_the_rows_of_a_file_are_planned_with_and_named(tmp_path: Path) -> None:
    inputs = load(tmp_path, ROW)
    assert labels(inputs) == {Label.MEASURED}
    (source,) = {o.source for o in size(inputs).options if o.label is Label.MEASURED}
    assert source == "our bench (vllm 0.11.0, rows-2)"


def test_a_model_of_the_users_own_can_be_measured_too(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "config.json").write_text(json.dumps(LLAMA_8B))
    (workload,) = SCENARIO["workloads"]  # type: ignore[misc]
    own = [workload | {"model": "mine/config.json"}]
    assert labels(load(tmp_path, ROW.replace("llama-3.1-8b", "mine"), workloads=own)) == {
        Label.MEASURED
    }


@pytest.mark.parametrize(
    ("row", "rule", "said", "hint"),
    [
        (ROW.replace("rtx-a6000", "rtx-a600"), "unknown-gpu", "line 2: `rtx-a600`", "rtx-a6000"),
        (ROW.replace("llama", "lama"), "unknown-model", "`lama-3.1-8b`", "llama-3.1-8b"),
        (ROW.replace(",8,140", ",eight,140"), "unreadable-benchmark", "`concurrency`", ""),
        ("", "unreadable-benchmark", "there is no measurement", ""),
    ],
)
def test_a_wrong_row_is_told_where_the_scenario_names_its_file(
    tmp_path: Path, row: str, rule: str, said: str, hint: str
) -> None:
    found = refused(tmp_path, row)
    assert found.rule == rule
    assert "`rows.csv`" in found.message
    assert said in found.message
    assert hint in (found.help or "")
    assert found.span is not None
    assert found.source_line.strip() == "- rows.csv"


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    found = refused(tmp_path, ROW, benchmarks={"files": ["no.csv"]})
    assert "there is no such file" in found.message


def test_a_file_of_a_benchmark_program_must_be_read_first(tmp_path: Path) -> None:
    tests = [{"n_gen": 128, "avg_ts": 100.0, "gpu_info": "NVIDIA RTX A6000"}]
    (tmp_path / "bench.json").write_text(json.dumps(tests))
    found = refused(tmp_path, ROW, benchmarks={"files": ["bench.json"]})
    assert found.rule == "unreadable-benchmark"


def test_a_text_from_elsewhere_may_name_no_files() -> None:
    with pytest.raises(InputError, match="cannot name files"):
        read_scenario(yaml.safe_dump(SCENARIO), file="mail")


def test_rows_of_the_catalogue_count_where_they_measured_a_server_and_can_be_left_out(
    tmp_path: Path,
) -> None:
    entry = {
        "id": "lab-8", "gpu": "rtx-a6000", "model": "llama-3.1-8b", "precision": "fp8",
        "kv_cache": "bf16", "sessions": 8, "input_tokens": 1000, "output_tokens": 200,
        "tokens_per_s": 390.0, "itl_ms": 20.0, "ttft_ms": 140.0, "engine": "vllm",
        "source": "lab", "as_of": "2026-09",
    }  # fmt: skip
    source = {"id": "lab", "title": "our lab", "kind": "measurement"}
    overlay = {"schema": 1, "sources": [source], "benchmarks": [entry]}
    (tmp_path / "ours.yaml").write_text(yaml.safe_dump(overlay))
    over = {"catalog": {"overlays": ["ours.yaml"]}}
    assert labels(load(tmp_path, ROW, benchmarks={}, **over)) == {Label.MEASURED}
    off = {"benchmarks": {"catalog": False}, **over}
    assert labels(load(tmp_path, ROW, **off)) == {Label.MODELLED}


def test_no_row_of_the_shipped_catalogue_of_one_session_is_taken_for_a_server() -> None:
    assert not [row.id for row in default_catalog().benchmarks if row.serves]


def test_a_plan_holds_the_rows_that_it_rests_on(tmp_path: Path) -> None:
    import planner

    other = ROW.replace("llama-3.1-8b", "llama-3.1-70b")
    load(tmp_path, ROW, other)
    plan = planner.find_plan(tmp_path / "chat.yaml", gap=0.01)
    assert isinstance(plan, Plan)
    rows = inputs_of(plan).catalog.benchmarks
    assert [row.id for row in rows] == ["rows-2"]
    assert {d.label for d in plan.deployments} == {"measured"}
    assert audit(plan) == []
