"""Conditions on attributes: `memory_gib >= 40 and ecc`, a small part of Python's expressions.

An attribute that an item does not have makes a comparison neither true nor false (Kleene), so
that the item is left out unless the rest decides.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

Plain: TypeAlias = bool | int | float | str | None

_COMPARED: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_RECKONED: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_SIGNS: Mapping[type[ast.AST], str] = {
    ast.LShift: "<<", ast.RShift: ">>", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^",
    ast.Mod: "%", ast.FloorDiv: "//", ast.Pow: "**", ast.MatMult: "@", ast.Invert: "~",
    ast.UAdd: "+", ast.Is: "is", ast.IsNot: "is not",
}  # fmt: skip
"""Operators of Python that a condition does not have."""
_ALLOWED = "it may use `and`, `or`, `not`, `in`, `== != < <= > >=`, `+ - * /` and brackets"
_WORDS: Mapping[str, Plain] = {
    "true": True, "True": True, "yes": True, "false": False, "False": False, "no": False,
}  # fmt: skip
_NOTHING = ("", "none", "no")
"""Texts that say by themselves that there is nothing."""


class PredicateError(ValueError):
    """A condition that cannot be read or asked.

    Attributes:
        place: first and last column of what is wrong, from 1 on, the last exclusive; None where
            it is the whole.
    """

    def __init__(self, message: str, place: tuple[int, int] | None = None) -> None:
        """Say what is wrong, and where."""
        super().__init__(message)
        self.place = place


class Predicate:
    """A condition on attributes.

    >>> Predicate("memory_gib >= 40 and ecc").of({"memory_gib": 48.0, "ecc": True})
    True
    >>> Predicate("slot_width == 1 or tdp_w < 100").of({"slot_width": None, "tdp_w": 70})
    True
    """

    def __init__(self, text: str) -> None:
        """Read a condition.

        Raises:
            PredicateError: if it is not one.
        """
        self.text = text
        try:
            self._body = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            hint = "write it as in `memory_gib >= 40 and ecc`"
            place = _place_of(error, text) if isinstance(error, SyntaxError) else None
            raise PredicateError(f"`{text}` is not a condition; {hint}", place) from None
        _refuse_others(self._body, text)

    @property
    def names(self) -> list[str]:
        """Attributes that it asks for, in the order of the text."""
        found = [n.id for n in ast.walk(self._body) if isinstance(n, ast.Name)]
        return [name for name in dict.fromkeys(found) if name not in _WORDS]

    def of(self, attributes: Mapping[str, Plain]) -> bool:
        """Whether it is true of an item.

        Raises:
            PredicateError: if it compares what cannot be compared.
        """
        try:
            return _truth(_value(self._body, attributes)) is True
        except (TypeError, ZeroDivisionError, OverflowError, RecursionError):
            raise PredicateError(f"`{self.text}` compares what cannot be compared") from None


def _place_of(error: SyntaxError, text: str) -> tuple[int, int]:
    """Where a text ceases to be a condition; behind it where something is missing at its end."""
    behind = len(text.rstrip()) + 1
    if not error.offset or not error.lineno:
        return behind, behind + 1
    first = min(_before(text, error.lineno) + error.offset, behind)
    last = _before(text, error.end_lineno or error.lineno) + max(error.end_offset or 0, 0)
    return first, max(first + 1, last)


def _place(node: ast.AST, text: str) -> tuple[int, int] | None:
    if not isinstance(node, ast.expr) or node.end_lineno is None or node.end_col_offset is None:
        return None
    lines = text.strip().splitlines()

    def column(line: int, after: int) -> int:
        """Python counts bytes."""
        return _before(text, line) + len(lines[line - 1].encode()[:after].decode()) + 1

    return column(node.lineno, node.col_offset), column(node.end_lineno, node.end_col_offset)


def _before(text: str, line: int) -> int:
    """Signs of a text before a line of what it is without the space around it."""
    stripped = text.strip()
    lines = stripped.splitlines(keepends=True)
    return len(text) - len(text.lstrip()) + sum(map(len, lines[: line - 1]))


def _refuse_others(body: ast.expr, written: str) -> None:
    known = (
        ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.Compare, ast.In, ast.NotIn,
        ast.BinOp, ast.Name, ast.Load, ast.Constant, ast.Tuple, ast.List, *_COMPARED, *_RECKONED,
    )  # fmt: skip
    for node in ast.walk(body):
        for part in (node, *_operators(node)):
            if not isinstance(part, known):
                message = f"`{_written(part)}` is not part of a condition: {_ALLOWED}"
                raise PredicateError(message, _place(node, written))


def _operators(node: ast.AST) -> Sequence[ast.AST]:
    """The operators of a part, which Python's syntax tree gives no place of their own."""
    match node:
        case ast.BinOp(op=op) | ast.UnaryOp(op=op):
            return (op,)
        case ast.Compare(ops=ops):
            return ops
        case _:
            return ()


def _written(part: ast.AST) -> str:
    return ast.unparse(part) if isinstance(part, ast.expr) else _SIGNS[type(part)]


def _value(node: ast.expr, attributes: Mapping[str, Plain]) -> Any:  # noqa: ANN401
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return _WORDS[name] if name in _WORDS else attributes.get(name)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return [_value(e, attributes) for e in elements]
        case ast.BoolOp(op=op, values=parts):
            truths = [_truth(_value(p, attributes)) for p in parts]
            return _all(truths) if isinstance(op, ast.And) else _any(truths)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            truth = _truth(_value(operand, attributes))
            return None if truth is None else not truth
        case ast.UnaryOp(operand=operand):
            inner = _value(operand, attributes)
            return None if inner is None else -inner
        case ast.BinOp(left=left, op=op, right=right):
            one, other = _value(left, attributes), _value(right, attributes)
            return None if one is None or other is None else _reckoned(one, op, other)
        case ast.Compare(left=left, ops=ops, comparators=rights):
            values = [_value(left, attributes), *(_value(r, attributes) for r in rights)]
            pairs = zip(values, ops, values[1:], strict=False)
            return _all([_compared(one, op, other) for one, op, other in pairs])
        case _:
            raise PredicateError(f"`{ast.unparse(node)}` is not part of a condition")


def _reckoned(one: Any, op: ast.operator, other: Any) -> Any:  # noqa: ANN401
    """A sum of numbers; a text times a number would fill the memory."""
    if not isinstance(one, (int, float)) or not isinstance(other, (int, float)):
        raise TypeError
    return _RECKONED[type(op)](one, other)


def _compared(one: Any, op: ast.cmpop, other: Any) -> bool | None:  # noqa: ANN401
    if one is None or other is None:
        return None
    one, other = _folded(one), _folded(other)
    if isinstance(op, (ast.In, ast.NotIn)):
        return (one in other) is isinstance(op, ast.In)
    return _COMPARED[type(op)](one, other)


def _folded(value: Any) -> Any:  # noqa: ANN401
    """Texts, and those of a list, are compared without regard to case."""
    if isinstance(value, list):
        return [_folded(v) for v in value]
    return value.casefold() if isinstance(value, str) else value


def _truth(value: object) -> bool | None:
    """What a value says by itself; a text such as `nvlink` says yes unless it is a word for no."""
    if isinstance(value, str):
        return value.casefold() not in _NOTHING
    return None if value is None else bool(value)


def _all(truths: list[bool | None]) -> bool | None:
    return False if False in truths else None if None in truths else True


def _any(truths: list[bool | None]) -> bool | None:
    return True if True in truths else None if None in truths else False
