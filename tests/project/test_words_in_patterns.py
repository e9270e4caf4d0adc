"""No regular expression of the cleaning holds a list of words: those are data, in `copydesk/cleaning/lexicon/`."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.support.places import ROOT

CLEANING = ROOT / "copydesk/cleaning"
MANY = 4
"""Words side by side that are a list."""
GRAMMAR = {
    # The elements of HTML, by the whole or the beginning of their names.
    "page/cost_limits.py": {"_RAW", "_FORMAT_HEAD", "_FORMATS", "_WALLS"},
    "page/tag_scanner.py": {"_HOLDS_TEXT", "_PART_FOREIGN", "_RAW"},
    "page/attribute_words.py": {"_NOT_SHOWN"},  # properties of CSS, each with a value of its own
}
"""What a standard defines and nobody adds words to, by module."""

_PART = re.compile(
    r"(?P<dropped>\\.|\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<open>\((?:\?(?:[aimsux-]*:|P<\w+>|<?[=!]))?)|(?P<close>\))|(?P<bar>\|)|.",
    re.S,
)
_WORD = re.compile(r"[^\W\d_]{2,}")


def longest_list(pattern: str) -> int:
    """Return the most branches with a word of letters that stand side by side in one group of a pattern."""
    most, groups = 0, [[""]]
    for found in _PART.finditer(pattern):
        if found["open"]:
            groups.append([""])
        elif found["bar"]:
            groups[-1].append("")
        elif not found["close"]:
            groups[-1][-1] += " " if found["dropped"] else found[0]
        if (found["close"] and len(groups) > 1) or found.end() == len(pattern):
            most = max(most, *(sum(map(bool, map(_WORD.search, group))) for group in groups))
            groups = groups[:-1] or [[""]]
    return most


def _texts(node: ast.AST) -> Iterator[str]:
    """Yield the string literals of a statement, those of one f-string together, with what joins lists to patterns."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else " " for part in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        if not (isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)):
            yield from _texts(child)


def _joined(node: ast.AST, module: ast.Module) -> Iterator[str]:
    """Yield the words that a statement makes a pattern of: literals, or those of the module's constants it names."""
    constants = {
        target.id: statement.value
        for statement in module.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    for call in ast.walk(node):
        match call:
            case ast.Call(func=ast.Attribute(value=ast.Constant(value="|"), attr="join") | ast.Name("alternatives")):
                named = [constants[name.id] for name in ast.walk(call) if getattr(name, "id", None) in constants]
                yield "|".join(text for part in (*call.args, *named) for text in _texts(part))


def lists_of_words(source: str) -> Iterator[str]:
    """Yield the names of a module's constants, functions and classes that hold a list of words as a pattern."""
    module = ast.parse(source)
    for statement in module.body:
        for text in (*_texts(statement), *_joined(statement, module)):
            if longest_list(text) >= MANY:
                targets = getattr(statement, "targets", [getattr(statement, "target", None)])
                names = [name.id for target in targets if target for name in ast.walk(target) if hasattr(name, "id")]
                yield from names or [getattr(statement, "name", "")]


def test_no_pattern_of_the_cleaning_holds_a_list_of_words() -> None:
    found = {
        (path.relative_to(CLEANING).as_posix(), name)
        for path in sorted(CLEANING.rglob("*.py"))
        for name in lists_of_words(path.read_text(encoding="utf-8"))
    }
    assert found == {(module, name) for module, names in GRAMMAR.items() for name in names}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('P = re.compile(r"cookie|consent|footer|nav\\b")', ["P"]),
        ('P = re.compile(rf"{START}(?:most-?read|popular|(?i:share)d?|social[a-z]|repl(?:y|ies))$")', ["P"]),
        ('def f(x): return re.search("usd|eur|руб|zł", x)', ["f"]),
        ('P = re.compile("|".join(["one", "two", "three", "four"]))', ["P"]),
        ('W = ("one", "two", "three", "four")\nP = re.compile(alternatives(sorted(W)))', ["P"]),
        ('P = re.compile(r"am|pm|a\\.m\\.|p\\.m\\.|[a-z]{3}|\\w{3}|\\d|.")', []),
        ('P = re.compile(rf"{A}|{B}|{C}|{D}|one|two|three")', []),
        ('P = re.compile("(?:one|two|three)(?:four|five|six)")', []),
    ],
)
def test_a_list_is_told_from_other_patterns(source: str, found: list[str]) -> None:
    assert list(lists_of_words(source)) == found
