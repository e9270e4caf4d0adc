"""Word lists are data that people review: one phrase a line, sorted, each once, and their order counts for nothing."""

import re

import pytest

from copydesk.cleaning.boilerplate.labels import WHY
from copydesk.cleaning.lexicon import Lexicon
from copydesk.cleaning.lexicon.line_words import alternatives, line_words, lists_of, shortest
from copydesk.cleaning.lexicon.load import phrases
from scripts.format_lexicon import FOLDER, duplicates, formatted, unformatted

FILE = """\
# A language.
language = "xx"

# Of readers.
[voice]
we = ["we", "us", "we"]

[page.missing]
# What a title says.
head = ["not found", "lost"]

[months]
names = [
  ["january", "jan"],
  ["february"],
]
"""
FORMATTED = """\
# A language.
language = "xx"

# Of readers.
[voice]
we = [
  "us",
]

[page.missing]
# What a title says.
head = [
  "lost",
  "not found",
]

[months]
names = [
  ["january", "jan"],
  ["february"],
]
"""


def test_the_word_lists_are_formatted() -> None:
    assert [path.name for path, _ in unformatted(FOLDER)] == [], "make lexicon"


def test_a_phrase_stands_once_sorted_and_not_again_where_english_has_it() -> None:
    english = {"voice": {"we": ["we"]}, "page": {"missing": {"sure": ["lost"]}}}
    assert formatted(FILE, english) == FORMATTED == formatted(FORMATTED, english)


TWICE = """\
language = "xx"

[voice]
we = ["we"]
we_endings = ["n", "ns"]

[donation_appeal]
sure = ["Support us!", "support us", "give _ now", "give* _ now", "give it now", "we"]
hint = ["donat*", "donation", "donate now", "donati*", "* gift"]

[related_links]
hint = ["Dönation", "read more"]

[months]
names = [["mar", "mär"], ["mar"]]
"""


def test_phrases_that_say_the_same_are_reported() -> None:
    assert list(duplicates(TWICE)) == [
        'donation_appeal.sure: "Support us!" and "support us" are the same',
        'donation_appeal.sure: "give _ now" is covered by "give* _ now"',
        'donation_appeal.hint: "donation" is covered by "donat*"',
        'donation_appeal.hint: "donati*" is covered by "donat*"',
        'donation_appeal.hint: "donation" is covered by "donati*"',
        '"we" stands in voice.we, donation_appeal.sure',
        '"donation" stands in donation_appeal.hint, related_links.hint',
    ]
    assert list(duplicates(FILE.replace('"we", "us", "we"', '"we", "us"'))) == []


def test_a_comment_inside_a_list_is_refused() -> None:
    with pytest.raises(ValueError, match="inside a list: # why"):
        formatted('[voice]\nwe = [\n  "we",\n  # why\n]\n', {})


@pytest.mark.parametrize("text", ["Please read more about our privacy policy", "Support us, dear reader: donate now"])
def test_the_order_of_phrases_changes_nothing_that_is_found(text: str) -> None:
    words, listed = text.lower().replace(",", "").replace(":", "").split(), phrases("en")
    assert Lexicon(listed).find(words) == Lexicon(reversed(listed)).find(words) != []


def test_a_pattern_of_words_takes_the_longest_in_any_order() -> None:
    for words in (["autor", "autor/in", "autorin*", "aus dem *"], ["aus dem *", "autorin*", "autor/in", "autor"]):
        pattern = re.compile(alternatives(words))
        for text, taken in (
            ("autor/in:", "autor/in"),
            ("autorinnen", "autorinnen"),
            ("autor.", "autor"),
            ("aus", None),
        ):
            found = pattern.match(text)
            assert (found[0] if found else None) == taken
        assert pattern.fullmatch("aus dem englischen")
        assert not pattern.fullmatch("aus dem ")


def test_the_shortest_words_stand_for_all() -> None:
    assert shortest(["foto", "fot", "fotos", "bild"]) == ("bild", "fot")


def test_words_of_lines_come_from_all_languages() -> None:
    assert {"by", "von", "oleh"} <= set(line_words("byline.alone"))
    with pytest.raises(KeyError):
        line_words("byline.unknown")


def test_names_of_classes_stand_for_kinds() -> None:
    named = lists_of("class_word")
    assert len(named) > 10
    assert named.keys() <= WHY.keys()
    words = [word for words in named.values() for word in words]
    assert len(words) == len(set(words)), "a word names one kind"
