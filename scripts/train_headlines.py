"""Train the weights that find a headline among lines: `python -m scripts.train_headlines DATA [--write]`.

DATA is a folder of `*.jsonl.gz` whose rows have the article's title. Prints for each set the share of its titles that
`choose_title` gives by the shipped weights, out of fold by domain and with the whole set left out; with `--write`
trains on everything and writes the weights. Needs the extra `train` (scipy).
"""

import argparse
import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from copydesk.cleaning.metadata.headline_features import HeadlineFeatures
from copydesk.cleaning.metadata.headline_lines import (
    HeadlineCandidate,
    found_headline,
    headline_candidates,
)
from copydesk.cleaning.metadata.title import (
    Heading,
    address_words,
    agreed_heading,
    choose_title,
    told_titles,
    without_kicker,
)
from copydesk.cleaning.normalise import as_written, bare
from copydesk.cleaning.page.stated import read_facts
from copydesk.cleaning.page.tree_walk import read_page
from scripts.training import WEIGHTS, domain_of, folds_of, rows_of

FILES = ("web2026", "andy424", "fundus_meta", "world", "news2008", "oldweb")
FOLDS = 8
RIDGE = 3.0
"""How much large weights cost: out of fold, 1 and 10 differ from it by a page or two a set."""
AGREED_WEIGHT = 0.25
"""What a page weighs whose main heading agrees with what is told: the weights are never asked there."""
LEAST_PAGES = 10
"""Pages that must have a measure for it to be given a weight."""

Weights = dict[str, float]
TOLD_ALONE: Weights = {"unseen": 1000.0}
"""Weights under which what is told wins over every line where it stands in none."""


class TitledPage(NamedTuple):
    """Hold what is said of a page's title, the candidates, and which of them are it.

    `asked` is whether no main heading agrees with what is said, `right` whether `choose_title` is right as shipped, and
    `right_told` whether it is where no line is taken.
    """

    file: str
    domain: str
    said: list[str]
    candidates: list[HeadlineCandidate]
    truths: list[bool]
    asked: bool
    right: bool
    right_told: bool


def read_all(data: Path) -> Iterator[TitledPage]:
    """Measure the candidates of every page whose title is known."""
    for name in FILES:
        for row in rows_of(data / f"{name}.jsonl.gz"):
            if truth := row["truth"].get("title"):
                page = read_page(as_written(row["html"]))
                facts = read_facts(page, row.get("url"))
                told = told_titles(page, facts)
                heading = agreed_heading(page, facts, told)
                found = headline_candidates(page, facts, dict(told), address_words(page, facts))
                said = [text for _, text in told]
                taken = [without_kicker(Heading(each.text, 0, "", False), said, facts.sections) for each in found]
                truths = [folded(text) == folded(truth) for text in taken]
                asked = heading is None or page.runs[heading.at].box.hidden
                domain = domain_of({**row, "url": row.get("url") or ""})
                right = [folded(choose_title(page, facts, w).text) == folded(truth) for w in (None, TOLD_ALONE)]
                yield TitledPage(name, domain, said, found, truths, asked, *right)


def folded(text: str) -> str:
    """Return letters and digits alone, without accents."""
    return bare("".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)))


def learned(pages: Sequence[TitledPage]) -> Weights:
    """Return the weights under which the titles of the pages are likeliest (conditional logistic regression)."""
    pages = [page for page in pages if any(page.truths)]
    seen = Counter(name for page in pages for name in {n for each in page.candidates for n in each.features})
    names = sorted(name for name, count in seen.items() if count >= LEAST_PAGES)
    rows = np.array([_row(each.features, names) for page in pages for each in page.candidates])
    true = np.array([truth for page in pages for truth in page.truths])
    sizes = [len(page.truths) for page in pages]
    weight = np.array([1.0 if page.asked else AGREED_WEIGHT for page in pages])
    starts, owner = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(pages)), sizes)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = rows @ weights
        odds = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        whole, hit = np.add.reduceat(odds, starts), np.add.reduceat(odds * true, starts) + 1e-300
        value = float(weight @ (np.log(whole) - np.log(hit)) + RIDGE / 2 * weights @ weights)
        slope = weight[owner] * (odds / whole[owner] - odds * true / hit[owner])
        return value, rows.T @ slope + RIDGE * weights

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x
    return {name: round(float(weight), 3) for name, weight in zip(names, found, strict=True)}


def _row(features: HeadlineFeatures, names: Sequence[str]) -> list[float]:
    return [features.get(name, 0.0) for name in names]


def is_right(page: TitledPage, weights: Weights) -> bool:
    """Whether the title of a page is right under some weights."""
    found = found_headline(page.candidates, page.said, weights) if page.asked else None
    return page.right_told if found is None else page.truths[page.candidates.index(found)]


def report(pages: Sequence[TitledPage]) -> dict[str, dict[str, float]]:
    """Return for each set the shares that are right: shipped, out of fold, the set left out."""
    folds = folds_of((page.domain for page in pages), FOLDS)
    by_fold = [learned([page for page in pages if folds[page.domain] != fold]) for fold in range(FOLDS)]
    figures: dict[str, dict[str, float]] = defaultdict(dict)
    for file in FILES:
        own = [page for page in pages if page.file == file]
        others = learned([page for page in pages if page.file != file])
        found = {
            "shipped": [page.right for page in own],
            "out of fold": [is_right(page, by_fold[folds[page.domain]]) for page in own],
            "set out": [is_right(page, others) for page in own],
        }
        figures[file] = {name: round(float(np.mean(right)), 4) for name, right in found.items()}
        figures[file] |= {"pages": len(own), "asked": sum(page.asked for page in own)}
        figures[file]["among the candidates"] = round(float(np.mean([any(p.truths) for p in own if p.asked])), 4)
    return figures


def main() -> None:
    """Run the command."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--write", action="store_true")
    given = arguments.parse_args()
    pages = list(read_all(given.data))
    figures = report(pages)
    for file, shares in figures.items():
        print(f"{file:12} {shares}")
        shares.pop("shipped")
    if given.write:
        told = {"figures": figures, "weights": learned(pages)}
        (WEIGHTS / "headlines.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
