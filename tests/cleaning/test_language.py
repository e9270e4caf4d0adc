"""The language of a text is found, and nothing is made up where there is too little of it."""

import pytest

from copydesk.cleaning.language import detect
from tests.support.appeals import ARTICLES


@pytest.mark.parametrize("article", ARTICLES, ids=lambda a: a.language)
def test_the_language_is_found(article: object) -> None:
    guess = detect(" ".join(article.body))  # type: ignore[attr-defined]
    assert guess is not None
    assert guess.language == article.language  # type: ignore[attr-defined]


def test_too_little_text_has_no_language_but_the_told_one() -> None:
    assert detect("OK 12") is None
    guess = detect("OK 12", "pt-BR")
    assert guess is not None
    assert guess.language == "pt"
