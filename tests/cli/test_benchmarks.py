"""`planner benchmarks read`: files of benchmark programs to a table and to scenarios."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import Run

FILES = "tests/scenario/bench_files"
SERVED = ("--gpu", "rtx-a6000", "--model", "llama-3.1-8b", "--precision", "fp8")
VLLM = (f"{FILES}/vllm-8.json", f"{FILES}/vllm-appended.jsonl", *SERVED)


def read(run: Run, *arguments: str) -> str:
    ended = run("benchmarks", "read", *arguments)
    assert ended.code == 0, ended.stderr
    return ended.stdout


def test_rows_are_shown_as_a_table_as_csv_and_as_json(run: Run) -> None:
    text = read(run, *VLLM)
    assert text.startswith("3 measurements")
    rows = list(csv.DictReader(io.StringIO(read(run, *VLLM, "--csv"))))
    told = json.loads(read(run, *VLLM, "--json"))
    assert told["command"] == "benchmarks read"
    assert [int(r["concurrency"]) for r in rows] == [8, 16, 32]
    assert [r["concurrency"] for r in told["rows"]] == [8, 16, 32]
    assert all(f"{r['itl_ms']:.1f}" in text for r in told["rows"])


def test_rows_join_a_table_and_are_not_doubled(run: Run, tmp_path: Path) -> None:
    into = tmp_path / "rows.csv"
    read(run, f"{FILES}/vllm-8.json", *SERVED, "--into", str(into))
    said = read(run, *VLLM, "--into", str(into))
    assert "benchmarks: {files: [rows.csv]}" in said
    assert [r["concurrency"] for r in csv.DictReader(io.StringIO(into.read_text()))] == [
        "8",
        "16",
        "32",
    ]
    again = read(run, str(into), "--csv")
    assert again == into.read_text()


@pytest.mark.parametrize(
    ("limits", "sessions"),
    [((), 32), (("--rate", "40"), 16), (("--rate", "40", "--ttft", "150"), 8)],
)
def test_the_measured_block_has_the_most_sessions_in_time(
    run: Run, limits: tuple[str, ...], sessions: int
) -> None:
    (entry,) = yaml.safe_load(read(run, *VLLM, "--measured", "--memory", "40.5", *limits))[
        "measured"
    ]
    assert (entry["gpu"], entry["capacity"], entry["memory_gib"]) == ("rtx-a6000", sessions, 40.5)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((f"{FILES}/vllm-8.json",), "say it: --gpu"),
        ((f"{FILES}/vllm-8.json", "--gpu", "rtx-a600", "--precision", "fp8"), "`rtx-a6000`?"),
        ((f"{FILES}/no.json",), "there is no such file"),
        ((*VLLM, "--measured"), "--measured needs --memory"),
        ((*VLLM, "--rate", "4"), "are for --measured"),
        ((*VLLM, "--measured", "--memory", "4", "--rate", "900"), "no measurement gives"),
        ((*VLLM[:2], *SERVED[:2], "--model", "./no/config.json"), "describes no model"),
    ],
)
def test_what_cannot_be_done_is_said(run: Run, arguments: tuple[str, ...], said: str) -> None:
    ended = run("benchmarks", "read", *arguments)
    assert ended.code == 2
    assert said in ended.stderr
