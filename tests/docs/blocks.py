"""Blocks of code in a page of Markdown, and what its author says about running them.

``docs/contributing.md`` explains the convention to authors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

SHELL = frozenset({"bash", "sh", "shell"})
LANGUAGES = SHELL | {"console", "python", "yaml", "json", "text", "toml", "diff"}

_FENCE = re.compile(r"^(?P<indent> *)(?P<marks>`{3,}) *(?P<language>[A-Za-z0-9+-]*).*$")
_SAYS = re.compile(r"^ *<!-- test: (?P<says>.*?) -->$")


@dataclass(frozen=True)
class Block:
    """A block of code.

    Attributes:
        page: name of the page.
        line: line of its fence.
        language: what the fence says, ``text`` if nothing.
        text: what it holds.
        file: name of the file that it is written to, or None.
        appended: whether it goes to the end of that file.
        exit_code: code that its commands end with.
        slow: whether it runs with ``-m slow`` only.
        sample: whether output is shown as an example and not compared.
        skip: why it is not run, or None.
    """

    page: str
    line: int
    language: str
    text: str
    file: str | None = None
    appended: bool = False
    exit_code: int = 0
    slow: bool = False
    sample: bool = False
    skip: str | None = None

    @property
    def place(self) -> str:
        """Where it stands."""
        return f"{self.page}:{self.line}"


@dataclass
class _Said:
    values: dict[str, object] = field(default_factory=dict)

    def read(self, text: str, place: str) -> None:
        if text.startswith("skip because "):
            self.values["skip"] = text.removeprefix("skip because ")
            return
        for word in text.split():
            name, _, value = word.partition("=")
            if name in ("slow", "sample") and not value:
                self.values[name] = True
            elif name in ("file", "append") and value:
                self.values |= {"file": value, "appended": name == "append"}
            elif name == "exit" and value.isdigit():
                self.values["exit_code"] = int(value)
            else:
                raise ValueError(f"{place}: `{word}` is not a word of the convention")


def blocks_of(page: str, markdown: str) -> Iterator[Block]:
    """The blocks of a page in their order.

    Raises:
        ValueError: if a block is not closed, its language is not known, or what is said about it
            is not understood.
    """
    lines = markdown.splitlines()
    said, number = _Said(), 0
    while number < len(lines):
        line = lines[number]
        number += 1
        place = f"{page}:{number}"
        if says := _SAYS.match(line):
            said.read(says["says"], place)
        elif fence := _FENCE.match(line):
            start, held = number, []
            while number < len(lines) and lines[number].strip() != fence["marks"]:
                held.append(lines[number].removeprefix(fence["indent"]))
                number += 1
            if number == len(lines):
                raise ValueError(f"{place}: this block is not closed")
            number += 1
            language = fence["language"] or "text"
            if language not in LANGUAGES:
                raise ValueError(f"{place}: nobody knows how to test `{language}`")
            text = "\n".join(held) + "\n"
            yield Block(page, start, language, text, **said.values)  # type: ignore[arg-type]
            said = _Said()
        elif line.strip():
            said = _Said()
