"""`planner solve` and `planner audit`: what they print and how they end."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from planner.plan.schema import read_plan
from tests.cli.conftest import ROOT, Run

CHAT = "examples/chat.yaml"
HOPELESS = """
schema: 1
name: No room
start: 2026-10
months: 12
workloads:
  - name: chat
    task: inference
    model: llama-3.3-70b
    precision: [bf16]
    context_tokens: 8192
    demand: [{from: 2026-10, concurrency: 4}]
sites:
  - {name: lab, facility_power_kw: 4, electricity_per_kwh: 0.18}
fleet:
  gpus: [rtx-a4000]
  hosts: [hp-z4-g5]
"""


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan file, written by the command."""
    program = shutil.which("planner", path=str(Path(sys.executable).parent))
    assert program is not None
    file = tmp_path_factory.mktemp("plans") / "chat.plan.json"
    arguments = [program, "solve", CHAT, "--out", str(file), "--no-stress"]
    subprocess.run(arguments, cwd=ROOT, check=True, capture_output=True, timeout=120)
    return file


def test_the_answer_is_a_proposal(run: Run) -> None:
    ended = run("solve", CHAT, "--no-stress")
    assert (ended.code, ended.stderr) == (0, "")
    for section in (
        "What to buy, and when",
        "What runs where",
        "What it costs",
        "Upgrade paths",
        "Power and places",
        "What this rests on",
        "What to run next",
    ):
        assert section in ended.stdout


def test_json_is_the_plan_and_nothing_else(run: Run) -> None:
    ended = run("solve", CHAT, "--json", "--no-stress")
    assert (ended.code, ended.stderr) == (0, "")
    plan = read_plan(ended.stdout)
    assert plan.status == "proven"
    assert json.loads(ended.stdout)["schema"] == 1


def test_paths_are_compared_unless_nobody_asks(run: Run) -> None:
    ended = run("solve", CHAT, "--no-stress")
    assert "buy-once" in ended.stdout
    assert "re-buy" in ended.stdout
    ended = run("solve", CHAT, "--no-stress", "--no-paths")
    assert "re-buy" not in ended.stdout
    assert "would have cost was not asked" in " ".join(ended.stdout.split())


def test_the_plans_of_the_paths_stand_in_the_plan(run: Run, plan_file: Path) -> None:
    plan = read_plan(plan_file.read_text())
    assert [p.name for p in plan.policies] == ["optimal", "buy-once", "re-buy"]
    assert [p.plan is None for p in plan.policies] == [True, False, False]


def test_a_changed_cent_in_the_plan_of_a_path_is_found(
    run: Run, plan_file: Path, tmp_path: Path
) -> None:
    plan = json.loads(plan_file.read_text())
    plan["policies"][1]["plan"]["cash_flow"][0]["amount"] += 1
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(plan))
    ended = run("audit", str(forged))
    assert ended.code == 1
    assert "cash-flow: buy-once: capital of 2026-10" in ended.stderr


def test_a_plan_may_be_larger_than_a_scenario(run: Run, plan_file: Path, tmp_path: Path) -> None:
    large = tmp_path / "large.json"
    large.write_text(plan_file.read_text() + " " * (5 << 20))
    assert run("audit", str(large)).code == 0


def test_a_written_plan_is_the_printed_one(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.plan.json"
    ended = run("solve", CHAT, "--json", "--out", str(file), "--no-stress")
    assert file.read_text() == ended.stdout


def test_a_written_plan_passes_the_audit(run: Run, plan_file: Path) -> None:
    ended = run("audit", str(plan_file), "--against", CHAT)
    assert (ended.code, ended.stderr) == (0, "")
    assert "keeps all its promises" in ended.stdout


def test_the_audit_in_json_is_one_object(run: Run, plan_file: Path) -> None:
    ended = run("audit", str(plan_file), "--json")
    told = json.loads(ended.stdout)
    assert (told["schema"], told["command"], told["findings"]) == (1, "audit", [])


def test_a_changed_cent_is_found(run: Run, plan_file: Path, tmp_path: Path) -> None:
    plan = json.loads(plan_file.read_text())
    plan["cash_flow"][0]["amount"] += 1
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(plan))
    ended = run("audit", str(forged))
    assert ended.code == 1
    assert "cash-flow: capital of 2026-10" in ended.stderr
    in_json = run("audit", str(forged), "--json")
    assert in_json.code == 1
    error = json.loads(in_json.stdout)["error"]
    assert (error["kind"], in_json.stderr) == ("failed-audit", "")
    assert any("cash-flow" in finding for finding in error["findings"])


def test_a_changed_scenario_is_found(run: Run, plan_file: Path, tmp_path: Path) -> None:
    changed = tmp_path / "chat.yaml"
    changed.write_text((ROOT / CHAT).read_text().replace("concurrency: 60", "concurrency: 61"))
    ended = run("audit", str(plan_file), "--against", str(changed))
    assert ended.code == 1
    assert "scenario-changed: workloads.chat.demand.2.concurrency was 60" in ended.stderr


def test_what_is_no_plan_is_bad_input(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text('{"schema": 1}')
    ended = run("audit", str(file))
    assert ended.code == 2
    assert "error[not-a-plan]" in ended.stderr
    assert run("audit", str(tmp_path / "none.json")).code == 2


def test_an_open_gap_ends_with_3_where_a_proof_is_required(run: Run) -> None:
    lab = ("solve", "scenarios/lab.yaml", "--work-limit", "0", "--no-stress", "--no-paths")
    ended = run(*lab, "--require-proof")
    assert ended.code == 3
    assert "was required" in ended.stderr
    assert "Proof   open" in ended.stdout
    assert run(*lab).code == 0


def test_a_hopeless_scenario_ends_with_1_and_says_why(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "hopeless.yaml"
    file.write_text(HOPELESS)
    ended = run("solve", str(file))
    assert (ended.code, ended.stdout) == (1, "")
    assert "GiB" in ended.stderr
    in_json = run("solve", str(file), "--json")
    assert in_json.code == 1
    assert json.loads(in_json.stdout)["error"]["kind"] == "infeasible"


@pytest.mark.parametrize(
    "options",
    [("--gap", "-1"), ("--gap", "2"), ("--seconds", "0"), ("--threads", "0"), ("--engine", "x")],
)
def test_a_wrong_option_is_bad_usage(run: Run, options: tuple[str, str]) -> None:
    ended = run("solve", CHAT, *options)
    assert (ended.code, ended.stdout) == (2, "")


def test_a_file_that_cannot_be_written_is_said(run: Run, tmp_path: Path) -> None:
    ended = run("solve", CHAT, "--no-stress", "--out", str(tmp_path / "no" / "where.json"))
    assert ended.code == 2
    assert "cannot write" in ended.stderr


def test_ctrl_c_keeps_the_best_plan(tmp_path: Path) -> None:
    program = shutil.which("planner", path=str(Path(sys.executable).parent))
    assert program is not None
    file = tmp_path / "kept.json"
    arguments = [program, "solve", "scenarios/lab.yaml", "--gap", "0", "--seconds", "300"]
    with subprocess.Popen(
        [*arguments, "--out", str(file), "--progress"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        printed, said = process.communicate(timeout=60)
    assert "best USD" in first
    assert process.returncode == 130, said
    assert "interrupted: this is the best plan so far" in said
    assert "it was interrupted" in printed
    plan = read_plan(file.read_text())
    assert plan.engine.stopped_by == "interrupt"
