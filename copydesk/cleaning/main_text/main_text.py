"""The story on a page: the body that the model finds, without the furniture that its words give away."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from copydesk.cleaning.blocks import to_blocks
from copydesk.cleaning.language import language_of
from copydesk.cleaning.main_text.classifier import Model
from copydesk.cleaning.main_text.embedded_boilerplate import furniture_within
from copydesk.cleaning.main_text.select import Body, choose_body
from copydesk.cleaning.main_text.trafilatura_opinion import second_opinion
from copydesk.cleaning.metadata.title import Title
from copydesk.cleaning.not_article.listing import LEAST_TEASERS, is_prose, is_teaser, states_article
from copydesk.cleaning.not_article.walls import speaks_of_walls
from copydesk.cleaning.page.model import Page, Run
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.records import Block, Label

MOST_RESCUED = 12
"""Paragraphs; a page with more of them that were all cut is no short article."""
DOUBT = 0.3
_OUTSIDE = frozenset(("aside", "nav", "footer", "header", "form", "noscript", "button", "label"))

MUCH = 5
"""When furniture is one part in so many of the body, or more, the page is looked at again without it."""


class Story(NamedTuple):
    """The page's blocks, the positions of the story's, the furniture found among them, the body it was found in, and
    the language with where that is from."""

    blocks: list[Block]
    positions: list[int]
    furniture: dict[int, Label]
    body: Body
    language: tuple[str | None, str]


def find_story(
    html: str, page: Page, facts: Facts, title: Title, hint: str | None = None, model: Model | None = None
) -> Story:
    """Find the story; `hint` is the language others name, `model` another one than the shipped."""
    blocks = to_blocks(page)
    ask = cache(lambda: second_opinion(html, page.runs))  # the slowest step: once a page, however often it is looked at
    body = choose_body(page, facts, title, ask, model)
    language = _language(page, body, hint)
    furniture = _furniture(blocks, body, language[0])
    if furniture and _much(blocks, furniture, body):
        # An appeal was taken for the story, or hid it: without the appeal the story's place shows.
        body = choose_body(page, facts, title, ask, model, without=frozenset(furniture))
        language = _language(page, body, hint)
        furniture |= _furniture(blocks, body, language[0])
    positions = [i for i, keep in enumerate(body.kept) if keep and i not in furniture]
    return Story(blocks, positions, furniture, body, language)


def _language(page: Page, body: Body, hint: str | None) -> tuple[str | None, str]:
    texts = [run.text for run, keep in zip(page.runs, body.kept, strict=True) if keep]
    return language_of(page.language, texts or [run.text for run in page.runs], hint)


def _furniture(blocks: list[Block], body: Body, language: str | None) -> dict[int, Label]:
    """What of the body its words give away after all, by position."""
    at = [i for i, keep in enumerate(body.kept) if keep]
    found = furniture_within([blocks[i] for i in at], [body.likely[i] for i in at], language)
    return {at[i]: label for i, label in found.items()}


def _much(blocks: list[Block], furniture: Mapping[int, Label], body: Body) -> bool:
    cut = sum(len(blocks[i].text) for i in furniture)
    return MUCH * cut >= sum(len(block.text) for block, keep in zip(blocks, body.kept, strict=True) if keep)


def rescue(page: Page, facts: Facts, title: Title, story: Story) -> Story:
    """The story, or where it is empty and markup describes an article, the visible sentences that may be all of it."""
    if story.positions or not states_article(facts):
        return story
    shown = range(0 if title.at is None else title.at + 1, len(page.runs))
    found = [i for i in shown if i not in story.furniture and _may_be(page.runs[i])]
    if not 0 < len(found) <= MOST_RESCUED or sum(map(is_teaser, page.runs)) >= LEAST_TEASERS:
        return story
    kept = [i in set(found) for i in range(len(page.runs))]
    return story._replace(positions=found, body=story.body._replace(kept=kept, confidence=DOUBT))


def _may_be(run: Run) -> bool:
    if run.box.hidden or not is_prose(run) or speaks_of_walls(run.text):
        return False
    return all(box.tag not in _OUTSIDE for box in run.box.ancestry())
