"""Vary texts as others scrape and paste them: boilerplate moved, left out, or of other sites set among paragraphs."""

import random
import re
from collections import defaultdict

from copydesk.cleaning.boilerplate.kind_scores import LEXICAL
from scripts.text_documents import Document, Lines, looked_at
from scripts.train_lines import Known, SingleLineModels

_SENTENCES = re.compile(r"(?<=[.!?؟…])\s+|(?<=[。！？])")
Plants = dict[tuple[int, str | None], list[str]]
PLANTED = frozenset(LEXICAL) - {"navigation", "related_links"}
LONGEST_PLANT = 600
"""What is set into stories: appeals, notices and the like, of so many characters at most."""


def plants_of(lines: Known) -> Plants:
    """Choose boilerplate of other sites to be set into stories, by part and language."""
    plants: Plants = defaultdict(list)
    for line, part in zip(lines.lines, lines.part.tolist(), strict=True):
        if not line.body and line.kind in PLANTED and len(line.text) < LONGEST_PLANT and line.weight:
            plants[part, line.language].append(line.text)
    return plants


def with_variants(documents: list[Document], models: list[SingleLineModels], plants: Plants) -> list[Document]:
    """Add each document as others are scraped: boilerplate in the middle, none, a few lines only, pasted.

    What is moved stays on its page, so that no fold learns from the pages it is tried on.
    """
    chance = random.Random(1)
    out = []
    for d in documents:
        pages = (
            _moved(d, chance),
            _moved(d, chance),
            _bare(d),
            _short(d, chance),
            _pasted(d, chance),
            _planted(d, chance, plants),
        )
        varied = [page for page in pages if page]
        out.append(d._replace(varied=[(page, looked_at(page.lines, d.url, models[d.part]).rows) for page in varied]))
    return out


def _moved(d: Document, chance: random.Random) -> Lines | None:
    """Set a run of boilerplate from the page's head or tail between two paragraphs."""
    body = [i for i, share in enumerate(d.page.share) if share > 0.6]
    if len(body) < 4:
        return None
    runs = [i for i, share in enumerate(d.page.share) if share < 0.2 and i != d.seen.rules.title]
    if not runs:
        return None
    start = chance.choice(runs)
    end = start
    while end < len(d.page.lines) and d.page.share[end] < 0.2 and end != d.seen.rules.title and end - start < 10:
        end += 1
    to = chance.choice(body[1:])
    order = [i for i in range(len(d.page.lines)) if not start <= i < end]
    at = order.index(to)
    return _picked(d, order[:at] + list(range(start, end)) + order[at:], 0.5)


def _bare(d: Document) -> Lines | None:
    """Take the headline and the article alone."""
    return _picked(d, [i for i, share in enumerate(d.page.share) if share > 0.6 or i == d.seen.rules.title], 0.4)


def _short(d: Document, chance: random.Random) -> Lines | None:
    """Shorten the page's article to a few paragraphs."""
    body = [i for i, share in enumerate(d.page.share) if share > 0.6]
    if len(body) < 7:
        return None
    dropped = set(body[chance.randint(2, 5) :])
    return _picked(d, [i for i in range(len(d.page.lines)) if i not in dropped], 0.4)


def _pasted(d: Document, chance: random.Random) -> Lines | None:
    """Take headline and article, often a sentence a line, with a few lines of boilerplate shortly before the end.

    So people paste articles; pages teach the model that what follows on boilerplate, and short lines, are boilerplate.
    """
    cut = [
        share < 0.2 and gone and i != d.seen.rules.title
        for i, (share, gone) in enumerate(zip(d.page.share, d.seen.rules.cut, strict=True))
    ]
    body = [i for i, share in enumerate(d.page.share) if share > 0.6]
    if len(body) < 3 or True not in cut:
        return None
    apart = chance.random() < 0.5
    lines = []
    for i in body:
        parts = _SENTENCES.split(d.page.lines[i]) if apart and chance.random() < 0.6 else [d.page.lines[i]]
        lines += [(part, d.page.share[i]) for part in parts if part.strip()]
    if chance.random() < 0.5:
        del lines[chance.randint(3, 10) :]
    for _ in range(chance.choice((1, 1, 2))):
        start = chance.choice([i for i, gone in enumerate(cut) if gone])
        end = start + 1
        while end < len(cut) and cut[end] and end - start < 3 and chance.random() < 0.4:
            end += 1
        below = chance.choice((1, 1, 2, 2, 3, 4, chance.randint(1, len(lines))))
        at = max(1, len(lines) - below)
        lines[at:at] = [(d.page.lines[i], d.page.share[i]) for i in range(start, end)]
    if d.seen.rules.title is not None and chance.random() < 0.9:
        lines.insert(0, (d.page.lines[d.seen.rules.title], d.page.share[d.seen.rules.title]))
    return Lines([line for line, _ in lines], [share for _, share in lines], 0.25)


def _planted(d: Document, chance: random.Random, plants: Plants) -> Lines | None:
    """Take headline and article, with boilerplate of other sites among its paragraphs; no fold learns from its own."""
    found = plants.get((d.part, d.language)) or plants.get((d.part, "en"), [])
    bare_page = _bare(d)
    if not found or bare_page is None or len(bare_page.lines) < 5:
        return None
    lines = list(zip(bare_page.lines, bare_page.share, strict=True))
    for _ in range(chance.randint(1, 3)):
        at = chance.randint(2, len(lines))
        lines[at:at] = [(text, 0.0) for text in chance.sample(found, min(len(found), chance.choice((1, 1, 2))))]
    return Lines([line for line, _ in lines], [share for _, share in lines], 0.5)


def _picked(d: Document, order: list[int], weight: float) -> Lines:
    return Lines([d.page.lines[i] for i in order], [d.page.share[i] for i in order], weight)
