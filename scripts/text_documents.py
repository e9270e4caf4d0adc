"""Read scraped texts with their truth, as rules and models of single lines that know no text of their part see them."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.blocks import line_blocks
from copydesk.cleaning.boilerplate.learned_lines import Learned, judge_lines
from copydesk.cleaning.boilerplate.line_features import line_features, own_features
from copydesk.cleaning.boilerplate.line_rules import RuleFindings, apply_rules
from copydesk.cleaning.language import detect, sample_of
from copydesk.cleaning.records import Block
from copydesk.cleaning.scraped_text import slug_words
from scripts.labelled_lines import group_of
from scripts.train_lines import PARTS, SingleLineModels
from scripts.training import domain_of, part_of, truth_of
from scripts.truth import shares_of_lines


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


def read_text(row: dict[str, Any], path: Path, models: list[SingleLineModels]) -> Document:
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
    own = own_features(blocks, rules.read, rules.scores)
    learned = judge_lines(models, lines, own)
    return Seen(rules, learned, line_features(blocks, rules.read, own, learned, rules.cut, rules.title))
