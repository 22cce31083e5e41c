"""Sums over named numbers: a small part of Python's expressions, and nothing else."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from math import isfinite

_BINARY: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "min": lambda *values: min(values),
    "max": lambda *values: max(values),
    "round": lambda value, digits=0: round(value, int(digits)),
}
_PARTS = (
    ast.Expression, ast.BinOp, ast.UnaryOp, ast.USub, ast.Call, ast.Name, ast.Load, ast.Constant,
    *_BINARY,
)  # fmt: skip


class ExpressionError(ValueError):
    """An expression that cannot be reckoned."""


def names_in(expression: str) -> set[str]:
    """Names of the numbers that an expression needs.

    Raises:
        ExpressionError: if it is not a sum.
    """
    tree = _tree(expression)
    functions = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in functions}


def value_of(expression: str, numbers: Mapping[str, float]) -> float:
    """The value of an expression.

    >>> value_of("(a + b) / 2", {"a": 1, "b": 2})
    1.5

    Raises:
        ExpressionError: if it holds anything but sums over known numbers, divides by zero, or is
            too deep or too large for a number.
    """
    try:
        value = _value(_tree(expression).body, numbers)
    except ZeroDivisionError:
        raise ExpressionError("it divides by zero") from None
    except (OverflowError, RecursionError):
        raise ExpressionError("it is too large or too deep") from None
    if not isfinite(value):
        raise ExpressionError("it is too large")
    return value


def _tree(expression: str) -> ast.Expression:
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ExpressionError(f"`{_short(expression)}` is not a sum") from None
    for node in ast.walk(tree):
        if not isinstance(node, _PARTS) or (isinstance(node, ast.Call) and not _is_known(node)):
            raise ExpressionError(f"`{_short(_written(node, expression))}` is not part of a sum")
        if isinstance(node, ast.Constant) and type(node.value) not in (int, float):
            raise ExpressionError(f"`{_short(f'{node.value!r}')}` is not part of a sum")
    return tree


def _is_known(call: ast.Call) -> bool:
    """Whether it calls min, max or round with as many numbers as these take."""
    if not isinstance(call.func, ast.Name) or call.keywords or not call.args:
        return False
    return call.func.id in _FUNCTIONS and (call.func.id != "round" or len(call.args) <= 2)


def _written(node: ast.AST, expression: str) -> str:
    return (ast.get_source_segment(expression.strip(), node) or expression).strip()


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."


def _value(node: ast.expr, numbers: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name) if name in numbers:
            return numbers[name]
        case ast.Name(id=name):
            raise ExpressionError(f"`{name}` is not among the terms")
        case ast.BinOp(left=left, op=op, right=right):
            return _BINARY[type(op)](_value(left, numbers), _value(right, numbers))
        case ast.UnaryOp(operand=operand):
            return -_value(operand, numbers)
        case ast.Call(func=ast.Name(id=name), args=args):
            return _called(name, [_value(a, numbers) for a in args])
        case _:
            raise ExpressionError(f"`{ast.unparse(node)}` is not part of a sum")


def _called(name: str, values: list[float]) -> float:
    if not all(map(isfinite, values)):
        raise ExpressionError("it is too large")
    return float(_FUNCTIONS[name](*values))
