"""The second opinion on a page that the classifier is in doubt of."""

from collections.abc import Sequence
from typing import Any

import pytest

from copydesk.cleaning.main_text import main_text, page_text, select
from copydesk.cleaning.main_text.select import Body
from copydesk.cleaning.page.model import Run
from tests.cleaning.test_html_page import cleaned, unnamed
from tests.support.appeals import ARTICLES


def test_trafilatura_is_asked_once_however_often_a_page_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    looks: list[bool] = []
    choose = main_text.choose_body

    def ask(html: str, runs: Sequence[Run]) -> list[bool] | None:
        asked.append(len(runs))
        return None

    def look(*args: Any, **more: Any) -> Body:
        looks.append(bool(more["without"]))
        return choose(*args, **more)

    shipped = select.shipped_model()
    doubting = shipped._replace(weighing=shipped.weighing._replace(doubt=2.0, silence=-50.0))
    monkeypatch.setattr(select, "shipped_model", lambda: doubting)
    monkeypatch.setattr(page_text, "trafilatura_opinion", ask)
    monkeypatch.setattr(main_text, "choose_body", look)
    cleaned(unnamed(ARTICLES[0]))
    assert looks == [False, True]
    assert len(asked) == 1
