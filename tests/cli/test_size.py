"""`planner size`: the figures of its JSON are those of sizing, and the choice is the stated one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.catalog.huggingface_configs import LLAMA_8B
from tests.cli.conftest import Run


def told(run: Run, *arguments: str) -> dict[str, Any]:
    ended = run("size", *arguments, "--json")
    assert ended.code == 0, ended.stdout
    (workload,) = json.loads(ended.stdout)["workloads"]
    assert isinstance(workload, dict)
    return workload


@pytest.mark.parametrize("model", ["llama-3.3-70b", "bge-m3", "flux.1-dev", "gpt-oss-120b"])
def test_the_parts_of_the_memory_add_up_and_fit(model: str, run: Run) -> None:
    for option in told(run, model)["options"]:
        memory = option["memory_gib"]
        assert sum(memory["parts"].values()) == pytest.approx(memory["total"], abs=0.01)
        assert all(size >= 0 for size in memory["parts"].values())
        assert memory["total"] <= memory["usable"]


@pytest.mark.parametrize("method", ["full", "lora", "qlora"])
def test_the_parts_of_training_memory_add_up(method: str, run: Run) -> None:
    for option in told(run, "llama-3.1-8b", "--method", method)["options"]:
        memory = option["memory_gib"]
        assert sum(memory["parts"].values()) == pytest.approx(memory["total"], abs=0.01)


def test_every_card_and_group_is_an_option_or_has_its_reason(run: Run) -> None:
    found = told(run, "llama-3.3-70b", "--precision", "fp8")
    for gpu in ("rtx-4090", "rtx-a6000", "h200-sxm"):
        groups = [
            row["gpus_per_replica"]
            for row in (*found["options"], *found["refusals"])
            if row["gpu"] == gpu
        ]
        assert sorted(groups) == [1, 2, 4, 8]


def test_a_stated_load_takes_the_fewest_cards_and_then_the_preferred_precision(run: Run) -> None:
    found = told(run, "llama-3.3-70b", "--context", "16384", "--concurrency", "12")
    for option in found["options"]:
        assert option["replicas"] * option["sessions"] >= 12
    best = [o for o in found["options"] if o["best_of_card"]]
    assert len({o["gpu"] for o in best}) == len(best)
    order = ["bf16", "fp8", "awq-int4"]
    for chosen in best:
        rivals = [o for o in found["options"] if o["gpu"] == chosen["gpu"]]
        fewest = min(o["cards"] for o in rivals)
        assert chosen["cards"] == fewest
        preferred = min(order.index(o["precision"]) for o in rivals if o["cards"] == fewest)
        assert order.index(chosen["precision"]) == preferred


def test_a_range_holds_its_middle(run: Run) -> None:
    for option in told(run, "qwen3-30b-a3b")["options"]:
        for figure in (option["rate"], option["tokens_per_s_per_session"], option["ttft_ms"]):
            assert figure["low"] < figure["value"] < figure["high"]


def test_a_config_json_is_sized_like_the_entry_of_the_catalogue(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps(LLAMA_8B))
    ours, theirs = told(run, "llama-3.1-8b"), told(run, str(file))
    for options in (ours["options"], theirs["options"]):
        for option in options:
            del option["command"], option["command_note"]
    assert ours["options"] == theirs["options"]
    assert ours["refusals"] == theirs["refusals"]


def test_models_are_asked_in_the_precision_that_they_are_published_in(run: Run) -> None:
    def precisions(model: str) -> set[str]:
        found = told(run, model)
        rows = (*found["options"], *found["refusals"])
        return {row["precision"] for row in rows if row["precision"]}

    assert precisions("gpt-oss-20b") == {"mxfp4"}
    assert precisions("deepseek-v3") == {"fp8", "awq-int4"}
    assert precisions("llama-3.1-8b") == {"bf16", "fp8", "awq-int4"}


def test_the_cards_of_a_measurement_show_it(run: Run, tmp_path: Path) -> None:
    row = "{gpu: l40s, precision: fp8, capacity: 9, memory_gib: 40, source: own bench}"
    text = f"""
schema: 1
name: measured
start: 2026-10
months: 12
workloads:
  - name: chat
    task: inference
    model: llama-3.1-8b
    precision: [fp8]
    context_tokens: 8192
    measured: [{row}]
    demand: [{{from: 2026-10, concurrency: 20}}]
  - name: notebooks
    task: fixed
    need: {{memory_gib: 20, time_share: 0.3}}
    demand: [{{from: 2026-10, count: 4}}]
sites: [{{name: lab, facility_power_kw: 8, electricity_per_kwh: 0.2}}]
"""
    (tmp_path / "lab.yaml").write_text(text)
    found = told(run, "--scenario", str(tmp_path / "lab.yaml"), "chat", "--gpu", "l40s")
    (measured,) = [o for o in found["options"] if o["label"] == "measured"]
    assert (measured["sessions"], measured["replicas"], measured["source"]) == (9, 3, "own bench")
    ways = [(o["precision"], o["gpus_per_replica"]) for o in found["options"]]
    assert len(ways) == len(set(ways))
    shown = run("size", "--scenario", str(tmp_path / "lab.yaml"), "--gpu", "l40s")
    assert shown.code == 0
    assert "notebooks: needs as stated" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--scenario", "scenarios/lab.yaml", "chat"], "`chat` is not a workload"),
        (["--scenario", "scenarios/lab.yaml", "--context", "99"], "--context and --scenario"),
        (["llama-3.1-8b", "--prices", "2026-10"], "did you mean `2026-09`?"),
        (["llama-3.1-8b", "--gpu", "rtx-490"], "did you mean `rtx-4090`?"),
        (["no/such/config.json"], "there is no such file"),
        (["bge-m3", "--task", "inference"], "cannot do `inference`"),
        (["llama-3.1-8b", "--context", "0"], "0 is not in the range"),
    ],
)
def test_what_cannot_be_sized_says_why(arguments: list[str], said: str, run: Run) -> None:
    ended = run("size", *arguments)
    assert (ended.code, ended.stdout) == (2, "")
    assert said in ended.stderr
