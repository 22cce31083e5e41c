"""Runs the command line as a user does: in this process, or in one of its own."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from planner.cli.main import main


@dataclass(frozen=True)
class Ended:
    """How a command ended, and the seconds of processor time that it took."""

    code: int
    stdout: str
    stderr: str
    seconds: float


def run_here(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Ended:
    """Run the program's own entry point in this process."""
    monkeypatch.setattr(sys, "argv", ["planner", *arguments])
    capsys.readouterr()
    began = time.process_time()
    code: object = 0
    try:
        main()
    except SystemExit as leaving:
        code = leaving.code or 0
    took = time.process_time() - began
    said = capsys.readouterr()
    assert isinstance(code, int)
    return Ended(int(code), said.out, said.err, took)


def run_installed(arguments: list[str], folder: Path) -> Ended:
    """Run the installed program."""
    program = shutil.which("planner", path=str(Path(sys.executable).parent))
    assert program is not None, "planner is not installed"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [program, *arguments], cwd=folder, capture_output=True, timeout=30, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode(), took)
