"""Train the model of pages: `python -m scripts.train_pages DATA [--write]`, DATA with files of HTML, `*.jsonl.gz`.

Each row holds `html`, `url`, `site` and `truth` (`text`, `paragraphs`, or snippets `with` and `without`). Prints the
out-of-fold result per file, with folds by registrable domain over all files together, and with `--write` trains on
everything and writes the weights with their card. Needs the extra `train` (lightgbm).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from math import log
from pathlib import Path
from typing import Any, NamedTuple

import lightgbm
import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.blocks import to_blocks, words_of_names
from copydesk.cleaning.forest import LEAVES
from copydesk.cleaning.main_text.class_name_features import NameScores
from copydesk.cleaning.main_text.classifier import PageFeatures, PageModel, learned_columns, measure_page
from copydesk.cleaning.main_text.main_text import find_main_text
from copydesk.cleaning.metadata.title import Title, choose_title
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.page.stated import Facts, read_facts
from copydesk.cleaning.page.tree_walk import read_page
from scripts.training import WEIGHTS, Figures, command, domain_of, exported, folds_of, rows_of, truth_of
from scripts.truth import shares_of_runs

FILES = ("aeb", "fundus_eval", "andy424", "fundus_meta", "trafilatura_eval")
FOLDS = 6
# Inside the training part, the tables of words are learned from other domains than the pages they are tried on.
PARTS = 4
ROUNDS = 200
SETTINGS = {
    "objective": "binary", "learning_rate": 0.06, "num_leaves": LEAVES, "min_data_in_leaf": 40,
    "feature_fraction": 0.3, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5.0, "verbose": -1,
    "num_threads": 2, "seed": 1, "deterministic": True, "force_row_wise": True,
}  # fmt: skip
BODY_SHARE = 0.3
"""How much of a page's runs is body text, about: what a word nobody knows stands for."""
SNIPPETS_COUNT = 0.25

Table = dict[str, float]


class Document(NamedTuple):
    """Hold a page with the share of each run that is article (NaN where nobody knows)."""

    file: str
    key: str
    domain: str
    html: str
    truth: str
    page: Page
    facts: Facts
    title: Title
    seen: PageFeatures
    share: NDArray[np.float64]


class Tables(NamedTuple):
    """Hold per domain and word the share of its runs that are article, of names (classes, ids) and of what runs say."""

    names: dict[str, Table]
    words: dict[str, Table]


def read_all(data: Path) -> list[Document]:
    """Read every page of the folder that has text."""
    return [
        document
        for name in FILES
        for row in rows_of(data / f"{name}.jsonl.gz")
        if (document := read(row, name)) is not None
    ]


def read(row: dict[str, Any], file: str) -> Document | None:
    """Read a page with its truth; None when it has no text."""
    page = read_page(row["html"])
    if not page.runs:
        return None
    facts = read_facts(page, row["url"])
    title = choose_title(page, facts)
    truth = truth_of(row)
    texts = [run.text for run in page.runs]
    share = np.array(shares_of_runs(texts, truth) if truth else list(_by_snippets(texts, row["truth"])))
    seen = measure_page(page, facts, title)
    share[seen.layout.again] = 0.0
    return Document(file, row["id"], domain_of(row), row["html"], truth, page, facts, title, seen, share)


def _by_snippets(texts: list[str], told: Mapping[str, Any]) -> Iterator[float]:
    wanted, unwanted = (
        [" ".join(text.split()) for text in told.get(side, ()) if text.strip()] for side in ("with", "without")
    )
    for text in texts:
        good, bad = any(snippet in text for snippet in wanted), any(snippet in text for snippet in unwanted)
        yield (0.5 if bad else 1.0) if good else 0.0 if bad else float("nan")


def out_of_fold(documents: list[Document]) -> Iterator[tuple[Document, str]]:
    """Yield each document with the text that a model finds which has seen no page of its domain."""
    fold = folds_of((d.domain for d in documents), FOLDS)
    tables = tables_of(documents)
    for k in range(FOLDS):
        model = fitted([d for d in documents if fold[d.domain] != k], tables)
        for d in documents:
            if fold[d.domain] == k:
                yield d, text_by(model, d)


def text_by(model: PageModel, d: Document) -> str:
    """Return the text that a model finds on a page, a line a run."""
    found = find_main_text(d.html, d.page, d.facts, d.title, None, model)
    return "\n".join(d.page.runs[i].text for i in found.positions)


def tables_of(documents: Iterable[Document]) -> Tables:
    """Count once; which domains a model may learn from is chosen later."""
    names, words = (defaultdict[str, dict[str, list[float]]](dict) for _ in range(2))
    for d in documents:
        lengths = np.sqrt(np.minimum(d.seen.layout.size, 300))
        for block, share, weight in zip(to_blocks(d.page), d.share.tolist(), lengths.tolist(), strict=True):
            if share == share:
                for word in words_of_names(block.names):
                    _count(names[d.domain], word, share, weight)
        for some, i in zip(d.seen.words, d.seen.at.tolist(), strict=True):
            if (share := float(d.share[i])) == share:
                for word in set(some):
                    _count(words[d.domain], word, share, 1.0)
    return Tables(_shares(names), _shares(words))


def _count(table: dict[str, list[float]], word: str, share: float, weight: float) -> None:
    counted = table.get(word)
    if counted is None:
        table[word] = [share * weight, weight]
    else:
        counted[0] += share * weight
        counted[1] += weight


def _shares(counts: dict[str, dict[str, list[float]]]) -> dict[str, Table]:
    return {domain: {word: body / of for word, (body, of) in table.items()} for domain, table in counts.items()}


def odds(tables: dict[str, Table], domains: Iterable[str], least: int) -> Table:
    """Map words to log odds against the usual, each domain one vote; words of fewer domains than `least` are out."""
    votes: dict[str, list[float]] = {}
    for domain in domains:
        for word, share in tables.get(domain, {}).items():
            vote = votes.get(word)
            if vote is None:
                votes[word] = [share, 1]
            else:
                vote[0] += share
                vote[1] += 1
    usual = log(BODY_SHARE / (1 - BODY_SHARE))
    return {
        word: round(log((good + 2 * BODY_SHARE) / (of - good + 2 * (1 - BODY_SHARE))) - usual, 3)
        for word, (good, of) in votes.items()
        if of >= least
    }


def learned(tables: Tables, domains: set[str]) -> tuple[Table, Table]:
    """Return the odds of names and of words, as pages of these domains tell them."""
    ordered = sorted(domains)
    return odds(tables.names, ordered, 2), odds(tables.words, ordered, 3)


def fitted(documents: list[Document], tables: Tables) -> PageModel:
    """Train a model: each page counts alike; its runs by their length, long ones less than in proportion."""
    part = folds_of((d.domain for d in documents), PARTS)
    rows, labels, weights = [], [], []
    columns: list[str] = []
    for k in range(PARTS):
        names, words = learned(tables, {d.domain for d in documents if part[d.domain] != k})
        known = NameScores(names)
        for d in documents:
            if part[d.domain] == k:
                every = d.seen.columns | learned_columns(d.page, d.seen, known, words)
                columns = columns or sorted(every)
                share = d.share[d.seen.at]
                told = ~np.isnan(share)
                if told.any():
                    rows.append(np.stack([every[name] for name in columns], axis=1).astype(np.float32)[told])
                    labels.append(share[told] >= 0.5)
                    weights.append(_weights(d)[told])
    data = lightgbm.Dataset(np.concatenate(rows), np.concatenate(labels) * 1.0, weight=np.concatenate(weights))
    booster = lightgbm.train(SETTINGS, data, ROUNDS)
    names, words = learned(tables, {d.domain for d in documents})
    return PageModel(NameScores(names), words, columns, exported(booster))


def _weights(d: Document) -> NDArray[np.float64]:
    share = d.share[d.seen.at]
    weight = np.minimum(d.seen.layout.size[d.seen.at], 2000) ** 0.8 + 5
    known = float(weight[~np.isnan(share)].sum())
    return np.asarray(weight / max(known, 1.0) * 1000 * (1.0 if d.truth else SNIPPETS_COUNT))


def card(documents: list[Document], results: Figures) -> dict[str, Any]:
    """Say how the weights came to be."""
    return {
        "what": "Probability that a run of a page belongs to the article",
        "pages": len(documents),
        "domains": len({d.domain for d in documents}),
        "settings": {**SETTINGS, "rounds": ROUNDS},
        "out_of_fold": results,
    }


def write(documents: list[Document], results: Figures) -> None:
    """Write the forest as arrays, the rest as JSON beside it."""
    model = fitted(documents, tables_of(documents))
    with (WEIGHTS / "pages.npz").open("wb") as file:
        model.forest.save(file)
    tables = {"names": dict(sorted(model.names.table.items())), "words": dict(sorted(model.words.items()))}
    told = card(documents, results) | {"columns": list(model.columns), **tables}
    (WEIGHTS / "pages.json").write_text(json.dumps(told, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    command(__doc__, read_all, out_of_fold, write)
