"""A page that leaves next to nothing is no article; a short news item is one."""

import pytest

from copydesk.cleaning.not_article.reasons import too_little
from copydesk.cleaning.records import Cleaned


def left(*paragraphs: str) -> Cleaned:
    return Cleaned(title="T", paragraphs=paragraphs, removed=(), confidence=0.5)


@pytest.mark.parametrize(
    "paragraphs", [("Home",), ("Home", "Sign in", "© 2026"), ("2026-01-01 " * 10,), ("首页 登录",)]
)
def test_next_to_nothing_is_no_article(paragraphs: tuple[str, ...]) -> None:
    refused = too_little(left(*paragraphs))
    assert refused is not None
    assert "no article text" in refused


@pytest.mark.parametrize(
    "paragraph",
    [
        "The ferry sails again on Monday, the harbour office said. It had been in dock since January.",
        "港の朝市が四月から日曜日にも開かれる。若手の漁師が呼びかけた。",
        "Паром снова ходит с понедельника, сообщили в порту. С января он стоял в ремонте.",
    ],
)
def test_two_short_sentences_are_an_article(paragraph: str) -> None:
    assert too_little(left(paragraph)) is None
