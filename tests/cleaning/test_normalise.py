"""Text is folded in one module, and each way of folding drops what it says and no more."""

import ast
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.cleaning import normalise
from copydesk.cleaning.thresholds.text import FOLDED_AT_ONCE
from tests.support.places import ROOT

CLEANING = ROOT / "copydesk/cleaning"


@pytest.mark.parametrize(
    ("fold", "folded"),
    [
        (normalise.fold_spaces, "Straße 12, _Café_ Straße: 7"),
        (normalise.fold_case, "strasse 12, _café_ strasse: 7"),
        (normalise.fold_numbers, "Straße \u00a00,\n _Café_ Straße: 0 "),
        (normalise.fold_letters, "strasse  12,\n _cafe_ strasse: 7 "),
        (normalise.bare, "strasse12caféstrasse7"),
        (normalise.without_gaps, "Straße12_Café_Straße7"),
        (normalise.word_set, {"strasse", "12", "_café_", "7"}),
    ],
)
def test_what_a_folding_drops(fold: Callable[[str], object], folded: object) -> None:
    assert fold("Straße \u00a012,\n _Café_ Straße: 7 ") == folded


@given(st.lists(st.sampled_from(["a", " ", "\n", "\u2003", "é"]), max_size=9), st.integers(-4, 4))
def test_long_texts_lose_the_same_spaces(pieces: list[str], offset: int) -> None:
    text = "x" * (FOLDED_AT_ONCE + offset) + "".join(pieces) + " x"
    assert normalise.fold_spaces(text) == " ".join(text.split())


def _folds(node: ast.AST) -> bool:
    """Whether a part of a program folds text: letter case, what Unicode calls alike, or white space."""
    match node:
        case ast.Attribute(attr="casefold" | "swapcase") | ast.alias(name="unicodedata"):
            return True
        case ast.Call(func=ast.Attribute(attr="join"), args=[ast.Call(func=ast.Attribute(attr="split"), args=[])]):
            return True
    return False


def test_no_other_module_folds() -> None:
    folding = {
        path.relative_to(CLEANING).as_posix()
        for path in CLEANING.rglob("*.py")
        if any(map(_folds, ast.walk(ast.parse(path.read_text(encoding="utf-8")))))
    }
    assert folding == {"normalise.py"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Hand\u00adwerks\u00adbetriebe", "Handwerksbetriebe"),
        ("The coun\u200bcil bought\u2060 it\ufeff", "The council bought it"),
        ("left\u200e to\u200c right", "left to right"),
        ("\u0645\u06cc\u200c\u0631\u0648\u062f", "\u0645\u06cc\u200c\u0631\u0648\u062f"),
        ("\u0e41\u0e21\u0e48\u200b\u0e19\u0e49\u0e33", "\u0e41\u0e21\u0e48\u200b\u0e19\u0e49\u0e33"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
    ],
)
def test_what_is_not_seen_leaves_the_text(text: str, shown: str) -> None:
    assert normalise.printed(text) == shown


@given(st.text(alphabet=st.characters(max_codepoint=0x24F)) | st.text(alphabet="aZß“”–²½_ªйЁ日ا"))
def test_bare_keeps_letters_and_digits_whether_they_fit_into_bytes_or_not(text: str) -> None:
    assert normalise.bare(text) == "".join(filter(str.isalnum, text.casefold()))


def test_the_size_of_a_text_is_the_same_when_it_is_asked_again_and_when_it_is_long() -> None:
    for times in (1, 1_000):
        assert [normalise.size_of("日本 é" * times) for _ in range(2)] == [6 * times] * 2


@pytest.mark.parametrize("misread", ["latin-1", "cp1252"])
@pytest.mark.parametrize("text", ["Im Café – „so ist’s“", "La señora dice «sí»", "Дождь кончился", "谷の雨"])
def test_a_document_in_utf8_that_was_read_as_latin_1_is_read_again(text: str, misread: str) -> None:
    try:
        wrong = text.encode().decode(misread)
    except UnicodeDecodeError:  # bytes that cp1252 does not have
        return
    assert normalise.as_written(wrong) == text


@given(st.text())
def test_a_document_that_was_read_right_stays(text: str) -> None:
    assert normalise.as_written(f"{text} The café – it’s “open” 日") == f"{text} The café – it’s “open” 日"
    assert normalise.as_written("Caf\xe9 \xabouvert\xbb") == "Caf\xe9 \xabouvert\xbb"


def test_what_would_become_a_control_character_was_read_right() -> None:
    assert normalise.as_written("Later. \xc2\x80") == "Later. \xc2\x80"
