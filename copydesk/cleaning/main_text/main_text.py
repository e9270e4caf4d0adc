"""The story on a page: the body that the model finds, without the furniture that its words give away."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from copydesk.cleaning.blocks import to_blocks
from copydesk.cleaning.main_text.classifier import Model
from copydesk.cleaning.main_text.embedded_boilerplate import furniture_within
from copydesk.cleaning.main_text.select import Body, choose_body
from copydesk.cleaning.main_text.trafilatura_opinion import second_opinion
from copydesk.cleaning.metadata.metadata import language_of
from copydesk.cleaning.metadata.title import Title
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.records import Block, Label

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
    return language_of(page, texts or [run.text for run in page.runs], hint)


def _furniture(blocks: list[Block], body: Body, language: str | None) -> dict[int, Label]:
    """What of the body its words give away after all, by position."""
    at = [i for i, keep in enumerate(body.kept) if keep]
    found = furniture_within([blocks[i] for i in at], [body.likely[i] for i in at], language)
    return {at[i]: label for i, label in found.items()}


def _much(blocks: list[Block], furniture: Mapping[int, Label], body: Body) -> bool:
    cut = sum(len(blocks[i].text) for i in furniture)
    return MUCH * cut >= sum(len(block.text) for block, keep in zip(blocks, body.kept, strict=True) if keep)
