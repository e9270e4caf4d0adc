"""A word is the same word in any spelling; what is marked is the article's own text."""

import time
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from copydesk.search.highlight import FRAGMENTS, find, highlights, needles
from copydesk.search.query import HIGHLIGHT_END, HIGHLIGHT_START, Term, parse
from copydesk.search.words import fold_for_search, lower, words

TEXT = st.text(st.characters(codec="utf-8"))
SCRIPTS = st.text("aZé\u0301\u0306\u0308иіуйїЁё’«… \n手机がカ\u3099ﾞｶﾊﾟ한ابـَهىกำ้हि\u0942ßİıſσςΣ\u200b\u200d\xad½ﬁ🙂1٣-_")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Don't PANIC_now, 3.14!", ["don", "t", "panic", "now", "3", "14"]),
        ("Crème BRÛLÉE, Łódź, Ærø, Straße, naïve", ["creme", "brulee", "lodz", "aero", "strasse", "naive"]),
        ("ΣΊΣΥΦΟΣ Σίσυφος", ["σισυφοσ", "σισυφοσ"]),
        ("Ёлка, ЙОД, їжа, и\u0306од, Ґ, ў", ["елка", "йод", "їжа", "йод", "ґ", "ў"]),
        ("مُحَمَّد الجـــسر أإآا ٢٠٢٤ مدرسة", ["محمد", "الجسر", "اااا", "2024", "مدرسه"]),
        ("iPhone手机は", ["iphone", "手", "机", "は"]),
        ("ＡＢＣ１２３ ﾎﾟｽﾄ", ["abc123", "ポ", "ス", "ト"]),
        ("한국어를", ["한", "국", "어", "를"]),
        ("น้ำ", ["น", "้", "ํ", "า"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("co\xadoperate zero\u200bwidth join\u200dner", ["cooperate", "zero", "width", "joinner"]),
        ("İstanbul ISPARTA ırmak", ["istanbul", "isparta", "irmak"]),
        ("ﬁne ½ ① ℌ", ["fine", "1", "2", "1", "h"]),
        ("🙂 … — \0 \ue000\uffff", ["\uffff"][:0]),
    ],
)  # fmt: skip
def test_the_words_of_a_text(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(TEXT | SCRIPTS)
def test_spelling_does_not_matter(text: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert words(unicodedata.normalize(form, text)) == words(text)
    assert words(text.casefold()) == words(text)


@given(TEXT | SCRIPTS)
def test_folding_again_changes_nothing(text: str) -> None:
    assume(
        unicodedata.is_normalized("NFC", fold_for_search(text))
    )  # a mark that is dropped may have kept letters apart
    assert words(" ".join(words(text))) == words(text)


@given(TEXT | SCRIPTS)
def test_every_word_of_a_text_is_found_in_it(text: str) -> None:
    assume(unicodedata.is_normalized("NFC", fold_for_search(text)))
    for word in words(text):
        spans = find(text, needles([Term(word)]))
        assert spans
        for span in spans:
            assert word in words(text[span.start : span.end])


@given(TEXT | SCRIPTS, SCRIPTS)
def test_only_what_the_index_would_match_is_marked(text: str, asked: str) -> None:
    wanted = needles(parse(asked))
    for span in find(text, wanted):
        needle, marked = wanted[span.needle], words(text[span.start : span.end])
        places = range(len(marked) - len(needle.words) + 1)
        runs = [tuple(marked[place : place + len(needle.words)]) for place in places]
        assert needle.words in runs or (needle.prefix and any(run[:-1] == needle.words[:-1] for run in runs))


@given(st.lists(TEXT | SCRIPTS, max_size=4), TEXT | SCRIPTS)
def test_a_fragment_without_its_marks_is_a_piece_of_the_text(paragraphs: list[str], title: str) -> None:
    paragraphs = [text.replace(HIGHLIGHT_START, "").replace(HIGHLIGHT_END, "") for text in paragraphs]
    title = title.replace(HIGHLIGHT_START, "").replace(HIGHLIGHT_END, "")
    shown = highlights(title, paragraphs, needles(parse("手 й* e 1 한 a* " + " ".join(paragraphs)[:30])))
    assert len(shown) <= FRAGMENTS + 1
    for fragment in shown:
        assert HIGHLIGHT_START in fragment
        bare = fragment.replace(HIGHLIGHT_START, "").replace(HIGHLIGHT_END, "")
        assert any(bare in text for text in (title, *paragraphs))


def test_steady_letters_fold_as_the_letters_they_make_with_marks() -> None:
    marks = [chr(code) for code in range(0x300, 0x370)] + ["\u0653", "\u0654", "\u0655", "\u05bc"]
    for code in range(0x80, 0x700):
        for mark in marks:
            apart = chr(code) + mark
            assert lower(fold_for_search(apart)) == lower(fold_for_search(unicodedata.normalize("NFC", apart))), apart


def test_marks_that_an_article_brings_along_are_not_shown_as_ours() -> None:
    (shown,) = highlights("", [f"a {HIGHLIGHT_START}forged{HIGHLIGHT_END} word"], needles(parse("word")))
    assert shown == f"a  forged  {HIGHLIGHT_START}word{HIGHLIGHT_END}"


def test_a_mark_ends_after_the_accents_of_its_last_letter() -> None:
    (shown,) = highlights("", ["un cafe\u0301 noir"], needles(parse("cafe")))
    assert shown == f"un {HIGHLIGHT_START}cafe\u0301{HIGHLIGHT_END} noir"


def test_the_fragments_shown_are_those_with_most_of_what_was_asked() -> None:
    filler = "and on it went without a word of interest to anyone at all " * 9
    text = f"one {filler} one {filler} one {filler} one two {filler} three"
    shown = highlights("", [text], needles(parse("one two three")))
    assert len(shown) == FRAGMENTS
    assert any("two" in fragment for fragment in shown)
    assert any("three" in fragment for fragment in shown)


def test_marking_a_very_long_article_takes_bounded_work() -> None:
    began = time.process_time()
    shown = highlights("t", ["слово 手机 " * 1_000_000], needles(parse("never OR слово")))
    assert len(shown) == FRAGMENTS
    assert highlights("t", ["слово 手机 " * 1_000_000], needles(parse("слов"))) == ()
    assert time.process_time() - began < 30
