"""Runs a command as it is typed, in a terminal of 100 columns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.door.command_line import Ended, run_here

Run = Callable[..., Ended]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in the root of the repository."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("PLANNER_DEBUG", raising=False)
    return lambda *arguments: run_here(list(arguments), monkeypatch, capsys)
