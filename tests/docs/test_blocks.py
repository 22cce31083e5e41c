"""The convention for blocks of code keeps its own promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.blocks import Block, blocks_of
from tests.docs.running import Page, is_slow


def read(*lines: str) -> list[Block]:
    return list(blocks_of("page.md", "\n".join(lines)))


def test_a_block_knows_its_language_line_and_text() -> None:
    (block,) = read("# Title", "", "```bash", "true", "false", "```")
    assert (block.place, block.language, block.text) == ("page.md:3", "bash", "true\nfalse\n")


def test_what_is_said_holds_for_the_next_block_only() -> None:
    first, second = read("<!-- test: file=a.yaml slow -->", "", "```yaml", "```", "```bash", "```")
    assert (first.file, first.slow, second.file, second.slow) == ("a.yaml", True, None, False)


def test_what_is_said_does_not_reach_over_text() -> None:
    (block,) = read("<!-- test: slow -->", "Some text.", "```bash", "```")
    assert not block.slow


def test_an_indented_block_loses_its_indent() -> None:
    (block,) = read("1. Do", "", "    ```bash", "    true", "    ```")
    assert block.text == "true\n"


def test_a_longer_fence_holds_a_shorter_one() -> None:
    (block,) = read("````text", "```bash", "false", "```", "````")
    assert block.text == "```bash\nfalse\n```\n"


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["```bash", "true"], "not closed"),
        (["```cobol", "```"], "nobody knows"),
        (["<!-- test: quick -->", "```bash", "```"], "not a word"),
        (["<!-- test: exit=x -->", "```bash", "```"], "not a word"),
    ],
)
def test_what_is_not_understood_is_refused(lines: list[str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read(*lines)


def test_a_shipped_scenario_that_is_solved_without_a_limit_is_slow() -> None:
    slow, limited = read(
        "```bash", "planner solve scenarios/lab.yaml", "```",
        "```bash", "planner solve scenarios/lab.yaml --seconds 5", "```",
    )  # fmt: skip
    assert is_slow(slow)
    assert not is_slow(limited)


def run(folder: Path, *lines: str) -> None:
    page = Page(folder)
    for block in read(*lines):
        page.run(block)


def test_output_is_compared_with_dots_for_what_may_differ(tmp_path: Path) -> None:
    run(tmp_path, "```bash", "echo 12 s; echo done", "```", "```text", "... s", "done", "```")
    with pytest.raises(AssertionError, match="the page says"):
        run(tmp_path, "```bash", "echo one", "```", "```text", "two", "```")


def test_a_console_compares_each_command(tmp_path: Path) -> None:
    run(tmp_path, "```console", "$ echo one", "one", "$ echo two", "two", "```")
    with pytest.raises(AssertionError, match="the page says"):
        run(tmp_path, "```console", "$ echo one", "two", "```")


def test_an_exit_code_is_asked_for(tmp_path: Path) -> None:
    run(tmp_path, "<!-- test: exit=3 -->", "```bash", "exit 3", "```")
    with pytest.raises(AssertionError, match="code 3"):
        run(tmp_path, "```bash", "exit 3", "```")


def test_python_blocks_share_their_names(tmp_path: Path) -> None:
    run(
        tmp_path, "```python", "x = 2", "```", "```python", "print(x)", "```", "```text", "2", "```"
    )


def test_prompts_of_python_are_compared(tmp_path: Path) -> None:
    run(tmp_path, "```python", ">>> 1 + 1", "2", "```")
    with pytest.raises(AssertionError, match="Expected"):
        run(tmp_path, "```python", ">>> 1 + 1", "3", "```")


def test_yaml_with_a_field_that_nothing_has_is_refused(tmp_path: Path) -> None:
    run(tmp_path, "```yaml", "quotes: []", "```")
    with pytest.raises(AssertionError, match="qoutes"):
        run(tmp_path, "```yaml", "qoutes: []", "```")


def test_a_page_cannot_write_outside_its_folder(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="own folder"):
        run(tmp_path, "<!-- test: file=../out.txt -->", "```text", "x", "```")


def test_installing_is_not_run(tmp_path: Path) -> None:
    run(tmp_path, "```bash", "pip install no-such-package", "cd elsewhere", "echo hi", "```")
