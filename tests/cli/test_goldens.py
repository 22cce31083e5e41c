"""What the commands print, word by word."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Run

FOLDER = ROOT / "tests" / "golden" / "cli"
SOME = ["--gpu", "rtx-4090", "--gpu", "rtx-a6000", "--gpu", "h100-sxm", "--gpu", "rtx-a4000"]
CASES: dict[str, list[str]] = {
    "help": ["--help"],
    "size_model": ["size", "llama-3.1-8b", *SOME],
    "size_sessions": [
        "size", "llama-3.3-70b", "--context", "32768", "--concurrency", "4", *SOME,
    ],
    "size_all": ["size", "llama-3.3-70b", "--ecc", "--precision", "fp8", "--all", *SOME],
    "size_refused": ["size", "llama-3.1-405b", "--precision", "bf16", *SOME],
    "size_embedding": ["size", "bge-m3", *SOME],
    "size_image": ["size", "flux.1-dev", *SOME],
    "size_finetune": ["size", "llama-3.1-8b", "--task", "finetune", "--all", *SOME],
    "size_finetune_full": [
        "size", "llama-3.1-8b", "--task", "finetune", "--method", "full", "--all", *SOME,
    ],
    "accuracy": ["accuracy"],
    "size_one_card": ["size", "llama-3.3-70b", "--precision", "fp8", "--gpu", "rtx-a6000"],
    "size_gguf": [
        "size", "qwen3-32b", "--precision", "gguf-q4_k_m", "--concurrency", "2",
        "--gpu", "rtx-4090",
    ],
    "size_run": [
        "size", "llama-3.1-8b", "--task", "finetune", "--tokens", "2e8", "--gpu", "rtx-4090",
    ],
    "size_command": [
        "size", "--gpu", "rtx-a6000", "--check-command",
        "vllm serve Qwen/Qwen2.5-32B-Instruct-AWQ --max-model-len 16k --enable-lora",
    ],
    "size_command_no": [
        "size", "--gpu", "rtx-a6000", "--check-command",
        "vllm serve meta-llama/Llama-3.3-70B-Instruct -tp 2 --max-model-len 32768",
    ],
    "size_scenario": ["size", "--scenario", "scenarios/lab.yaml", *SOME],
    "size_unknown_names": ["size", "llama-3.3-7b", "--gpu", "rtx-490", "--gpu", "a6000"],
    "size_broken_rules": [
        "size", "llama-3.1-8b", "--context", "999999", "--precision", "fp9",
    ],
    "list_gpus": ["catalog", "list", "gpus"],
    "list_hosts": ["catalog", "list", "hosts"],
    "list_racks": ["catalog", "list", "racks"],
    "list_bridges": ["catalog", "list", "bridges"],
    "list_prices": ["catalog", "list", "prices", "--prices", "seed"],
    "select_gpus": [
        "catalog", "list", "gpus", "--where", "memory_gib >= 40 and ecc and form_factor == 'pcie'",
        "--sort", "-memory_bandwidth_gb_s", "--show", "l2_mb",
    ],
    "conflicts_card": ["catalog", "conflicts", "rtx-pro-6000-ws"],
    "prices_card": ["catalog", "prices", "rtx-a6000"],
    "add_template_price": ["catalog", "add", "--template", "price"],
    "claims_some": ["claims", "check", "--id", "s003-003", "--id", "s001-127"],
    "select_unknown_attribute": ["catalog", "list", "gpus", "--where", "memory_gb >= 40"],
    "show_card": ["catalog", "show", "rtx-4090"],
    "show_module": ["catalog", "show", "h100-sxm"],
    "show_host": ["catalog", "show", "hp-z4-g5"],
    "show_rack": ["catalog", "show", "rack-42u"],
    "show_bridge": ["catalog", "show", "nvlink-bridge-h100-nvl"],
    "show_model": ["catalog", "show", "gpt-oss-20b"],
    "show_source": ["catalog", "show", "rtx6kpro"],
    "show_unknown": ["catalog", "show", "rtx-pro-600"],
    "unknown_command": ["sovle"],
}  # fmt: skip
FINDINGS = ["size_command_no"]
"""They end with 1: what they were asked is a no."""
NARROW = ["size_sessions", "size_all", "size_one_card", "size_command_no", "list_gpus", "show_host"]
Golden = Callable[[str, Path], None]


@pytest.mark.parametrize("name", CASES)
def test_a_command_prints_its_golden_file(name: str, run: Run, same_as_golden: Golden) -> None:
    ended = run(*CASES[name])
    assert ended.code == (1 if name in FINDINGS else 0 if ended.stdout else 2)
    same_as_golden(ended.stdout or ended.stderr, FOLDER / f"{name}.txt")


def test_the_check_of_the_catalogue_begins_as_its_golden_file(
    run: Run, same_as_golden: Golden
) -> None:
    ended = run("catalog", "check", "--today", "2026-11-21")
    assert ended.code == 0
    head, _, _ = ended.stdout.partition("What is known of each card")
    same_as_golden(head, FOLDER / "check_head.txt")


@pytest.mark.parametrize("name", NARROW)
def test_a_narrow_terminal_gets_its_own_layout(
    name: str, run: Run, same_as_golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    same_as_golden(run(*CASES[name]).stdout, FOLDER / f"{name}_80.txt")


@pytest.mark.parametrize("name", [n for n in CASES if n.startswith(("size", "list"))])
@pytest.mark.parametrize("width", [80, 100, 140])
def test_no_line_is_wider_than_the_terminal(
    name: str, width: int, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", f"{width}")
    wide = [line for line in run(*CASES[name]).stdout.splitlines() if len(line) > width]
    assert wide == []


def test_every_golden_file_has_its_case() -> None:
    assert {f.stem for f in FOLDER.glob("*.txt")} == {
        *CASES, "check_head", *(f"{n}_80" for n in NARROW),
    }  # fmt: skip
