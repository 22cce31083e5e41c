"""The sound rest of a broken document, so that it can be checked for more in the same run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel

from planner.errors import Span
from planner.file_schema.checking import Checked, check
from planner.file_schema.lookup import Schema
from planner.yaml_source import Document, Path, Value

M = TypeVar("M", bound=BaseModel)

_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is missing from the rest of a document, in the paths of the rest.

    Attributes:
        left_out: fields that were left out, or hold a stand-in.
        around: what holds something that was left out.
    """

    left_out: frozenset[Path] = frozenset()
    around: frozenset[Path] = frozenset()

    def hide(self, path: Path) -> bool:
        """Whether nothing can be said of a path: it is not there, or not as a whole."""
        return path in self.around or any(path[:n] in self.left_out for n in range(len(path) + 1))


NO_GAPS = Gaps()


@dataclass(frozen=True, slots=True)
class Salvaged(Generic[M]):
    """What is left of a document.

    Attributes:
        model: the rest as a model.
        document: the rest, with its places in the file.
        gaps: what is missing.
    """

    model: M
    document: Document
    gaps: Gaps


def salvage(
    document: Document,
    found: Checked[M],
    model: type[M],
    schema: Callable[[], Schema],
    stand_ins: Mapping[str, Value],
) -> Salvaged[M] | None:
    """The document without its broken parts.

    First the values that findings point at are left out; where that breaks what holds them,
    that goes too, and so on outward. Required fields of the top level that are broken are
    replaced by stand-ins.

    Returns:
        The rest, or None where none is sound.
    """
    if not isinstance(document.value, dict) or not found.complete:
        return None
    dropped: set[Path] = {path for path in found.broken if path}
    for _ in range(_ROUNDS):
        pruned = _Pruned(document, dropped)
        rest, stood_in = pruned.document(stand_ins)
        again = check(rest, model, schema)
        if again.model is not None:
            left_out = frozenset(pruned.left_out | {(name,) for name in stood_in})
            return Salvaged(again.model, rest, Gaps(left_out, frozenset(pruned.around)))
        wider = {pruned.origin.get(path, path) for path in again.broken if path}
        if wider <= dropped:
            return None
        dropped |= wider
    return None


class _Pruned:
    """Copies data without some paths, and carries the places over to the new paths."""

    def __init__(self, document: Document, dropped: Set[Path]) -> None:
        self._whole = document
        self._dropped = dropped
        self.spans: dict[Path, Span] = {}
        self.key_spans: dict[Path, Span] = {}
        self.left_out: set[Path] = set()
        self.around: set[Path] = set()
        self.origin: dict[Path, Path] = {}

    def document(self, stand_ins: Mapping[str, Value]) -> tuple[Document, frozenset[str]]:
        value = self._copy(self._whole.value, (), ())
        assert isinstance(value, dict)
        missing = {name: v for name, v in stand_ins.items() if name not in value}
        whole = self._whole
        rest = Document({**missing, **value}, whole.file, whole.lines, self.spans, self.key_spans)
        return rest, frozenset(missing)

    def _copy(self, value: Value, old: Path, new: Path) -> Value:
        self.origin[new] = old
        if old in self._whole.spans:
            self.spans[new] = self._whole.spans[old]
        if old in self._whole.key_spans:
            self.key_spans[new] = self._whole.key_spans[old]
        if isinstance(value, dict):
            names = [k for k in value if self._kept((*old, k), new)]
            return {k: self._copy(value[k], (*old, k), (*new, k)) for k in names}
        if isinstance(value, list):
            places = [i for i in range(len(value)) if self._kept((*old, i), new)]
            return [self._copy(value[i], (*old, i), (*new, n)) for n, i in enumerate(places)]
        return value

    def _kept(self, old: Path, container: Path) -> bool:
        if old not in self._dropped:
            return True
        self.around.update(container[:n] for n in range(len(container) + 1))
        if isinstance(old[-1], str):
            self.left_out.add((*container, old[-1]))
        return False
