"""Grams of lines: the same whatever stands beside a line, bounded in long ones, in every script."""

import numpy as np
import pytest

from copydesk.cleaning.boilerplate.line_ngrams import LineGrams, grams_of
from copydesk.cleaning.thresholds.line_features import NGRAM_BITS, NGRAM_HEAD, NGRAM_TAIL

LINES = ["Share this", "Tilaa uutiskirje nyt!", "分享到微信", "→", "Подпишитесь на нас", "a" * 5000]


def buckets(grams: LineGrams, line: int) -> list[int]:
    """All grams of one line."""
    return sorted(int(b) for kinds in (grams.characters, grams.words) for g in kinds for b in g.bucket[g.line == line])


@pytest.mark.parametrize("at", range(len(LINES)))
def test_a_line_has_the_same_grams_alone_and_among_others(at: int) -> None:
    alone = buckets(grams_of([LINES[at]]), 0)
    assert alone == buckets(grams_of(LINES), at)
    assert alone
    assert max(alone) < 1 << NGRAM_BITS


def test_letter_case_accents_and_digits_do_not_count() -> None:
    assert buckets(grams_of(["Seulement 12 €"]), 0) == buckets(grams_of(["SEULEMENT 34 €"]), 0)


def test_the_order_of_words_counts() -> None:
    assert buckets(grams_of(["read more"]), 0) != buckets(grams_of(["more read"]), 0)


def test_long_lines_are_read_at_their_two_ends() -> None:
    head, tail = "h" * NGRAM_HEAD, "t" * NGRAM_TAIL
    assert buckets(grams_of([f"{head}{'x' * 900}{tail}"]), 0) == buckets(grams_of([f"{head}{'y' * 9000}{tail}"]), 0)


def test_grams_of_one_line_weigh_less_the_more_there_are() -> None:
    for grams, weight in grams_of(["Give", "Give now, and give again tomorrow"]).weighted():
        assert weight[0] > weight[1]
        assert np.all(np.diff(grams.line) >= 0)


def test_no_lines_have_no_grams() -> None:
    assert all(len(grams.bucket) == 0 for grams, _ in grams_of([]).weighted())
