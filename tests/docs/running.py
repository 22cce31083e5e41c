"""Runs the blocks of a page in one folder, in their order, and compares what they print."""

from __future__ import annotations

import contextlib
import doctest
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from planner.catalog.schema import CatalogFile
from planner.scenario.loading import read_scenario
from planner.scenario.schema import Scenario
from planner.yaml_source import parse
from tests.docs.blocks import SHELL, Block

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 300
NOT_RUN = (
    "pip ", "python -m pip ", "python -m venv ", "pipx ", "uv ", "git ", "cd ", ". ", "source ",
    "pytest", "ruff ", "mypy", "lint-imports", "mkdocs ", "python -m pytest", "planner serve",
)  # fmt: skip
"""Commands that change the machine, run the tests themselves, or do not end."""
INSTALLS = re.compile(r"^python3 -m venv .*pip install .*? && ")
"""What stands before a command on the line that also installs the program."""

_ALIKE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def is_slow(block: Block) -> bool:
    """Whether a block takes long: its author says so, or it solves a shipped scenario freely."""
    solves = any(word in block.text for word in ("planner solve scenarios/", "find_plan("))
    shipped = "scenarios/" in block.text
    limited = "seconds" in block.text
    return block.slow or (solves and shipped and not limited)


@dataclass
class Page:
    """A page that is being run.

    Attributes:
        folder: where its commands run and its files are written.
        names: what its Python blocks have defined.
        printed: what the last block printed, or None.
    """

    folder: Path
    names: dict[str, object] = field(default_factory=lambda: {"__name__": "__page__"})
    printed: str | None = None

    def prepare(self) -> None:
        """Everything of the repository that a command may name, within reach."""
        for entry in sorted(ROOT.iterdir()):
            if not entry.name.startswith("."):
                (self.folder / entry.name).symlink_to(entry)

    def run(self, block: Block) -> None:
        """Run a block, write its file, or compare it.

        Raises:
            AssertionError: if it does not do what the page says.
        """
        if block.skip is not None:
            self.printed = None
        elif block.file is not None:
            self._write(block)
        elif block.language in SHELL:
            self.printed = self._shell(_runnable(block.text), block)
        elif block.language == "console":
            self._console(block)
        elif block.language == "python":
            self.printed = self._python(block)
        elif block.language == "yaml":
            _check_yaml(block, self.folder)
        elif block.language == "json":
            json.loads(block.text)
        elif block.language == "text" and self.printed is not None and not block.sample:
            compare(block.text, self.printed, block)
            self.printed = None

    def _write(self, block: Block) -> None:
        assert block.file is not None
        path = self.folder / block.file
        inside = path.resolve().is_relative_to(self.folder.resolve())
        assert inside, f"{block.place}: a page writes into its own folder only"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a" if block.appended else "w", encoding="utf-8") as file:
            file.write(block.text)
        if block.language == "yaml" and not block.appended:
            _check_yaml(block, self.folder)
        self.printed = None

    def _shell(self, commands: str, block: Block) -> str:
        if not commands.strip():
            return ""
        bin_folder = str(Path(sys.executable).parent)
        environment = os.environ | {
            "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "NO_COLOR": "1",
            "COLUMNS": "100",
        }
        done = subprocess.run(
            ["bash", "-euc", commands],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        said = f"{block.place}: code {done.returncode}\n{done.stdout}{done.stderr}"
        assert done.returncode == block.exit_code, said
        return done.stdout + (done.stderr if block.exit_code else "")

    def _console(self, block: Block) -> None:
        for command, expected in _turns(block):
            if command.startswith(NOT_RUN):
                continue
            printed = self._shell(command, block)
            if expected and not block.sample:
                compare(expected, printed, block)
        self.printed = None

    def _python(self, block: Block) -> str:
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(io.StringIO()) as out:
            if block.text.lstrip().startswith(">>>"):
                _doctest(block, self.names)
            else:
                padded = "\n" * block.line + block.text
                exec(compile(padded, block.page, "exec"), self.names)
        return out.getvalue()


def _runnable(text: str) -> str:
    lines = (INSTALLS.sub("", line) for line in text.splitlines())
    return "\n".join(line for line in lines if not line.startswith(NOT_RUN))


def _turns(block: Block) -> Iterator[tuple[str, str]]:
    """Commands of a console with what they print."""
    command: str | None = None
    printed: list[str] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            if command is not None:
                yield command, "\n".join(printed)
            command, printed = line.removeprefix("$ "), []
        elif line.startswith("> ") and command is not None and not printed:
            command += "\n" + line.removeprefix("> ")
        else:
            printed.append(line)
    assert command is not None, f"{block.place}: a console needs a line that begins with `$ `"
    yield command, "\n".join(printed)


def compare(expected: str, printed: str, block: Block) -> None:
    """Fail unless a block shows what was printed."""
    got = "".join(f"{_plain(line)}\n" for line in printed.strip().splitlines())
    pattern = "".join(map(_pattern, expected.strip().splitlines()))
    alike = re.fullmatch(pattern, got) is not None
    assert alike, f"{block.place}: the page says\n{expected}\nand this was printed\n{printed}"


def _plain(line: str) -> str:
    return " ".join(line.split())


def _pattern(line: str) -> str:
    """A line of dots is any number of lines; dots in a line are anything."""
    if line.strip() == "...":
        return r"(?:.*\n)*?"
    return re.escape(_plain(line)).replace(re.escape("..."), ".*") + r"\n"


def _doctest(block: Block, names: dict[str, object]) -> None:
    test = doctest.DocTestParser().get_doctest(block.text, names, block.page, None, block.line)
    told: list[str] = []
    result = doctest.DocTestRunner(optionflags=_ALIKE).run(test, out=told.append, clear_globs=False)
    names.update(test.globs)
    assert result.failed == 0, "".join(told)


def _check_yaml(block: Block, folder: Path) -> None:
    """A scenario is checked as one; a part of one, or of a catalogue, has known fields."""
    data = parse(block.text, file=block.place).value
    if isinstance(data, dict) and {"workloads", "sites"} <= data.keys():
        read_scenario(block.text, file=block.place, folder=folder)
        return
    known = _fields(Scenario.model_fields) | _fields(CatalogFile.model_fields)
    if isinstance(data, dict):
        unknown = data.keys() - known
        assert not unknown, f"{block.place}: no scenario and no catalogue has {sorted(unknown)}"


def _fields(fields: object) -> set[str]:
    assert isinstance(fields, dict)
    return {info.alias or name for name, info in fields.items()}
