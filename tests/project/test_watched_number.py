"""A run on watched numbers tells which of them may be a step away and change nothing."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from scripts.watched_number import Watched

STEPS = {"down": 4, "up": 6}

USES: list[tuple[Callable[[Any], Any], set[str]]] = [
    (lambda number: number > 1, set()),
    (lambda number: number < 4.5, {"down"}),
    (lambda number: number == 6, {"up"}),
    (lambda number: "abcde"[:number], {"down", "up"}),
    (lambda number: list(range(number)), {"down", "up"}),
    (lambda number: f"[a-z]{{{number}}}", {"down", "up"}),
    (lambda number: number // 4, set()),
    (lambda number: 10 // number, {"up"}),
    (lambda number: 1 / (number - 4), {"down", "up"}),
    (lambda number: (np.array([1.0, 7.0]) < number).tolist(), set()),
    (lambda number: (np.array([1.0, 5.5]) < number).tolist(), {"up"}),
    (lambda number: np.minimum(np.array([1, 9]), number).tolist(), {"down", "up"}),
    (lambda number: np.array([0.0, number]).tolist(), {"down", "up"}),
    (lambda number: min(number, 3), set()),
    (lambda number: max(number, 3) > 3.5, set()),
    (lambda number: max(number, 3) > 4.5, {"down"}),
    (lambda number: bool(number), set()),
]


@pytest.mark.parametrize(("use", "felt"), USES)
def test_a_step_is_felt_where_an_operation_comes_out_another_way(use: Callable[[Any], Any], felt: set[str]) -> None:
    seen: set[tuple[str, int]] = set()
    assert use(Watched("N", 5, tuple(STEPS.values()), seen)) == use(5)
    assert {list(STEPS)[side] for _, side in seen} == felt


def test_two_watched_numbers_are_told_apart() -> None:
    seen: set[tuple[str, int]] = set()
    low, high = Watched("LOW", 5, (4, 6), seen), Watched("HIGH", 7, (4, 8), seen)
    assert operator.lt(low, high)
    assert seen == {("HIGH", 0)}
