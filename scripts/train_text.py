"""Train the models of scraped text: `python -m scripts.train_text DATA [--write]`, DATA with `scraped_*.jsonl.gz`.

Each row holds `text`, `url`, `site` and `truth` (`text`, or `paragraphs`); what single lines are is learned first, from
the folder's pages and files of lines (`scripts/labelled_lines.py`). Prints the out-of-fold result per file, with parts
by registrable domain that all models share, and with `--write` trains on everything and writes the weights with their
cards. Needs the extra `train` (lightgbm, scikit-learn); the program itself needs only numpy.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.boilerplate.line_classifier import JudgedLines, lines_kept
from copydesk.cleaning.boilerplate.line_features import FEATURE_NAMES
from copydesk.cleaning.forest import LEAVES
from scripts import train_lines
from scripts.labelled_lines import all_lines
from scripts.text_documents import Document, Lines, read_text
from scripts.text_variants import plants_of, with_variants
from scripts.train_lines import PARTS, Known, OutOfPart, known, out_of_part
from scripts.training import WEIGHTS, Figures, command, exported, rows_of
from scripts.truth import PLAIN

ROUNDS = 200
SETTINGS = {
    "objective": "binary", "learning_rate": 0.06, "num_leaves": LEAVES - 1, "min_data_in_leaf": 30,
    "feature_fraction": 0.3, "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 5.0, "max_bin": 127,
    "verbose": -1, "num_threads": 2,
    "seed": 1, "deterministic": True,
}  # fmt: skip


def read_all(data: Path) -> list[Document]:
    """Read every text of the folder's files, with its variants."""
    lines, learned = learned_in(data)
    paths = sorted(data.glob("scraped_*.jsonl.gz"))
    documents = [read_text(row, path, learned.models) for path in paths for row in rows_of(path)]
    return with_variants(documents, learned.models, plants_of(lines))


@cache
def learned_in(data: Path) -> tuple[Known, OutOfPart]:
    """Learn from the single lines of a folder, once."""
    lines = known(all_lines(data))
    return lines, out_of_part(lines)


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
