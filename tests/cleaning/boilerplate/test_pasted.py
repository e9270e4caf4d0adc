"""Pasted articles: sentences of the story right after a line of furniture stay, in any language, near the end too."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from copydesk.cleaning.records import Cleaned
from copydesk.cleaning.scraped_text import clean_plain
from tests.support.documents import raw_text
from tests.support.places import DATA

STORIES = json.loads((DATA / "pasted.json").read_text("utf-8"))
"""One story in many languages: `asides` lead elsewhere, invite or ask; `closing` and `spoken` are short sentences."""


def arrangements(story: dict[str, Any]) -> Iterator[list[str]]:
    """The story's lines with its asides in the middle and near the end; the headline is left out."""
    body, closing, spoken = story["body"], story["closing"], story["spoken"]
    for aside in story["asides"]:
        for count in range(1, len(closing) + 1):
            yield [*body, aside, *closing[:count]]
            yield [*body[:3], aside, *closing[:count]]
            if spoken:
                yield [*body, aside, *spoken[:count]]
        yield [*body[:3], aside, *closing[:2], *body[3:]]
    more, _, letter, donation = story["asides"]
    yield [*body[:4], donation, letter, more, *closing]
    yield [*body[:4], more, closing[0], closing[2], letter, closing[1], closing[3]]
    yield [*body, *closing, *spoken]


def cleaned(lines: list[str]) -> Cleaned:
    found = clean_plain(raw_text("\n\n".join(lines)))
    assert isinstance(found, Cleaned), found
    return found


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["language"])
def test_the_asides_of_a_pasted_article_go_and_its_sentences_stay(story: dict[str, Any]) -> None:
    for lines in arrangements(story):
        found = cleaned([story["title"], *lines])
        assert found.title == story["title"]
        assert found.paragraphs == tuple(line for line in lines if line not in story["asides"])


@pytest.mark.parametrize("story", [each for each in STORIES if each["list"]], ids=lambda story: story["language"])
def test_sentences_after_a_list_of_other_articles_stay(story: dict[str, Any]) -> None:
    for count in (1, 2, 4):
        for listed in (story["list"][:2], story["list"]):
            lines = [*story["body"][:4], *story["closing"][:count]]
            found = cleaned([story["title"], *lines[:4], *listed, *lines[4:]])
            assert set(lines) <= set(found.paragraphs)
