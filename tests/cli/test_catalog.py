"""`planner catalog` and `planner completion`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from planner.catalog.loading import default_catalog
from planner.cli.main import COMMANDS
from planner.report.listings import KINDS
from planner.report.screen import Column, Screen, Table
from tests.cli.conftest import ROOT, Run

HINT = re.compile(r"`planner (catalog (?:list|show)[a-z ]*)`")


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_holds_every_entry(kind: str, run: Run) -> None:
    catalog = default_catalog()
    entries = json.loads(run("catalog", "list", kind, "--json").stdout)[kind]
    if kind == "prices":
        assert len(entries) == len(catalog.price_books["2026-09"].entries)
        return
    fields = {"observations": "price_observations"}
    held = list(getattr(catalog, fields.get(kind, kind)))
    if kind in ("observations", "rentals", "depreciation", "benchmarks"):
        assert len(entries) == len(held)
        return
    assert [e["id"] for e in entries] == held


@pytest.mark.parametrize("kind", ["gpus", "hosts", "models", "engines", "price_books", "sources"])
def test_everything_in_the_catalogue_can_be_shown(kind: str, run: Run) -> None:
    for name in list(getattr(default_catalog(), kind))[:6]:
        ended = run("catalog", "show", name)
        assert (ended.code, ended.stderr) == (0, "")
        assert ended.stdout.startswith(f"{name}: ")
        assert json.loads(run("catalog", "show", name, "--json").stdout)["id"] == name


def test_a_figure_shows_every_claim_and_why_one_is_in_force(run: Run) -> None:
    nvlink = default_catalog().gpus["rtx-pro-6000-ws"].nvlink_gb_s
    shown = " ".join(run("catalog", "show", "rtx-pro-6000-ws").stdout.split())
    assert nvlink.why is not None
    assert f"in force, because: {' '.join(nvlink.why.split())}" in shown
    for claim in nvlink.other_claims:
        assert f"not in force: {claim.value:,g} GB/s, says {claim.source}" in shown


def test_every_hint_that_names_a_list_works_as_it_is_printed(run: Run) -> None:
    texts = [f.read_text(encoding="utf-8") for f in (ROOT / "planner").rglob("*.py")]
    hints = {hint for text in texts for hint in HINT.findall(text)}
    assert {"catalog list gpus", "catalog list hosts", "catalog list models"} <= hints
    for hint in sorted(hints):
        assert run(*hint.replace(" ID", " l40s").split()).code == 0


def test_colours_are_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert Screen.of_stdout().colour
    monkeypatch.setenv("NO_COLOR", "1")
    assert not Screen.of_stdout().colour
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setattr("sys.stdout.isatty", lambda: False)
    assert not Screen.of_stdout().colour


def test_a_table_gives_up_space_then_columns_and_never_a_value() -> None:
    columns = [Column("name"), Column("number", right=True), Column("extra", optional=True)]
    table = Table.of(columns, [["a" * 20, "1,234", "b" * 10], ["c", "5", "d"]])
    assert Screen(80).table(table).splitlines()[2] == "c" + " " * 19 + "       5  d"
    narrow = Screen(40).table(table)
    assert "b" * 10 in narrow
    tiny = Screen(35).table(table)
    assert "bb" not in tiny
    assert "a" * 20 in tiny
    assert "1,234" in tiny


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_calls_planner(shell: str, run: Run) -> None:
    ended = run("completion", shell)
    assert (ended.code, ended.stderr) == (0, "")
    assert f"_PLANNER_COMPLETE={shell}_complete" in ended.stdout


def completed(line: str, tmp_path: Path) -> list[str]:
    """What bash offers for a line, with the script that the program prints."""
    bash = shutil.which("bash")
    assert bash is not None, "these scripts are for bash"
    words = line.split(" ")
    script = tmp_path / "try.bash"
    script.write_text(
        'eval "$(planner completion bash)"\n'
        f"COMP_WORDS=({' '.join(repr(w) for w in words)}); COMP_CWORD={len(words) - 1}\n"
        '_planner_completion planner\nprintf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    programs = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    done = subprocess.run(
        [bash, str(script)], capture_output=True, text=True, env=environment, check=True
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("planner ", list(COMMANDS)),
        ("planner va", ["validate"]),
        ("planner catalog sh", ["show"]),
        ("planner catalog list h", ["hosts"]),
        ("planner catalog show rtx-a", ["rtx-a4000", "rtx-a5000", "rtx-a6000"]),
        ("planner size llama-3.3", ["llama-3.3-70b"]),
        ("planner size --gpu rtx-5", ["rtx-5000-ada", "rtx-5090"]),
        ("planner size --conc", ["--concurrency"]),
    ],
)
def test_bash_completes(line: str, offered: list[str], tmp_path: Path) -> None:
    assert completed(line, tmp_path) == offered
