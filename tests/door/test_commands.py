"""`planner validate`, `planner new` and `planner schema`, as they are typed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from planner.scenario.starter import starter
from planner.schemas import KINDS, Kind, file_of
from planner.yaml_source import parse
from tests.door.command_line import Ended, run_here, run_installed
from tests.scenario.small import BASE

ROOT = Path(__file__).parents[2]
Run = Callable[..., Ended]
VALID = BASE.replace("bge-large", "bge-m3").replace("flux-dev", "flux.1-dev")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: run_here(list(arguments), monkeypatch, capsys)


def test_a_valid_scenario_is_said_to_be_valid_on_stdout(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lab.yaml").write_text(VALID)
    ended = run("validate", "lab.yaml")
    assert (ended.code, ended.stderr) == (0, "")
    assert ended.stdout == (
        "lab.yaml is valid: 5 workloads, 24 months from 2026-10 to 2028-09, "
        "prices of 2026-09 in USD\n"
    )


def test_several_scenarios_are_judged_one_by_one_and_told_together(
    run: Run, tmp_path: Path
) -> None:
    for name, text in (("a", VALID + "x: 1"), ("b", VALID), ("c", VALID + "y: 1")):
        (tmp_path / f"{name}.yaml").write_text(text)
    ended = run("validate", "c.yaml", "b.yaml", "a.yaml")
    assert ended.code == 2
    assert ended.stdout.startswith("b.yaml is valid: ")
    assert re.findall(r"--> (.)\.yaml", ended.stderr) == ["a", "c"]
    assert ended.stderr.endswith("2 errors\n")


@pytest.mark.parametrize(("text", "code"), [(VALID, 0), (VALID + "x: 1\ny: 2\n", 2)])
def test_validate_prints_one_versioned_object_and_nothing_else(
    run: Run, tmp_path: Path, text: str, code: int
) -> None:
    (tmp_path / "lab.yaml").write_text(text)
    ended = run("validate", "--json", "lab.yaml")
    told = json.loads(ended.stdout)
    assert (ended.code, ended.stderr) == (code, "")
    assert list(told) == ["schema", "command", "valid", "diagnostics"]
    assert (told["schema"], told["command"], told["valid"]) == (1, "validate", code == 0)
    assert [d["rule"] for d in told["diagnostics"]] == ["unknown-field"] * code


@pytest.mark.parametrize(
    "file",
    sorted(f for f in (ROOT / "scenarios").rglob("*.yaml") if f.stem != "facts"),
    ids=lambda f: f.stem,
)
def test_every_shipped_scenario_is_valid(run: Run, file: Path) -> None:
    ended = run("validate", str(file))
    assert (ended.code, ended.stderr) == (0, "")


def test_validate_needs_a_scenario(run: Run) -> None:
    assert run("validate").code == 2


def test_a_new_scenario_is_valid_and_names_its_schema(run: Run, tmp_path: Path) -> None:
    written = run("new")
    assert (written.code, written.stdout) == (0, "")
    assert run("validate", "scenario.yaml").code == 0
    first = (tmp_path / "scenario.yaml").read_text().split("\n", 1)[0]
    named = first.removeprefix("# yaml-language-server: $schema=")
    assert (tmp_path / named).resolve() == file_of("scenario").resolve()


def test_new_prints_what_it_would_write(run: Run, tmp_path: Path) -> None:
    run("new", "there.yaml")
    assert run("new", "-").stdout == (tmp_path / "there.yaml").read_text()


def test_new_overwrites_only_when_told_to(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("precious")
    refused = run("new", "mine.yaml")
    assert refused.code == 2
    assert "--force" in refused.stderr
    assert (tmp_path / "mine.yaml").read_text() == "precious"
    assert run("new", "mine.yaml", "--force").code == 0
    assert (tmp_path / "mine.yaml").read_text() != "precious"


def test_new_says_where_it_cannot_write(run: Run) -> None:
    ended = run("new", "no/such/folder.yaml")
    assert ended.code == 2
    assert "cannot write no/such/folder.yaml" in ended.stderr


def test_new_reports_as_one_object(run: Run) -> None:
    told = json.loads(run("new", "--json", "lab.yaml").stdout)
    assert told == {"schema": 1, "command": "new", "written": "lab.yaml"}


def test_every_comment_of_the_starter_that_is_yaml_may_be_used(run: Run, tmp_path: Path) -> None:
    text = starter(tmp_path)
    used = re.sub(r"^( *)# (?=( *)(- \{|[a-z]+:( [{\[].*)?$))", r"\1", text, flags=re.MULTILINE)
    assert used.count("#") < text.count("#")
    (tmp_path / "lab.yaml").write_text(used)
    ended = run("validate", "lab.yaml")
    assert (ended.code, ended.stderr) == (0, "")
    data = parse(used, file="lab.yaml").value
    assert isinstance(data, dict)
    assert {"existing", "quotes", "fleet"} <= set(data)


@pytest.mark.parametrize("kind", KINDS)
def test_schema_prints_the_committed_file(run: Run, kind: Kind) -> None:
    assert run("schema", kind).stdout == file_of(kind).read_text(encoding="utf-8")


@pytest.mark.parametrize("arguments", [[], ["plans"]])
def test_schema_needs_a_file_format(run: Run, arguments: list[str]) -> None:
    ended = run("schema", *arguments)
    assert (ended.code, ended.stdout) == (2, "")


def test_help_is_quick_and_knows_the_commands(tmp_path: Path) -> None:
    ended = run_installed(["--help"], tmp_path)
    assert ended.seconds < 0.3
    assert all(f"\n  {name} " in ended.stdout for name in ("validate", "new", "schema"))
