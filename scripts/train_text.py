"""Train the models of scraped text: `python -m scripts.train_text DATA [--write]`, DATA with `scraped_*.jsonl.gz`.

Each row holds `text`, `url`, `site` and `truth` (`text`, or `paragraphs`); what single lines are is learned first, from
the folder's pages and files of lines (`scripts/labelled_lines.py`). Prints the out-of-fold result per file, with parts
by registrable domain that all models share, and with `--write` trains on everything and writes the weights with their
cards. Needs the extra `train` (lightgbm, scikit-learn); the program itself needs only numpy.
"""

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import lightgbm
import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.blocks import line_blocks
from copydesk.cleaning.boilerplate.kind_scores import LEXICAL
from copydesk.cleaning.boilerplate.learned_lines import Learned, judge_lines
from copydesk.cleaning.boilerplate.line_classifier import JudgedLines, lines_kept
from copydesk.cleaning.boilerplate.line_features import FEATURE_NAMES, by_itself, line_features, own_features
from copydesk.cleaning.boilerplate.line_rules import RuleFindings, apply_rules
from copydesk.cleaning.forest import LEAVES
from copydesk.cleaning.language import detect, sample_of
from copydesk.cleaning.records import Block
from copydesk.cleaning.scraped_text import slug_words
from scripts import train_lines
from scripts.labelled_lines import all_lines, group_of
from scripts.train_lines import PARTS, Known, OutOfPart, SingleLineModels, known, out_of_part
from scripts.training import WEIGHTS, Figures, command, domain_of, exported, part_of, rows_of, truth_of
from scripts.truth import PLAIN, shares_of_lines

_SENTENCES = re.compile(r"(?<=[.!?؟…])\s+|(?<=[。！？])")
ROUNDS = 200
SETTINGS = {
    "objective": "binary", "learning_rate": 0.06, "num_leaves": LEAVES - 1, "min_data_in_leaf": 30,
    "feature_fraction": 0.3, "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 5.0, "max_bin": 127,
    "verbose": -1, "num_threads": 2,
    "seed": 1, "deterministic": True,
}  # fmt: skip


Plants = dict[tuple[int, str | None], list[str]]
PLANTED = frozenset(LEXICAL) - {"navigation", "related_links"}
LONGEST_PLANT = 600
"""What is set into stories: appeals, notices and the like, of so many characters at most."""


class Lines(NamedTuple):
    """Hold a page's lines, the share of each that is article, and how much the page counts."""

    lines: list[str]
    share: list[float]
    weight: float = 1.0


class Seen(NamedTuple):
    """Hold what rules and the models of single lines find in a text, and the features of its lines."""

    rules: RuleFindings
    learned: Learned
    rows: NDArray[np.float32]


class Document(NamedTuple):
    """Hold a text, its article's text, what is seen in it by models that know no text of its part, and its variants."""

    path: Path
    key: str
    domain: str
    url: str
    page: Lines
    seen: Seen
    truth: str
    language: str | None
    part: int
    varied: list[tuple[Lines, NDArray[np.float32]]]

    @property
    def file(self) -> str:
        """Name the file it came from."""
        return self.path.name.split(".")[0]


def read_all(data: Path) -> list[Document]:
    """Read every text of the folder's files, with its variants."""
    lines, learned = learned_in(data)
    paths = sorted(data.glob("scraped_*.jsonl.gz"))
    documents = [read(row, path, learned.models) for path in paths for row in rows_of(path)]
    return with_variants(documents, learned.models, _plants(lines))


@cache
def learned_in(data: Path) -> tuple[Known, OutOfPart]:
    """Learn from the single lines of a folder, once."""
    lines = known(all_lines(data))
    return lines, out_of_part(lines)


def read(row: dict[str, Any], path: Path, models: list[SingleLineModels]) -> Document:
    """Read a text with its truth."""
    truth = truth_of(row)
    lines = [b.text for b in line_blocks(row["text"])]
    domain = domain_of(row)
    language = language_of(lines)
    part = part_of(group_of(domain, language), PARTS)
    seen = looked_at(lines, row["url"], models[part])
    page = Lines(lines, shares_of_lines(lines, truth))
    return Document(path, row["id"], domain, row["url"], page, seen, truth, language, part, [])


def language_of(lines: list[str]) -> str | None:
    """Tell the language of a text."""
    guess = detect(sample_of(lines))
    return guess.language if guess else None


def looked_at(lines: list[str], url: str, models: SingleLineModels) -> Seen:
    """Return what is seen in a text by models of single lines."""
    blocks = [Block(line) for line in lines]
    rules = apply_rules(blocks, language_of(lines), None, slug_words(url))
    own = own_features(blocks, rules.read, rules.scores, rules.title)
    learned = judge_lines(models, lines, by_itself(own))
    return Seen(rules, learned, line_features(blocks, rules.read, own, learned, rules.cut, rules.title))


def _plants(lines: Known) -> Plants:
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


def fitted(documents: list[Document]) -> lightgbm.Booster:
    """Train a model: each line counts as body and as not, by its share; weighted by length, each document alike."""
    pages = [(d.page, d.seen.rows) for d in documents] + [varied for d in documents for varied in d.varied]
    rows = np.concatenate([rows for _, rows in pages])
    share = np.concatenate([page.share for page, _ in pages])
    weight = np.concatenate([_weights(page) for page, _ in pages])
    both = np.concatenate([weight * share, weight * (1 - share)])
    used = both > 1e-6
    data = lightgbm.Dataset(
        np.concatenate([rows, rows])[used],
        np.repeat([1.0, 0.0], len(share))[used],
        weight=both[used],
        feature_name=list(FEATURE_NAMES),
    )
    return lightgbm.train(SETTINGS, data, ROUNDS)


def _weights(page: Lines) -> NDArray[np.float64]:
    length = np.sqrt([min(len(PLAIN.findall(line)), 300) + 2 for line in page.lines])
    return np.asarray(6 * page.weight * length / np.sqrt((length**2).sum()))


def out_of_fold(documents: list[Document]) -> Iterator[tuple[Document, str]]:
    """Yield each document with the text that models keep which have seen no text of its part."""
    for part in range(PARTS):
        forest = exported(fitted([d for d in documents if d.part != part]))
        for d in documents:
            if d.part == part and d.page.lines:
                judged = JudgedLines(d.seen.rules, d.seen.learned, forest.probability(d.seen.rows))
                kept = lines_kept(judged)
                yield d, "\n".join(line for line, keep in zip(d.page.lines, kept, strict=True) if keep)


def write(documents: list[Document], results: Figures) -> None:
    """Write the models of single lines, and the forest of lines in their text; their cards beside them."""
    lines, out = learned_in(documents[0].path.parent)
    train_lines.write(train_lines.shipped(lines, out), lines)
    forest = exported(fitted(documents))
    with (WEIGHTS / "lines.npz").open("wb") as file:
        forest.save(file)
    (WEIGHTS / "lines.json").write_text(json.dumps(card(documents, results), indent=1) + "\n")


def card(documents: list[Document], results: Figures) -> dict[str, Any]:
    """Say how the weights came to be."""
    return {
        "what": "Probability that a line of scraped text belongs to the article",
        "documents": len(documents),
        "lines": sum(len(d.page.lines) for d in documents),
        "domains": len({d.domain for d in documents}),
        "settings": {**SETTINGS, "rounds": ROUNDS},
        "features": list(FEATURE_NAMES),
        "out_of_fold": results,
    }


if __name__ == "__main__":
    command(__doc__, read_all, out_of_fold, write)
