"""Reasons of dead letters fall into few classes, whatever numbers and words of the text they have."""

import ast
import re

import pytest

from copydesk.telemetry.reason_classes import OTHER_REASON, reason_class
from tests.project.layers import modules

PIECES = {"The page", "The text", "The page is 0: 0", "the page has no such element"}
"""What is no reason: parts of sentences that other parts tell the class of, and another tool's words."""
SUBJECT = re.compile(r"(?:The (?:page|text|event)|the page|There is)\b(?!'s (?:title|text))")


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("took longer than 10 s, 3 times", "deadline"),
        ("took over 1024 MiB of memory, 3 times", "memory"),
        ("crashed the process (signal 11), 3 times", "crash"),
        ("The text is too large for an article: 120,345 lines", "too_large"),
        ("The page asks to log in or register and shows no article: “please log in”", "wall_login"),
        ("The page is a list: 12 headlines lead to other pages, and no article stands on it", "page_list"),
        ("not a RawArticle event: Object missing required field `id`", "wrong_event"),
        ("temporary: HTTP status 503", "no_answer"),
        ("gone: HTTP status 404", "gone"),
        ("ValueError: something empty", "empty"),
        ("Something new happened: “The text is empty”", OTHER_REASON),
    ],
)
def test_a_reason_has_its_class(reason: str, expected: str) -> None:
    assert reason_class(reason) == expected


def test_classes_are_words_for_labels() -> None:
    found = {reason_class(words) for words in worded()}
    assert len(found) > 10
    assert all(re.fullmatch(r"[a-z_]{3,20}", word) for word in found)


def worded() -> set[str]:
    """Every sentence of the cleaning and its stage that says why something is refused."""
    found = set()
    for name, path in modules().items():
        if ".cleaning." in name or ".consumers." in name:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
            texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant | ast.JoinedStr))
            found |= {words for node in texts if id(node) not in inner and (words := text_of(node))}
    found = {words for words in found if SUBJECT.match(words) and not words.endswith((".", "\n"))}
    return found - PIECES


def text_of(node: ast.Constant | ast.JoinedStr) -> str | None:
    """Return a text with 0 for what is put into it."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "0" for part in node.values)
    return node.value if isinstance(node.value, str) else None


def test_every_reason_of_the_stages_has_a_class() -> None:
    assert len(worded()) > 25
    assert not {words for words in worded() if reason_class(words) == OTHER_REASON}
