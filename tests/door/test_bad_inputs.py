"""Every bad input is refused with the very words of its golden file, and quickly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.door.command_line import Ended, run_here, run_installed

FOLDER = Path(__file__).parent.parent / "golden" / "bad_inputs"
FILES = sorted(file.stem for file in FOLDER.glob("*.yaml"))
SOLVED = {"fits_nowhere"}
"""What only `planner solve` can find; a plan that does not exist is no bad input."""

HEAD = b"schema: 1\nname: Bad input\n"
LARGE: dict[str, bytes] = {
    "nested_brackets": HEAD + b"workloads: " + b"[" * 200_000,
    "nested_braces": HEAD + b"workloads: " + b"{a: " * 100_000,
    "huge_file": HEAD + b"# padding\n" * 500_000,
    "long_line": HEAD + b"name: " + b"x" * 10_000_000,
    "long_name": HEAD + b"colour: [" + b"x" * 3_000_000 + b"]",
    "many_values": HEAD + b"workloads: [" + b"1," * 150_000 + b"]",
}
"""Inputs that are too large to be kept."""

MISSING: dict[str, str] = {"no_such_file": "unknow_card.yaml", "a_directory": "overlays"}
SECONDS = 5
"""By which an input is refused, however large; it takes less than one on a quiet machine."""
Golden = Callable[[str, Path], None]


def told(name: str, ended: Ended, same_as_golden: Golden) -> None:
    assert ended.code == (1 if name in SOLVED else 2)
    assert ended.stdout == ""
    assert ended.seconds < SECONDS or name in SOLVED
    assert "Traceback" not in ended.stderr
    same_as_golden(ended.stderr, FOLDER / f"{name}.txt")


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_refused_in_the_words_of_its_golden_file(
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    same_as_golden: Golden,
) -> None:
    monkeypatch.chdir(FOLDER)
    ended = run_here(
        ["solve" if name in SOLVED else "validate", f"{name}.yaml"], monkeypatch, capsys
    )
    told(name, ended, same_as_golden)


@pytest.mark.parametrize("name", LARGE)
def test_a_monstrous_file_is_refused_in_the_words_of_its_golden_file(
    name: str, tmp_path: Path, same_as_golden: Golden
) -> None:
    (tmp_path / f"{name}.yaml").write_bytes(LARGE[name])
    ended = run_installed(["validate", f"{name}.yaml"], tmp_path)
    told(name, ended, same_as_golden)


@pytest.mark.parametrize("name", MISSING)
def test_what_is_no_file_is_refused_in_the_words_of_its_golden_file(
    name: str, same_as_golden: Golden
) -> None:
    ended = run_installed(["validate", MISSING[name]], FOLDER)
    told(name, ended, same_as_golden)


def test_every_golden_file_has_its_input() -> None:
    golden = {file.stem for file in FOLDER.glob("*.txt")}
    assert golden == {*FILES, *LARGE, *MISSING}


def test_the_installed_program_says_what_the_entry_point_says() -> None:
    ended = run_installed(["validate", "several_errors.yaml"], FOLDER)
    assert ended.stderr == (FOLDER / "several_errors.txt").read_text(encoding="utf-8")
    assert ended.code == 2
