"""The README shows what its first command prints."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.docs.blocks import blocks_of
from tests.docs.running import ROOT, compare


@pytest.mark.slow
def test_the_readme_shows_what_its_first_command_prints() -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    first, shown = list(blocks_of("README.md", page))[:2]
    assert first.text.rstrip().endswith("&& planner solve scenarios/lab.yaml")
    done = subprocess.run(
        [sys.executable, "-m", "planner", "solve", "scenarios/lab.yaml", "--seconds", "900"],
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=1200,
        check=True,
    )
    assert done.stderr == ""
    compare(shown.text, done.stdout, shown)
