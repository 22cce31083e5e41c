"""Every command and every block of code of the documentation does what the page says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.blocks import SHELL, Block, blocks_of
from tests.docs.running import ROOT, Page, is_slow

PATHS = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "benchmarks").glob("*.md")),
]
PAGES = {path.relative_to(ROOT).as_posix(): path for path in PATHS}
RUNS = SHELL | {"console", "python"}


def blocks(page: str) -> list[Block]:
    return list(blocks_of(page, PAGES[page].read_text(encoding="utf-8")))


WITH_BLOCKS = [page for page in PAGES if blocks(page)]
WITH_SLOW_BLOCKS = [
    page for page in WITH_BLOCKS if any(is_slow(b) for b in blocks(page) if b.skip is None)
]


def run(page: str, folder: Path, monkeypatch: pytest.MonkeyPatch, *, slow: bool) -> None:
    monkeypatch.syspath_prepend(str(folder))
    running = Page(folder)
    running.prepare()
    for block in blocks(page):
        if slow or not is_slow(block):
            running.run(block)
        else:
            running.printed = None


@pytest.mark.parametrize("page", WITH_BLOCKS)
def test_what_a_page_shows_works(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(page, tmp_path, monkeypatch, slow=False)


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_SLOW_BLOCKS)
def test_what_takes_long_works_too(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(page, tmp_path, monkeypatch, slow=True)


@pytest.mark.parametrize("page", WITH_BLOCKS)
def test_what_is_not_run_has_a_reason(page: str) -> None:
    reasons = [b.skip for b in blocks(page) if b.skip is not None]
    assert all(len(reason.split()) >= 3 for reason in reasons)


def test_every_how_to_runs_something() -> None:
    how_tos = [page for page in PAGES if page.startswith("docs/how-to/")]
    idle = [p for p in how_tos if not any(b.language in RUNS for b in blocks(p))]
    assert idle == []
