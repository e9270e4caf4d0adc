"""Watch numbers while a program runs on them: which could be a step smaller or larger and change nothing."""

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

Number = int | float


class Watched:
    """Act as a number, and note in `felt` each step from it with which any operation had come out another way.

    A program that has run on watched numbers, one run for all of them, would have run the same with a number a step
    away whose pair (`name`, index of the step) is not in `felt`. It must neither ask for types nor keep results of its
    functions from a run before.
    """

    def __init__(self, name: str, value: Number, steps: tuple[Number, ...], felt: set[tuple[str, int]]) -> None:
        self.name, self.value, self.steps, self.felt = name, value, steps, felt

    def result(self, operation: Callable[[Number], Any]) -> Any:
        """Return what an operation gives for the number, having noted the steps for which it gives anything else."""
        today = operation(self.value)
        for index, step in enumerate(self.steps):
            if (self.name, index) not in self.felt and not _alike(operation, step, today):
                self.felt.add((self.name, index))
        return today

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **named: Any) -> Any:
        """Take part in an operation on arrays."""
        return self.result(
            lambda number: getattr(ufunc, method)(*(number if one is self else one for one in inputs), **named)
        )

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """Become an element of an array."""
        return np.asarray(self.result(lambda number: number), dtype)


def _alike(operation: Callable[[Number], Any], step: Number, today: Any) -> bool:
    try:
        other = operation(step)
        return type(other) is type(today) and bool((other == today).all() if hasattr(other, "all") else other == today)
    except Exception:  # noqa: BLE001 - whatever a step breaks, it changes
        return False


def _method(operation: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, *others: self.result(lambda number: operation(number, *others))


def _swapped(operation: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, other: self.result(lambda number: operation(other, number))


_OPERATORS = ("lt", "le", "eq", "ne", "gt", "ge", "neg", "pos", "abs", "index")
_ARITHMETIC = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow")
_CALLS: tuple[Callable[..., Any], ...] = (
    int, float, bool, hash, str, repr, format, round, divmod, math.trunc, math.floor, math.ceil,
)  # fmt: skip
for _name in _OPERATORS + _ARITHMETIC:
    setattr(Watched, f"__{_name}__", _method(getattr(operator, _name)))
for _name in _ARITHMETIC:
    setattr(Watched, f"__r{_name}__", _swapped(getattr(operator, _name)))
for _call in _CALLS:
    setattr(Watched, f"__{_call.__name__}__", _method(_call))
