"""Text from outside cannot do anything to a terminal."""

import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.cli.terminal import safe, safe_json

DIRECTION = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, é, 手机, שלום, 🙂", "plain text, é, 手机, שלום, 🙂"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x1b]0;owned\x07title", "]0;ownedtitle"),
        ("\x9b2Jcleared\x9d8;;x\x9c", "2Jcleared8;;x"),
        ("all good\rall bad", "all good all bad"),
        ("two\r\nlines\tand\u2028three\x85four", "two lines and three four"),
        ("back\x08\x08\x7fspace\x00", "backspace"),
        ("file\u202egpj.exe\u2066\u2069\u200f", "filegpj.exe"),
        ("half \ud83d of a pair", "half \ufffd of a pair"),
        ("family: 👨\u200d👩\u200d👧, میکند: می\u200cکند", "family: 👨\u200d👩\u200d👧, میکند: می\u200cکند"),
        ("", ""),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert safe(text) == shown


@given(st.text(st.characters(codec=None)))
def test_nothing_that_acts_on_a_terminal_is_left(text: str) -> None:
    shown = safe(text)
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert not DIRECTION & set(shown)
    shown.encode()
    assert safe(shown) == shown


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs", "M"])))
def test_printable_text_stays_as_it_is(text: str) -> None:
    assert safe(text) == text


@given(
    st.text(st.characters(codec="utf-8"))
    | st.text('\x00\x1b\x7f\x80\x9b\x9f\xa0é\u061c\u2027\u2028\u202e\u2066\ufff9🙂\\"')
)
def test_json_is_made_safe_and_reads_back_the_same(text: str) -> None:
    written = safe_json(msgspec.json.encode({text: [text]}))
    assert msgspec.json.decode(written) == {text: [text]}
    assert safe(written.decode()) == written.decode()
