"""`planner size` in depth: figures agree with each other, and commands come back as they went."""

from __future__ import annotations

import json
from typing import Any

import pytest

from planner.catalog.loading import default_catalog
from planner.claims.choosing import scenarios_folder
from planner.scenario.loading import load_scenario
from planner.versus.economics import economics
from planner.versus.speeds import speeds
from tests.cli.conftest import Run
from tests.cli.test_size import told


def checked(run: Run, command: str, *arguments: str, code: int = 0) -> dict[str, Any]:
    ended = run("size", "--check-command", command, "--json", *arguments)
    assert ended.code == code, ended.stdout
    (found,) = json.loads(ended.stdout)["commands"]
    assert isinstance(found, dict)
    return found


def best(found: dict[str, Any]) -> dict[str, Any]:
    (option,) = (o for o in found["options"] if o["best_of_card"])
    assert isinstance(option, dict)
    return option


@pytest.mark.parametrize("model", ["llama-3.3-70b", "bge-m3", "flux.1-dev", "gpt-oss-120b"])
def test_the_budget_adds_up_to_the_memory_that_the_driver_reports(model: str, run: Run) -> None:
    found = told(run, model, "--gpu", "rtx-a6000", "--gpu", "rtx-pro-6000-ws")
    cards = default_catalog().gpus
    for option in found["options"]:
        reported = cards[option["gpu"]].memory_mib.value / 1024
        assert sum(option["budget_gib"].values()) == pytest.approx(reported, abs=0.01)
        free, usable = option["budget_gib"]["free"], option["memory_gib"]["usable"]
        assert option["spare"] == pytest.approx(free / usable, abs=1e-3)
        assert option["fit"] == ("OK" if free >= usable / 10 else "edge")


def test_cost_and_speed_are_those_of_a_comparison_of_two_cards(run: Run) -> None:
    scenario = str(scenarios_folder() / "versus.yaml")
    inputs = load_scenario(scenarios_folder() / "versus.yaml")
    for gpu in ("rtx-a6000", "rtx-pro-6000-ws"):
        found = told(run, "--scenario", scenario, "chat-8b", "--gpu", gpu)
        need = {w.name: found["need"] for w in inputs.scenario.workloads}
        chat = next(s for s in speeds(inputs, gpu, need) if s.workload == "chat-8b")
        cost = economics(inputs, gpu, None, chat, None)
        option = next(
            o
            for o in found["options"]
            if (o["precision"], o["gpus_per_replica"]) == (chat.precision, chat.group)
        )
        assert option["rate"]["value"] == pytest.approx(chat.rate, abs=1e-3)
        assert option["cost"]["total"] == pytest.approx(cost.per_million, abs=1e-5)
        parts = option["cost"]["loss_of_value"] + option["cost"]["energy"]
        assert parts == pytest.approx(option["cost"]["total"], abs=1e-5)


def test_dearer_electricity_is_dearer_by_what_it_takes(run: Run) -> None:
    ask = ["llama-3.1-8b", "--gpu", "rtx-a6000", "--electricity"]
    cheap, dear = (best(told(run, *ask, price))["cost"] for price in ("0.1", "0.3"))
    assert cheap["loss_of_value"] == dear["loss_of_value"]
    assert dear["energy"] == pytest.approx(3 * cheap["energy"], rel=1e-3)


def test_the_smallest_group_is_the_smallest_that_carries_what_is_asked(run: Run) -> None:
    found = told(run, "llama-3.3-70b", "--concurrency", "6", "--gpu", "rtx-a6000")
    (card,) = found["cards"]
    for precision, cards in card["smallest_group"].items():
        groups = [
            o["gpus_per_replica"]
            for o in found["options"]
            if o["precision"] == precision and o["sessions"] >= 6
        ]
        assert cards == min(groups, default=None)


@pytest.mark.parametrize(
    ("model", "gpu", "more"),
    [
        ("llama-3.3-70b", "rtx-a6000", ["--precision", "fp8"]),
        ("llama-3.1-8b", "rtx-a4000", ["--precision", "bf16", "--concurrency", "8"]),
        ("qwen3-32b", "rtx-4090", ["--context", "32768"]),
    ],
)
def test_what_would_make_it_a_yes_does_when_it_is_asked_for(
    model: str, gpu: str, more: list[str], run: Run
) -> None:
    (card,) = told(run, model, "--gpu", gpu, *more)["cards"]
    assert card["one_card"] == "no"
    assert card["would_make_it_fit"]
    for proposal in card["would_make_it_fit"]:
        again = [m for i, m in enumerate(more) if "--precision" not in more[max(0, i - 1) : i + 1]]
        for name, value in proposal["settings"].items():
            again += [f"--{name}", f"{value}"]
        if "context" in proposal["changed"]:
            again = [*again, "--input", "1", "--output", "1"]
        found = told(run, model, "--gpu", gpu, "--precision", proposal["precision"], *again)
        cards = found["cards"][0]["smallest_group"][proposal["precision"]]
        assert cards is not None
        assert cards <= proposal["gpus_per_replica"]


@pytest.mark.parametrize(
    ("model", "more"),
    [
        ("llama-3.3-70b", []),
        ("gpt-oss-20b", ["--ecc"]),
        ("gemma-3-27b", ["--concurrency", "3", "--kv-cache", "fp8"]),
    ],
)
def test_the_printed_command_fits_when_it_is_pasted_back(
    model: str, more: list[str], run: Run
) -> None:
    found = told(run, model, "--gpu", "rtx-a6000", "--gpu", "h100-sxm", *more)
    for option in found["options"]:
        ecc = ["--ecc"] if "--ecc" in more else []
        again = checked(run, option["command"], model, "--gpu", option["gpu"], *ecc)
        assert again["fits"]
        assert again["account"]["max_concurrency"] >= option["command_sessions"]
        assert again["server"]["precision"] == option["precision"]
        assert again["server"]["tensor_parallel_size"] == option["gpus_per_replica"]
        assert again["not_considered"] == again["defaults"] == []


def test_a_command_that_fits_leaves_with_0_and_one_that_does_not_with_1(run: Run) -> None:
    small = checked(run, "vllm serve Qwen/Qwen3-8B --max-model-len 8k", "--gpu", "rtx-a6000")
    assert (small["model"], small["fits"], small["why"]) == ("qwen3-8b", True, None)
    large = checked(run, "vllm serve Qwen/Qwen3-32B -q fp8 --foo 1", "--gpu", "rtx-4090", code=1)
    assert (large["fits"], large["not_considered"]) == (False, ["--foo"])
    assert large["server"]["max_model_len"] == 40960
    assert large["would_make_it_fit"]


def test_a_change_that_is_proposed_fits_when_it_is_pasted(run: Run) -> None:
    command = "vllm serve Qwen/Qwen3-32B --max-model-len 40960 -q fp8"
    found = checked(run, command, "--gpu", "rtx-a6000", code=1)
    pasted = [c for c in found["would_make_it_fit"] if c["changed"][0].startswith("--")]
    assert pasted
    for change in pasted:
        words = " ".join(w for w in change["changed"] if w.startswith("--"))
        assert checked(run, f"{command} {words}", "--gpu", "rtx-a6000")["fits"]


def test_the_longest_context_is_found_where_the_command_leaves_it_open(run: Run) -> None:
    command = "vllm serve Qwen/Qwen3-32B -q fp8 --max-model-len {}"
    found = checked(run, command.format("auto"), "--gpu", "rtx-a6000")
    length = found["server"]["max_model_len"]
    assert checked(run, command.format(length), "--gpu", "rtx-a6000")["fits"]
    checked(run, command.format(length + 16), "--gpu", "rtx-a6000", code=1)


def test_a_run_takes_its_tokens_at_the_told_speed(run: Run) -> None:
    found = told(
        run, "llama-3.1-8b", "--task", "finetune", "--method", "qlora", "--sequence", "4096",
        "--batch", "2", "--rank", "32", "--optimizer", "adamw-8bit", "--tokens", "2e8",
        "--gpu", "rtx-a6000",
    )  # fmt: skip
    option = best(found)
    hours = 2e8 / option["rate"]["value"] * 730
    assert option["run"]["hours"]["value"] == pytest.approx(hours, abs=1e-3)
    assert option["run"]["hours"]["low"] < hours < option["run"]["hours"]["high"]
    assert option["run"]["cost"] == pytest.approx(hours * option["cost"]["per_hour"], abs=0.01)
    assert option["run"]["cost"] == pytest.approx(200 * option["cost"]["total"], abs=0.01)
    assert set(found["cards"][0]["smallest_group"]) == {"full", "lora", "qlora"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--check-command", "vllm serve x"], "wants the card"),
        (["--check-command", "vllm serve a/Qwen3-9B", "--gpu", "l40s"], "did you mean"),
        (["--check-command", "vllm serve MODEL_PATH", "--gpu", "l40s"], "give the model before"),
        (["--check-command", "vllm serve x", "--gpu", "l40"], "did you mean `l40s`?"),
        (
            ["--check-command", "vllm serve x", "--gpu", "l40s", "--context", "9"],
            "the command says",
        ),
        (
            ["--check-command", "vllm serve Qwen/Qwen3-8B -pp 2", "--gpu", "l40s"],
            "--pipeline-parallel-size is not sized",
        ),
        (
            ["--check-command", "vllm serve Qwen/Qwen3-8B -q fp9", "--gpu", "l40s"],
            "did you mean `fp8`?",
        ),
        (["llama-3.1-8b", "--electricity", "-1"], "not in the range"),
    ],
)
def test_what_cannot_be_checked_says_why(arguments: list[str], said: str, run: Run) -> None:
    ended = run("size", *arguments)
    assert (ended.code, ended.stdout) == (2, "")
    assert said in ended.stderr
