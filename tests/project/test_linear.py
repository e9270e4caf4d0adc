# ruff: noqa: E501 - a table of pieces
"""Every pattern of the cleaning is linear: four times the text takes about four times as long, whatever it repeats."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest

import copydesk.cleaning
import copydesk.web
from copydesk.cleaning.lexicon import LANGUAGES, you_pattern

SIZE, TIMES = 400, 4
# Linear is 4, quadratic 16; a pattern that looks back a bounded way is in between while texts are short.
MOST = 11.0
# Faster than this at four times the size, nothing is wrong however it grows: seconds.
NOTHING = 0.005
PIECES = (
    " ", "a", "A", "1", "-", ".", ",", "/", "|", "<", ">", "<a", "<a ", "<!--", "<script", "</", '"', "'", "“", "«", "(", "[", "{",
    "a ", "A. ", "1.", "1 ", "12:", ", ", " - ", "| ", "by ", "a-", "A/", "«a", '"a', "{,", ",}", ", ]", "(a", "©", "Photo: ", "a@a.",
    "http://", "日", "日 ", "年1月", "я", "Я ", "و ال", "AB12 ", "1234 ", "\u00ad", "&", "&a", "updated ", "display:", "clip:", "<meta ",
    "charset=", "=", "_", "\n", "\t \n", "<p a=", "</p>", "x\u0301",
)  # fmt: skip


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """(module and name, pattern): those that stand in a module, alone or in tuples and dictionaries."""
    packages = (copydesk.cleaning, copydesk.web)
    below = [m.name for p in packages for m in pkgutil.walk_packages(p.__path__, f"{p.__name__}.")]
    for module in ("copydesk.machine_dates", *below):
        for name, value in vars(importlib.import_module(module)).items():
            for i, pattern in enumerate(_in(value)):
                if isinstance(pattern.pattern, str):
                    yield f"{module.removeprefix('copydesk.')}.{name}{f'[{i}]' if i else ''}", pattern
    for language in LANGUAGES:
        if pattern := you_pattern(language):
            yield f"lexicon {language}", pattern


def _in(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _in(one)
    elif isinstance(value, dict):
        yield from _in(list(value.values()))


FOUND = dict({id(pattern): (name, pattern) for name, pattern in patterns()}.values())


def seconds(pattern: re.Pattern[str], text: str, tries: int = 2) -> float:
    """CPU time of going through all of the text; the best of some tries."""
    best = float("inf")
    for _ in range(tries):
        start = time.process_time()
        for _ in pattern.finditer(text):
            pass
        best = min(best, time.process_time() - start)
    return best


def grows(pattern: re.Pattern[str], piece: str) -> float:
    """How much longer four times the text takes; 0 when that is next to nothing. What looks bad is measured again."""
    times = SIZE * TIMES // len(piece)
    if seconds(pattern, piece * times, 1) < NOTHING or (long := seconds(pattern, piece * times)) < NOTHING:
        return 0.0
    quarter, double = seconds(pattern, piece * (times // TIMES)), seconds(pattern, piece * (times * 2))
    return min(long / max(1e-9, quarter), (double / long) ** 2)


@pytest.mark.parametrize("name", sorted(FOUND))
def test_a_pattern_is_linear(name: str) -> None:
    bad = [piece for piece in PIECES if all(grows(FOUND[name], piece) > MOST for _ in range(3))]
    assert not bad


def test_the_measure_sees_what_is_not_linear() -> None:
    assert any(grows(re.compile(r"(?:\s|\d)+(?:,|;)"), " ") > MOST for _ in range(10))
    assert grows(re.compile(r"\s{0,4},"), " ") == 0.0


def test_the_patterns_are_found() -> None:
    assert len(FOUND) > 60
