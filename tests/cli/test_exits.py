"""Exit codes, and one JSON object for every way in which a command can end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from planner.cli.main import BROKEN_PIPE, COMMANDS, SUBCOMMANDS, LazyGroup
from planner.errors import (
    AuditError,
    Diagnostic,
    InfeasibleError,
    InputError,
    InterruptedSearch,
    NoAnswerError,
)
from tests.cli.conftest import ROOT, Run

ENDINGS = {
    "bad-input": (InputError([Diagnostic("rule", "message")]), 2),
    "infeasible": (InfeasibleError(["no card is large enough"]), 1),
    "failed-audit": (AuditError(["3 of 4 sessions"]), 1),
    "no-answer": (NoAnswerError("out of time"), 3),
    "usage": (click.UsageError("no such thing"), 2),
    "internal": (ZeroDivisionError("division by zero"), 101),
}
INTERRUPTED = {"search": InterruptedSearch(), "key": KeyboardInterrupt()}


def fail_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command raises an error."""

    @click.command()
    @click.option("--json", is_flag=True)
    def command(json: bool) -> None:
        raise error

    monkeypatch.setattr(LazyGroup, "get_command", lambda self, ctx, name: command)


@pytest.mark.parametrize("kind", ENDINGS)
def test_every_kind_of_error_has_its_exit_code(
    kind: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    error, code = ENDINGS[kind]
    fail_with(error, monkeypatch)
    ended = run("solve")
    assert (ended.code, ended.stdout) == (code, "")
    assert ended.stderr.strip()
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("kind", ENDINGS)
def test_every_kind_of_error_is_one_object_with_json(
    kind: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    error, code = ENDINGS[kind]
    fail_with(error, monkeypatch)
    ended = run("solve", "--json")
    told = json.loads(ended.stdout)
    assert (ended.code, ended.stderr) == (code, "")
    assert list(told) == ["schema", "command", "error"]
    assert (told["schema"], told["command"]) == (1, "solve")
    assert (told["error"]["kind"], told["error"]["exit_code"]) == (kind, code)
    assert told["error"]["message"]


@pytest.mark.parametrize("kind", INTERRUPTED)
def test_an_interruption_is_130(kind: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(INTERRUPTED[kind], monkeypatch)
    assert run("solve").code == 130
    ended = run("solve", "--json")
    assert ended.code == 130
    assert json.loads(ended.stdout)["error"]["kind"] == "interrupted"


@pytest.mark.parametrize("how", ["option", "variable"])
def test_an_internal_error_says_how_to_report_it_and_shows_where_when_asked(
    how: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(ZeroDivisionError("division by zero"), monkeypatch)
    assert "planner --debug solve" in run("solve").stderr
    if how == "variable":
        monkeypatch.setenv("PLANNER_DEBUG", "1")
    ended = run(*(["--debug"] if how == "option" else []), "solve")
    assert ended.code == 101
    assert "Traceback" in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["sovle", "--json"], None),
        (["--json"], None),
        (["size", "--json"], "size"),
        (["size", "--json", "--contxt", "1"], "size"),
        (["catalog", "lst", "--json"], "catalog"),
        (["catalog", "list", "gpu", "--json"], "catalog list"),
        (["catalog", "show", "nothing", "--json"], "catalog show"),
        (["new", "no/such/folder.yaml", "--json"], "new"),
        (["schema", "--json"], "schema"),
        (["solve", "no-such-file.yaml", "--json"], "solve"),
        (["completion", "tcsh", "--json"], "completion"),
    ],
)
def test_what_is_typed_wrong_is_one_object_with_json(
    arguments: list[str], command: str | None, run: Run
) -> None:
    ended = run(*arguments)
    told = json.loads(ended.stdout)
    assert (ended.code, ended.stderr) == (2, "")
    assert (told["schema"], told["command"]) == (1, command)
    assert told["error"]["exit_code"] == 2


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["size", "llama-3.1-8b", "--json"], "size"),
        (["size", "--scenario", "scenarios/lab.yaml", "--json"], "size"),
        (["catalog", "list", "--json"], "catalog list"),
        (["catalog", "show", "l40s", "--json"], "catalog show"),
        (["new", "-", "--json"], "new"),
        (["schema", "plan", "--json"], "schema"),
        (["validate", "scenarios/lab.yaml", "--json"], "validate"),
        (["completion", "fish", "--json"], "completion"),
    ],
)
def test_an_answer_is_one_object_with_json(arguments: list[str], command: str, run: Run) -> None:
    ended = run(*arguments)
    told = json.loads(ended.stdout)
    assert (ended.code, ended.stderr) == (0, "")
    assert (told["schema"], told["command"]) == (1, command)
    assert "error" not in told


def test_a_word_after_two_dashes_is_no_option(run: Run) -> None:
    ended = run("catalog", "show", "--", "--json")
    assert (ended.code, ended.stdout) == (2, "")


def test_the_reader_may_leave() -> None:
    program = [sys.executable, "-c", "from planner.cli.main import main; main()"]
    with subprocess.Popen(
        [*program, "catalog", "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=30) == BROKEN_PIPE


def test_a_terminal_without_utf8_gets_its_like() -> None:
    program = [sys.executable, "-c", "from planner.cli.main import main; main()"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "COLUMNS": "100"}
    for words in (["catalog", "list"], ["catalog", "list", "sources", "--json"], ["--help"]):
        done = subprocess.run(
            [*program, *words], capture_output=True, env=environment, cwd=ROOT, check=True
        )
        assert done.stdout.isascii()
        assert done.stderr == b""


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['planner', '--help']\n"
        "from planner.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'pandas', 'numpy', 'ortools', 'pydantic', 'rich', 'yaml'}\n"
        "print(sorted(heavy & {name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stderr.decode().strip() == "[]"


def test_every_command_has_its_module() -> None:
    folder = ROOT / "planner" / "cli"
    helpers = {"__init__", "main", "output", "completing", "one_of", "progress"}
    modules = {f.stem for f in Path(folder).glob("*.py")} - helpers
    assert modules <= set(COMMANDS)
    assert set(SUBCOMMANDS) <= set(COMMANDS)
