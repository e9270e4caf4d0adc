# ruff: noqa: E501 - a table of pieces
"""Every pattern of the project is linear: four times the text takes about four times as long, whatever it repeats."""

import ast
import importlib
import re
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from copydesk.cleaning.lexicon import LANGUAGES, you_pattern
from copydesk.producers.feeds.events import secrets_pattern
from copydesk.tracking import FOR_FEED_LINKS, FOR_IDS, FOR_LINKS, tracking_pattern
from tests.project.layers import modules

# So long that a quadratic pattern takes far more than NOTHING on any machine.
SIZE, TIMES = 2_000, 4
# Linear is 4, quadratic 16; a pattern that looks back a bounded way is in between while texts are short.
MOST = 11.0
# Faster than this at four times the size, nothing is wrong however it grows: seconds.
NOTHING = 0.005
PIECES = (
    " ", "a", "A", "1", "-", ".", ",", "/", "|", "<", ">", "<a", "<a ", "<!--", "<script", "</", '"', "'", "“", "«", "(", "[", "{",
    "a ", "A. ", "1.", "1 ", "12:", ", ", " - ", "| ", "by ", "a-", "A/", "«a", '"a', "{,", ",}", ", ]", "(a", "©", "Photo: ", "a@a.",
    "http://", "日", "日 ", "年1月", "я", "Я ", "و ال", "AB12 ", "1234 ", "\u00ad", "&", "&a", "updated ", "display:", "clip:", "<meta ",
    "charset=", "=", "_", "\n", "\t \n", "<p a=", "</p>", "x\u0301", "@", "a@", "//", "/..", ":", "a:", ";", "*", "?", "%", "a_",
)  # fmt: skip


class Found(NamedTuple):
    """A pattern and how it is used: `finditer` goes through all of the text, the others begin at its start only."""

    pattern: re.Pattern[Any]
    method: str = "finditer"


def patterns() -> Iterator[tuple[str, Found]]:
    """Yield (module and name, or its number; pattern): those that stand in a module, and those where they are used."""
    for module, path in modules().items():
        if module.endswith("__main__"):
            continue
        source = path.read_text("utf-8")
        short = module.removeprefix("copydesk.")
        for name, value in vars(importlib.import_module(module)).items():
            used = set(re.findall(rf"\b{name}\.(\w+)\(", source)) if isinstance(value, re.Pattern) else set()
            method = (
                "fullmatch"
                if used == {"fullmatch"}
                else "match"
                if used and used <= {"match", "fullmatch"}
                else "finditer"
            )
            for i, pattern in enumerate(_in(value)):
                yield f"{short}.{name}{f'[{i}]' if i else ''}", Found(pattern, method)
        for number, (pattern, method) in enumerate(_inline(source)):
            yield f"{short}:{number}", Found(pattern, method if method in {"match", "fullmatch"} else "finditer")
    for language in LANGUAGES:
        if pattern := you_pattern(language):
            yield f"lexicon {language}", Found(pattern)
    for use in (FOR_IDS, FOR_LINKS, FOR_FEED_LINKS):
        yield f"tracking {use}", Found(tracking_pattern(use))
    yield "secrets of feeds", Found(secrets_pattern(("a-" * 50 + "b", "a" * 100 + "b", " " * 100 + "b")))


def _in(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _in(one)
    elif isinstance(value, dict):
        yield from _in(list(value.values()))


def _inline(source: str) -> Iterator[tuple[re.Pattern[Any], str]]:
    """Patterns handed to `re.sub` and its like as they are, with the function's name."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name("re"), attr=method), args=[ast.Constant(value=str(text)), *rest]
            ) if method != "compile":
                flags = [each.attr for each in rest if isinstance(each, ast.Attribute) and hasattr(re, each.attr)]
                yield re.compile(text, sum(getattr(re, flag) for flag in flags)), method


FOUND = dict({id(found.pattern): (name, found) for name, found in patterns()}.values())


def seconds(found: Found, piece: str, times: int, tries: int = 2) -> float:
    """CPU time of going through all of a text of this piece; the best of some tries."""
    text: Any = piece * times
    if isinstance(found.pattern.pattern, bytes):
        text = text.encode()
    use = getattr(found.pattern, found.method)
    best = float("inf")
    for _ in range(tries):
        start = time.process_time()
        for _ in use(text) or () if found.method == "finditer" else (use(text),):
            pass
        best = min(best, time.process_time() - start)
    return best


def grows(found: Found, piece: str) -> float:
    """How much longer four times the text takes; 0 when that is next to nothing. What looks bad is measured again."""
    times = SIZE * TIMES // len(piece)
    if seconds(found, piece, times, 1) < NOTHING or (long := seconds(found, piece, times)) < NOTHING:
        return 0.0
    quarter, double = seconds(found, piece, times // TIMES), seconds(found, piece, times * 2)
    return min(long / max(1e-9, quarter), (double / long) ** 2)


@pytest.mark.parametrize("name", sorted(FOUND))
def test_a_pattern_is_linear(name: str) -> None:
    bad = [piece for piece in PIECES if all(grows(FOUND[name], piece) > MOST for _ in range(3))]
    assert not bad


def test_the_measure_sees_what_is_not_linear() -> None:
    assert any(grows(Found(re.compile(r"(?:\s|\d)+(?:,|;)")), " ") > MOST for _ in range(10))
    assert grows(Found(re.compile(r"\s{0,4},")), " ") == 0.0


def test_the_patterns_are_found() -> None:
    assert len(FOUND) > 200
    rooms = {re.split("[.:]", name)[0] for name in FOUND}
    assert rooms >= {"adapters", "cleaning", "cli", "identity", "producers", "search", "sites", "web"}
