"""Train the model of page types: `python -m scripts.train_types DATA [--write] [--signs FILE]`.

DATA is a folder of `*.jsonl.gz`: `gate` has pages with their `type`, the others are articles. Each page is measured
with the main text that the shipped model finds; FILE keeps these measures, and is read instead of the pages where it
exists. Prints, out of fold by domain, how many lists and articles are refused and what type each page is named, and
with `--write` trains on everything and writes the weights. Needs the extra `train` (lightgbm).
"""

import argparse
import json
import pickle
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from math import log
from multiprocessing import Pool
from pathlib import Path
from typing import Any, NamedTuple

import lightgbm
import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.forest import Forest
from copydesk.cleaning.main_text.page_text import find_page_text
from copydesk.cleaning.metadata.title import choose_title
from copydesk.cleaning.normalise import as_written
from copydesk.cleaning.not_article.page_type import (
    TENTHS,
    WORDS,
    Evidence,
    PageSigns,
    TypeModel,
    evidence,
    least_odds,
    list_odds,
    measure_type,
)
from copydesk.cleaning.page.stated import read_facts
from copydesk.cleaning.page.tree_walk import read_page
from copydesk.events import ALL_PAGE_TYPES, LIST_TYPES
from scripts.training import WEIGHTS, averaged, domain_of, exported, folds_of, rows_of

FILES = (
    "gate", "web2026", "andy424", "aeb", "portal", "fundus_eval", "fundus_meta", "news2008", "oldweb", "world",
    "trafilatura_eval",
)  # fmt: skip
FOLDS = 8
PARTS = 4
"""Inside the training part, evidence is learned from other domains than the pages it is tried on."""
LEAST_DOMAINS = 6
"""Domains that a name or label must stand on; of others nothing is written down."""
STRONG = 1.0
"""Log odds of some type from which a name or label is worth its place."""
REFUSED = 0.003
"""Share of the articles of which something was kept that may be refused as lists where the odds are chosen; of pages of
other domains it is a little more. Where nothing is kept, a page is refused whatever its type."""
WEIGHT = {"article": 600.0, "listing": 300.0, "collection": 300.0}
OTHER_WEIGHT = 150.0
"""What all pages of a type weigh together: those that are refused twice as much as those that are only named."""
ROUNDS = 90
SEEDS = (1, 2, 3, 4, 5)
"""Forests whose votes are averaged: of one alone, the seed moves the share of refused lists by three points."""
SETTINGS = {
    "objective": "multiclass", "num_class": len(ALL_PAGE_TYPES), "learning_rate": 0.1, "num_leaves": 8,
    "min_data_in_leaf": 8, "min_sum_hessian_in_leaf": 0.5, "feature_fraction": 0.3, "bagging_fraction": 0.8,
    "bagging_freq": 1, "lambda_l2": 5.0, "extra_trees": True, "verbose": -1, "num_threads": 1,
    "deterministic": True, "force_row_wise": True,
}  # fmt: skip

Table = dict[str, list[int]]
Tables = dict[str, Table]
"""What each of WORDS speaks for."""
Votes = dict[tuple[str, str], dict[str, set[str]]]
"""The words of each sort that a domain's pages of a type have."""


class TypedPage(NamedTuple):
    """Hold a page's measures with its type."""

    file: str
    domain: str
    kind: str
    signs: PageSigns


class Learned(NamedTuple):
    """Hold what was trained: the evidence of words, columns, and trees."""

    tables: Tables
    columns: list[str]
    forest: Forest

    def model(self, refuse_from: float) -> TypeModel:
        """Make a model of it that calls lists what has these odds or more."""
        return TypeModel(self.columns, self.forest, _known(self.tables), refuse_from)


def read_all(data: Path) -> Iterator[TypedPage]:
    """Measure every page of the folder that has runs; the articles of `gate` stand in `web2026` too."""
    for name in FILES:
        for row in rows_of(data / f"{name}.jsonl.gz"):
            kind = row.get("type", "article")
            if (name == "gate") == (kind == "article"):
                continue
            if (signs := measured(row)) is not None:
                yield TypedPage(name, domain_of({**row, "url": row.get("url") or ""}), kind, signs)


def measured(row: dict[str, Any]) -> PageSigns | None:
    """Measure a page as cleaning does; None when it has no text."""
    page = read_page(as_written(row["html"]))
    url = row.get("url")
    facts = read_facts(page, url)
    title = choose_title(page, facts)
    found = find_page_text(row["html"], page, facts, title)
    return measure_type(found.page, facts, found.main.body.kept, url) if found.page.runs else None


def votes_of(pages: Sequence[TypedPage]) -> Votes:
    """Collect the words of each domain's pages of each type, without those that few domains have."""
    said: Votes = defaultdict(lambda: {what: set() for what in WORDS})
    of_domain: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for page in pages:
        for what, words in said[page.domain, page.kind].items():
            words |= getattr(page.signs, what)
            of_domain[page.domain, what] |= words
    domains = {what: Counter[str]() for what in WORDS}
    for (_, what), words in of_domain.items():
        domains[what].update(words)
    for sorts in said.values():
        for what, words in sorts.items():
            words.intersection_update([word for word in words if domains[what][word] >= LEAST_DOMAINS])
    return dict(said)


def learned_evidence(votes: Votes, domains: set[str]) -> Tables:
    """Map words to the log odds of each type, every one of the domains one vote."""
    tables: Tables = {}
    voters = Counter(kind for domain, kind in votes if domain in domains)
    for what in WORDS:
        of_type = {kind: Counter[str]() for kind in ALL_PAGE_TYPES}
        for (domain, kind), words in votes.items():
            if domain in domains:
                of_type[kind].update(words[what])
        everywhere = Counter(word for counts in of_type.values() for word in counts.elements())
        known = sorted(word for word, count in everywhere.items() if count >= LEAST_DOMAINS)
        odds = {word: _odds({kind: of_type[kind][word] for kind in ALL_PAGE_TYPES}, voters) for word in known}
        tables[what] = {word: said for word, said in odds.items() if max(map(abs, said)) >= TENTHS * STRONG}
    return tables


def _odds(votes: Mapping[str, int], voters: Mapping[str, int]) -> list[int]:
    """Return the log odds of each type against the mean of the others, in tenths."""
    shares = [(votes[kind] + 0.5) / (voters[kind] + 1) for kind in ALL_PAGE_TYPES]
    return [round(TENTHS * log(share / ((sum(shares) - share) / (len(shares) - 1)))) for share in shares]


def _known(tables: Tables) -> dict[str, Evidence]:
    return {what: Evidence(table, _rows(table)) for what, table in tables.items()}


def _rows(table: Table) -> NDArray[np.int8]:
    return np.array(list(table.values()), dtype=np.int8).reshape(-1, len(ALL_PAGE_TYPES))


def fitted(pages: Sequence[TypedPage], votes: Votes) -> Learned:
    """Train on these pages: types weigh as `WEIGHT` says, and the pages of one domain less each."""
    domains = {page.domain for page in pages}
    part = folds_of(domains, PARTS)
    rows: list[tuple[TypedPage, dict[str, float]]] = []
    for k in range(PARTS):
        known = _known(learned_evidence(votes, {domain for domain in domains if part[domain] != k}))
        rows += [(page, page.signs.counts | evidence(page.signs, known)) for page in pages if part[page.domain] == k]
    columns = sorted(set().union(*(counts for _, counts in rows)))
    numbers = np.array([[counts.get(name, 0.0) for name in columns] for _, counts in rows], dtype=np.float32)
    kinds = np.array([ALL_PAGE_TYPES.index(page.kind) for page, _ in rows])
    data = lightgbm.Dataset(numbers, kinds, weight=_weights([page for page, _ in rows]))
    forests = [exported(lightgbm.train({**SETTINGS, "seed": seed}, data, ROUNDS)) for seed in SEEDS]
    return Learned(learned_evidence(votes, domains), columns, averaged(forests, len(ALL_PAGE_TYPES)))


def _weights(pages: Sequence[TypedPage]) -> NDArray[np.float64]:
    of_domain = Counter(page.domain for page in pages)
    weights = np.array([of_domain[page.domain] ** -0.5 for page in pages])
    kinds = np.array([page.kind for page in pages])
    for kind in ALL_PAGE_TYPES:
        mine = kinds == kind
        weights[mine] *= WEIGHT.get(kind, OTHER_WEIGHT) / weights[mine].sum()
    return weights


def out_of_fold(pages: Sequence[TypedPage]) -> NDArray[np.float64]:
    """Return (pages, types): how likely each type is to a model that has seen no page of the domain."""
    fold = folds_of((page.domain for page in pages), FOLDS)
    votes = votes_of(pages)
    found = np.zeros((len(pages), len(ALL_PAGE_TYPES)))
    with Pool() as pool:
        parts = ([page for page in pages if fold[page.domain] != k] for k in range(FOLDS))
        for k, learned in enumerate(pool.imap(partial(fitted, votes=votes), parts)):
            model = learned.model(1.0)
            for i, page in enumerate(pages):
                if fold[page.domain] == k:
                    found[i] = model.probabilities(page.signs)
    return found


def is_refused(pages: Sequence[TypedPage], odds: NDArray[np.float64], refuse_from: float) -> NDArray[np.bool_]:
    """Tell what cleaning refuses by these odds: lists, and pages of which nothing is kept."""
    least = [least_odds(page.signs.counts, refuse_from) for page in pages]
    return np.asarray((odds >= least) | ~_with_text(pages))


def _with_text(pages: Sequence[TypedPage]) -> NDArray[np.bool_]:
    return np.array([page.signs.counts.get("kept", 0.0) > 0 for page in pages])


def chosen_odds(pages: Sequence[TypedPage], odds: NDArray[np.float64]) -> float:
    """Return the least odds of a list at which no more than REFUSED of the articles among these are refused."""
    articles = [i for i, kept in enumerate(_with_text(pages)) if kept and pages[i].kind == "article"]
    some, theirs = [pages[i] for i in articles], odds[articles]
    lost = int(REFUSED * len(articles))
    least = round(float(np.sort(theirs)[-1 - lost]) + 0.0005, 3)
    while is_refused(some, theirs, least).sum() > lost and least < 1.0:
        least = round(least + 0.001, 3)
    return least


def nested(pages: Sequence[TypedPage], odds: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell what is refused where the odds are chosen on the pages of the other folds."""
    fold = folds_of((page.domain for page in pages), FOLDS)
    mine = np.array([fold[page.domain] for page in pages])
    refused = np.zeros(len(pages), dtype=np.bool_)
    for k in range(FOLDS):
        others, held = np.flatnonzero(mine != k), np.flatnonzero(mine == k)
        refuse_from = chosen_odds([pages[i] for i in others.tolist()], odds[others])
        refused[held] = is_refused([pages[i] for i in held.tolist()], odds[held], refuse_from)
    return refused


def report(pages: Sequence[TypedPage], likely: NDArray[np.float64], refused: NDArray[np.bool_]) -> dict[str, Any]:
    """Return the shares refused and named right by type, and the articles refused by file."""
    named = [ALL_PAGE_TYPES[i] for i in likely.argmax(axis=1).tolist()]
    kinds = np.array([page.kind for page in pages])
    files = np.array([page.file for page in pages])
    lists = np.isin(kinds, LIST_TYPES)
    return {
        "refused": {kind: _share(refused[kinds == kind]) for kind in ALL_PAGE_TYPES},
        "lists_refused": _share(refused[lists]),
        "named": {
            kind: _share(name == kind for name, page in zip(named, pages, strict=True) if page.kind == kind)
            for kind in ALL_PAGE_TYPES
        },
        "articles_refused": {
            name: f"{refused[(files == name) & (kinds == 'article')].sum()} of {(files == name).sum()}"
            for name in FILES
            if name != "gate"
        },
    }


def _share(values: Iterable[Any]) -> float:
    return round(float(np.mean(list(values))), 4)


def write(pages: Sequence[TypedPage], refuse_from: float, figures: dict[str, Any]) -> None:
    """Write the forest as arrays, the rest as JSON beside it."""
    learned = fitted(pages, votes_of(pages))
    with (WEIGHTS / "types.npz").open("wb") as file:
        learned.forest.save(file)
    told: dict[str, Any] = {
        "what": "The type of a page; words that are evidence, one a line: of class names, labels, title and headings",
        "types": ALL_PAGE_TYPES,
        "pages": dict(Counter(page.kind for page in pages)),
        "domains": len({page.domain for page in pages}),
        "settings": {**SETTINGS, "rounds": ROUNDS, "seeds": SEEDS},
        "out_of_fold": figures,
        "refuse_from": refuse_from,
        "columns": learned.columns,
    }
    told |= {what: "\n".join(table) for what, table in learned.tables.items()}
    (WEIGHTS / "types.json").write_text(json.dumps(told, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    with (WEIGHTS / "type_words.npz").open("wb") as file:
        np.savez_compressed(file, **{what: _rows(table) for what, table in learned.tables.items()})


def main() -> None:
    """Train as the arguments say."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--write", action="store_true")
    arguments.add_argument("--signs", type=Path)
    given = arguments.parse_args()
    if given.signs and given.signs.exists():
        pages: list[TypedPage] = pickle.loads(given.signs.read_bytes())
    else:
        pages = list(read_all(given.data))
        if given.signs:
            given.signs.write_bytes(pickle.dumps(pages))
    likely = out_of_fold(pages)
    odds = np.array([list_odds(row) for row in likely])
    refuse_from = chosen_odds(pages, odds)
    figures = report(pages, likely, nested(pages, odds))
    print(json.dumps(figures, indent=1), "refuse from", refuse_from)
    if given.write:
        write(pages, refuse_from, figures)


if __name__ == "__main__":
    main()
