"""Files that a claims file names: which may be meant by one that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from planner.claims.choosing import scenarios_folder
from planner.errors import did_you_mean, nearest

FileKind = Literal["scenario", "overlay"]
_ALSO = "a path starts at the claims file, else at the scenarios of the program"
_ONLY_IN_A_SCENARIO = b"workloads"


def hint(name: str, page: Path, kind: FileKind) -> str | None:
    """What may be meant by the name of a missing file: one beside the claims file goes first.

    Args:
        name: as the claims file has it.
        page: the claims file.
        kind: what the file should be.
    """
    beside = [found for found, file in _beside(name, page) if _kind(file) == kind]
    for known in (beside, list(_shipped(kind))):
        for written in (name, Path(name).name):
            if (near := nearest(written, known)) is not None:
                return did_you_mean(near, [near], _ALSO)
    return _ALSO


def _beside(name: str, page: Path) -> Iterator[tuple[str, Path]]:
    """Files in the folder of the claims file and in that of the name, and how to write each."""
    folder = page.resolve().parent
    for inner in dict.fromkeys((Path(), Path(name).parent)):
        for file in _written_in(folder / inner):
            if file.resolve() != page.resolve():
                yield (inner / file.name).as_posix(), file


def _written_in(folder: Path) -> list[Path]:
    try:
        return sorted(folder.glob("*.y*ml"))
    except OSError:
        return []


def _kind(file: Path) -> FileKind | None:
    try:
        return "scenario" if _ONLY_IN_A_SCENARIO in file.read_bytes() else "overlay"
    except OSError:
        return None


def _shipped(kind: FileKind) -> Iterator[str]:
    for file in sorted(scenarios_folder().rglob("*.yaml")):
        if (file.stem == "facts") is (kind == "overlay"):
            yield file.relative_to(scenarios_folder()).as_posix()
