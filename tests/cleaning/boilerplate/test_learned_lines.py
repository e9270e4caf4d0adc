"""What lines say by learned words: in pieces as at once, in languages without a word list, and with words to quote."""

import numpy as np
import pytest

from copydesk.cleaning.boilerplate import learned_lines
from copydesk.cleaning.boilerplate.learned_lines import LEARNED, LineWords, learned_kind, line_models
from copydesk.cleaning.boilerplate.line_classifier import classify_lines, classify_paragraph
from copydesk.cleaning.records import Block
from copydesk.cleaning.thresholds.boilerplate import TELLING_RUNS
from copydesk.cleaning.thresholds.line_features import NGRAM_BITS
from copydesk.events import Kind

FOREIGN: list[tuple[str, str]] = [
    ("fi", "Liity jäseneksi ja tue riippumatonta journalismia 5 eurolla kuussa!"),
    ("hu", "Iratkozzon fel ingyenes hírlevelünkre!"),
    ("ro", "Abonează-te la newsletter și primești știrile zilei pe e-mail"),
    ("el", "Εγγραφείτε στο newsletter μας"),
    ("vi", "Đăng ký nhận bản tin miễn phí qua email"),
    ("hi", "हमारे न्यूज़लेटर की सदस्यता लें"),
]
STORIES = [
    ("fi", "Satama suljettiin kolmeksi päiväksi, kun nosturi kaatui laiturille yöllä."),
    ("hu", "A kikötőt három napra lezárták, miután egy daru éjszaka a rakpartra dőlt."),
    ("ro", "Portul a fost închis trei zile după ce o macara s-a prăbușit noaptea pe chei."),
    ("el", "Το λιμάνι έκλεισε για τρεις ημέρες, αφού ένας γερανός έπεσε τη νύχτα στην προβλήτα."),
    ("vi", "Cảng đóng cửa ba ngày sau khi một cần cẩu đổ xuống bến trong đêm."),
    ("hi", "रात में घाट पर क्रेन गिरने के बाद बंदरगाह तीन दिन तक बंद रहा।"),
]


def spoken(column: int) -> LineWords:
    """Words of which every gram speaks for one column."""
    table = np.zeros((1 << NGRAM_BITS, len(LEARNED)), dtype=np.int8)
    table[:, column] = 1
    return LineWords(table, np.ones(len(LEARNED), dtype=np.float32), np.zeros(len(LEARNED), dtype=np.float32))


def test_many_lines_come_out_as_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    words, lines = line_models().single.words, [text for _, text in FOREIGN + STORIES]
    at_once = words.log_odds(lines)
    monkeypatch.setattr(learned_lines, "LINES_AT_ONCE", 5)
    assert np.allclose(words.log_odds(lines), at_once, atol=1e-4)
    assert np.allclose(np.concatenate([words.log_odds([line]) for line in lines]), at_once, atol=1e-4)
    assert words.log_odds([]).shape == (0, len(LEARNED))


def test_a_kind_is_named_by_what_speaks_for_it_and_none_where_nothing_does() -> None:
    found = learned_kind(spoken(3).log_odds(["Give today"])[0])
    assert found is not None
    assert found[0] == LEARNED[3]
    assert learned_kind(spoken(0).log_odds(["Give today"])[0] - 9) is None


def test_most_boilerplate_goes_in_languages_without_a_word_list() -> None:
    cut = [classify_paragraph(Block(text), language).kind for language, text in FOREIGN]
    assert sum(kind is not None for kind in cut) >= 4


@pytest.mark.parametrize(("language", "text"), STORIES)
def test_stories_stay_in_languages_without_a_word_list(language: str, text: str) -> None:
    assert classify_paragraph(Block(text), language).kind is None


def test_a_cut_quotes_the_words_that_speak_for_its_kind() -> None:
    kind: Kind = "newsletter_signup"
    line = "The harbour was closed on Monday; sign up for our newsletter"
    told, other = line_models().single.words.telling([(line, kind), ("Send me the newsletter", kind)])
    assert "newsletter" in told
    assert told in line
    assert "newsletter" in other


def test_a_text_of_very_many_cut_lines_quotes_words_of_the_first_alone() -> None:
    line = ("Sign up for our newsletter", "newsletter_signup")
    told = line_models().single.words.telling([line] * TELLING_RUNS)
    assert told[0] == told[TELLING_RUNS // 3] != ""
    assert told[-1] == ""


TITLE = "Crane falls on to the quay in the night"
PROSE = [
    "The harbour was closed for three days, the harbour master said on Monday.",
    "Two men were hurt and taken away.",
]


def test_a_paragraph_that_quotes_the_headline_stays() -> None:
    opening = f"{TITLE}, and the harbour is closed for three days while the wreck is cleared, the harbour master said."
    labels = classify_lines([Block(line) for line in [TITLE, opening, *PROSE]], "en")
    assert [label.kind for label in labels] == ["title", None, None, None]


def test_a_name_alone_under_the_headline_is_the_byline() -> None:
    labels = classify_lines([Block(line) for line in [TITLE, "Nora Bright", *PROSE]], "en")
    assert [label.kind for label in labels] == ["title", "byline", None, None]
