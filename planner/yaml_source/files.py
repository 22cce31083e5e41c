"""Bytes of a file to text: capped, UTF-8, and free of signs that no text has."""

from __future__ import annotations

import re
from pathlib import Path

from planner.errors import Diagnostic, InputError, Span, nearest
from planner.yaml_source.document import line_of

MAX_BYTES = 4 << 20

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_bytes(path: Path, most: int = MAX_BYTES) -> bytes:
    """The bytes of a file, no more than one above the cap.

    Args:
        path: the file.
        most: the cap.

    Raises:
        InputError: if the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except IsADirectoryError:
        hint: str | None = "give the file itself"
        said = "it is a folder"
    except FileNotFoundError:
        near = nearest(path.stem, _beside(path))
        hint = f"did you mean `{path.with_stem(near)}`?" if near else None
        said = "there is no such file"
    except (OSError, ValueError) as error:
        hint, said = None, getattr(error, "strerror", None) or str(error)
    raise InputError([Diagnostic("unreadable-file", f"cannot read `{path}`: {said}", help=hint)])


def _beside(path: Path) -> list[str]:
    """Names of the files beside a path that end in the same way, without that end."""
    try:
        return sorted(p.stem for p in path.parent.glob(f"*{path.suffix}") if p.is_file())
    except (OSError, ValueError):
        return []


def text_of(source: str | bytes, file: str) -> str:
    """The text of a file without its byte order mark.

    Raises:
        InputError: if it is too large, not UTF-8, or holds what no text holds.
    """
    if len(source) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES >> 20} MiB"
        raise InputError([Diagnostic("too-large", message, Span(file))])
    text = _decoded(source, file) if isinstance(source, bytes) else source
    text = text.removeprefix("\ufeff")
    odd = _UNPRINTABLE.search(text)
    if odd is not None:
        raise InputError([_odd_sign(text, odd, file)])
    return text


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a text, as YAML counts them."""
    return tuple(_BREAK.split(text))


def _decoded(text: bytes, file: str) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        before = text[: error.start].decode("utf-8")
        message = f"the byte 0x{text[error.start]:02x} is not UTF-8 text"
        span = _end_of(before, file)
        line = line_of(lines_of(text.decode("utf-8", "replace")), span)
        found = Diagnostic("not-utf8", message, span, line, "save the file as UTF-8")
        raise InputError([found]) from None


def _odd_sign(text: str, odd: re.Match[str], file: str) -> Diagnostic:
    span = _end_of(text[: odd.start()], file)
    message = f"the sign U+{ord(odd[0]):04X} is not allowed in a text file"
    return Diagnostic("bad-character", message, span, line_of(lines_of(text), span), "remove it")


def _end_of(before: str, file: str) -> Span:
    """The place right after a text."""
    lines = lines_of(before)
    column = len(lines[-1]) + 1
    return Span(file, len(lines), column, column + 1)
