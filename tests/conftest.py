"""Options and fixtures of all tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden files anew, then look at them",
    )


@pytest.fixture
def same_as_golden(request: pytest.FixtureRequest) -> Callable[[str, Path], None]:
    """Compares a text with its golden file, or writes it with --update-golden."""

    def compare(text: str, file: Path) -> None:
        if request.config.getoption("--update-golden"):
            file.write_text(text, encoding="utf-8")
        assert file.exists(), f"no golden file {file}; run pytest --update-golden and read it"
        assert text == file.read_text(encoding="utf-8"), (
            "run pytest --update-golden and read the diff"
        )

    return compare
