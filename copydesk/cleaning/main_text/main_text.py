"""Find the main text of a page: the body that the classifier selects, without the boilerplate embedded in it."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from copydesk.cleaning.blocks import to_blocks
from copydesk.cleaning.language import language_of
from copydesk.cleaning.main_text.classifier import PageModel
from copydesk.cleaning.main_text.embedded_boilerplate import embedded_boilerplate
from copydesk.cleaning.main_text.offer_boxes import offers
from copydesk.cleaning.main_text.outside_boxes import is_deep, outside_boxes
from copydesk.cleaning.main_text.sections import whole_sections
from copydesk.cleaning.main_text.select import Body, choose_body
from copydesk.cleaning.main_text.syndication import appeared_first
from copydesk.cleaning.metadata.title import Title
from copydesk.cleaning.not_article.listing import is_prose_run, is_teaser, states_article
from copydesk.cleaning.not_article.walls import mentions_wall
from copydesk.cleaning.page.model import Page, Run
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.records import Block, Label
from copydesk.cleaning.thresholds.main_text import LOOK_AGAIN, MOST_RESCUED, RESCUED_CONFIDENCE
from copydesk.cleaning.thresholds.not_article import LIST_TEASERS

_OUTSIDE = frozenset(("aside", "nav", "footer", "header", "form", "noscript", "button", "label"))


class MainText(NamedTuple):
    """Hold a page's blocks, the positions of the main text's, and the boilerplate found among them.

    `body` is what it was found in; `language` comes with where it is from.
    """

    blocks: list[Block]
    positions: list[int]
    boilerplate: dict[int, Label]
    body: Body
    language: tuple[str | None, str]

    def overruled(self, decisions: Mapping[int, Label | None], title: int | None) -> "MainText":
        """Return the main text as people want it: block numbers with the label of what is cut, None for what stays."""
        kept, boilerplate = set(self.positions), dict(self.boilerplate)
        for i, cut in decisions.items():
            if cut is not None:
                kept.discard(i)
                boilerplate[i] = cut
            elif i != title:
                kept.add(i)
                boilerplate.pop(i, None)
        flags = [i in kept for i in range(len(self.blocks))]
        return self._replace(positions=sorted(kept), boilerplate=boilerplate, body=self.body._replace(kept=flags))


def find_main_text(
    ask: Callable[[], list[bool] | None], page: Page, facts: Facts, title: Title, hint: str | None = None,
    model: PageModel | None = None,
) -> MainText:  # fmt: skip
    """Find the main text; `hint` is the language others name, `model` another one than the shipped.

    `ask` gives another extractor's verdict per run, None for none: the slowest step, asked for once at most.
    """
    if not page.runs:
        return MainText([], [], {}, Body([], 0.0, []), language_of(page.language, [], hint))
    blocks = to_blocks(page)
    ask = cache(ask)
    outside = outside_boxes(page, title)
    body = choose_body(page, facts, title, ask, model, without=frozenset(outside))
    language = _language(page, body, hint)
    boilerplate = outside | _boilerplate(blocks, body, language[0])
    if len(boilerplate) > len(outside) and _much(blocks, boilerplate, body):
        # An appeal was taken for the article, or hid it: without the appeal the article's place shows.
        body = choose_body(page, facts, title, ask, model, without=frozenset(boilerplate))
        language = _language(page, body, hint)
        boilerplate |= _boilerplate(blocks, body, language[0])
    positions = [i for i, keep in enumerate(body.kept) if keep and i not in boilerplate]
    if is_deep(page):
        return MainText(blocks, positions, boilerplate, body, language)
    positions = whole_sections(page, blocks, positions, boilerplate, language[0])
    boilerplate = {i: label for i, label in boilerplate.items() if i not in set(positions)}
    boilerplate |= offers(page, blocks, title, positions, language[0]) | appeared_first(page, title, positions)
    # A headline between two kept runs is no sub-heading of theirs.
    positions = [i for i in positions if i not in boilerplate and i != title.at]
    return MainText(blocks, positions, boilerplate, body, language)


def _language(page: Page, body: Body, hint: str | None) -> tuple[str | None, str]:
    texts = [run.text for run, keep in zip(page.runs, body.kept, strict=True) if keep]
    return language_of(page.language, texts or [run.text for run in page.runs], hint)


def _boilerplate(blocks: list[Block], body: Body, language: str | None) -> dict[int, Label]:
    """Find what of the body its words give away after all, by position."""
    at = [i for i, keep in enumerate(body.kept) if keep]
    found = embedded_boilerplate([blocks[i] for i in at], [body.likely[i] for i in at], language)
    return {at[i]: label for i, label in found.items()}


def _much(blocks: list[Block], boilerplate: Mapping[int, Label], body: Body) -> bool:
    cut = sum(len(blocks[i].text) for i in boilerplate if body.kept[i])
    return LOOK_AGAIN * cut >= sum(len(block.text) for block, keep in zip(blocks, body.kept, strict=True) if keep)


def rescue_short_article(page: Page, facts: Facts, title: Title, text: MainText) -> MainText:
    """Keep the visible sentences that may be all of an article where nothing was found and markup describes one."""
    if text.positions or not states_article(facts):
        return text
    shown = range(0 if title.at is None else title.at + 1, len(page.runs))
    found = [i for i in shown if i not in text.boilerplate and _may_be(page.runs[i])]
    if not 0 < len(found) <= MOST_RESCUED or sum(map(is_teaser, page.runs)) >= LIST_TEASERS:
        return text
    kept = [i in set(found) for i in range(len(page.runs))]
    return text._replace(positions=found, body=text.body._replace(kept=kept, confidence=RESCUED_CONFIDENCE))


def _may_be(run: Run) -> bool:
    if run.box.hidden or not is_prose_run(run) or mentions_wall(run.text):
        return False
    return all(box.tag not in _OUTSIDE for box in run.box.ancestry())
