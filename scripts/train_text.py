"""Train the model of scraped text: `python scripts/train_text.py DATA [--write]`, DATA with `scraped_*.jsonl.gz`.

Each row holds `text`, `url`, `site` and `truth` (`text`, or `paragraphs`). Prints the out-of-fold result per file, with
folds by registrable domain over all files together, and with `--write` trains on everything and writes the weights
with their card. Needs the extra `train` (lightgbm); the program itself needs only numpy.
"""

import argparse
import gzip
import hashlib
import json
import random
import re
import statistics
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import lightgbm
import numpy as np
from numpy.typing import NDArray

from copydesk.identity import host_of, registrable_domain
from copydesk.text.block import Block
from copydesk.text.judge import Survey, lines_kept, survey
from copydesk.text.language import detect, sample_of
from copydesk.text.linefeatures import NAMES, line_features
from copydesk.text.lines import line_blocks
from copydesk.text.plain import slug_words
from copydesk.text.trees import LEAVES, Forest

WEIGHTS = Path(__file__).parent.parent / "copydesk/text/weights"
FOLDS = 5
ROUNDS = 200
_WORD = re.compile(r"\w+")
SETTINGS = {
    "objective": "binary", "learning_rate": 0.06, "num_leaves": LEAVES - 1, "min_data_in_leaf": 30,
    "feature_fraction": 0.3, "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 5.0, "max_bin": 127,
    "verbose": -1, "num_threads": 2,
    "seed": 1, "deterministic": True,
}  # fmt: skip


class Lines(NamedTuple):
    """A page's lines, the share of each that is article, and how much the page counts."""

    lines: list[str]
    share: list[float]
    weight: float = 1.0


class Document(NamedTuple):
    file: str
    domain: str
    url: str
    page: Lines
    seen: Survey
    truth: str
    rows: NDArray[np.float32]
    varied: list[tuple[Lines, NDArray[np.float32]]]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--write", action="store_true")
    given = arguments.parse_args()
    documents = [
        read(row, path.name) for path in sorted(given.data.glob("scraped_*.jsonl.gz")) for row in rows_of(path)
    ]
    documents = with_variants(documents)
    results = cross_validated(documents)
    for name, result in results.items():
        print(f"{name:32} {result}")
    if given.write:
        forest = exported(fitted(documents))
        with (WEIGHTS / "lines.npz").open("wb") as file:
            forest.save(file)
        (WEIGHTS / "lines.json").write_text(json.dumps(card(documents, results), indent=1) + "\n")


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8", errors="surrogatepass") as lines:
        yield from map(json.loads, lines)


def read(row: dict[str, Any], file: str) -> Document:
    told = row["truth"]
    truth = told["text"] if "text" in told else "\n".join(p["text"] for p in told["paragraphs"])
    lines = [b.text for b in line_blocks(row["text"])]
    seen, rows = looked_at(lines, row["url"])
    domain = registrable_domain(host_of(row["url"]) or row["site"])
    return Document(file, domain, row["url"], Lines(lines, shares(lines, truth)), seen, truth, rows, [])


def looked_at(lines: list[str], url: str) -> tuple[Survey, NDArray[np.float32]]:
    blocks = [Block(line) for line in lines]
    guess = detect(sample_of(lines))
    seen = survey(blocks, guess.language if guess else None, None, slug_words(url))
    return seen, line_features(blocks, seen.read, seen.scores, seen.cut, seen.title)


def with_variants(documents: list[Document]) -> list[Document]:
    """Each document also as others are scraped: furniture in the middle, no furniture, a few lines only.

    What is moved stays on its page, so that no fold learns from the pages it is tried on.
    """
    chance = random.Random(1)
    out = []
    for d in documents:
        varied = [page for page in (_moved(d, chance), _moved(d, chance), _bare(d, chance), _short(d, chance)) if page]
        out.append(d._replace(varied=[(page, looked_at(page.lines, d.url)[1]) for page in varied]))
    return out


def _moved(d: Document, chance: random.Random) -> Lines | None:
    """A run of furniture from the page's head or tail, set between two paragraphs."""
    body = [i for i, share in enumerate(d.page.share) if share > 0.6]
    if len(body) < 4:
        return None
    runs = [i for i, share in enumerate(d.page.share) if share < 0.2 and i != d.seen.title]
    if not runs:
        return None
    start = chance.choice(runs)
    end = start
    while end < len(d.page.lines) and d.page.share[end] < 0.2 and end != d.seen.title and end - start < 10:
        end += 1
    to = chance.choice(body[1:])
    order = [i for i in range(len(d.page.lines)) if not start <= i < end]
    at = order.index(to)
    return _picked(d, order[:at] + list(range(start, end)) + order[at:], 0.5)


def _bare(d: Document, chance: random.Random) -> Lines | None:
    """The headline and the article alone."""
    return _picked(d, [i for i, share in enumerate(d.page.share) if share > 0.6 or i == d.seen.title], 0.4)


def _short(d: Document, chance: random.Random) -> Lines | None:
    """The page with an article of a few paragraphs."""
    body = [i for i, share in enumerate(d.page.share) if share > 0.6]
    if len(body) < 7:
        return None
    dropped = set(body[chance.randint(2, 5) :])
    return _picked(d, [i for i in range(len(d.page.lines)) if i not in dropped], 0.4)


def _picked(d: Document, order: list[int], weight: float) -> Lines:
    return Lines([d.page.lines[i] for i in order], [d.page.share[i] for i in order], weight)


def shares(lines: list[str], truth: str) -> list[float]:
    """Per line, the share of its words that the truth has in runs of four; a short line counts where it fits."""
    wanted = _WORD.findall(truth.lower())
    places: dict[tuple[str, ...], list[int]] = {}
    for i in range(len(wanted) - 3):
        places.setdefault(tuple(wanted[i : i + 4]), []).append(i)
    words = [_WORD.findall(line.lower()) for line in lines]
    found = [_covered(w, places) for w in words]
    out = [share for share, _ in found]
    for i, some in enumerate(words):
        if 0 < len(some) < 4:
            low = next(
                (at + len(words[j]) for j in range(i - 1, -1, -1) if out[j] > 0.6 and (at := found[j][1]) is not None),
                0,
            )
            above = (at for j in range(i + 1, len(lines)) if out[j] > 0.6 and (at := found[j][1]) is not None)
            high = next(above, len(wanted))
            out[i] = float(any(wanted[k : k + len(some)] == some for k in range(max(0, low - 1), high + 1)))
    return out


def _covered(words: list[str], places: dict[tuple[str, ...], list[int]]) -> tuple[float, int | None]:
    covered, first = [False] * len(words), None
    for i in range(len(words) - 3):
        if at := places.get(tuple(words[i : i + 4])):
            covered[i : i + 4] = [True] * 4
            first = at[0] - i if first is None else first
    return (sum(covered) / len(words) if words else 0.0), first


def fitted(documents: list[Document]) -> lightgbm.Booster:
    """Each line counts as body and as not, by the share of it that is; weighted by its length, each document alike."""
    pages = [(d.page, d.rows) for d in documents] + [varied for d in documents for varied in d.varied]
    rows = np.concatenate([rows for _, rows in pages])
    share = np.concatenate([page.share for page, _ in pages])
    weight = np.concatenate([_weights(page) for page, _ in pages])
    both = np.concatenate([weight * share, weight * (1 - share)])
    used = both > 1e-6
    data = lightgbm.Dataset(
        np.concatenate([rows, rows])[used],
        np.repeat([1.0, 0.0], len(share))[used],
        weight=both[used],
        feature_name=list(NAMES),
    )
    return lightgbm.train(SETTINGS, data, ROUNDS)


def _weights(page: Lines) -> NDArray[np.float64]:
    length = np.sqrt([min(len(_WORD.findall(line)), 300) + 2 for line in page.lines])
    return np.asarray(6 * page.weight * length / np.sqrt((length**2).sum()))


def cross_validated(documents: list[Document]) -> dict[str, dict[str, float]]:
    """Per file: shingle precision, recall and F1 out of fold. Folds are by registrable domain, over all files."""
    domains = sorted({d.domain for d in documents}, key=lambda d: hashlib.sha256(d.encode()).digest())
    fold = {domain: i % FOLDS for i, domain in enumerate(domains)}
    pairs: dict[str, list[tuple[float, float]]] = {}
    for k in range(FOLDS):
        forest = exported(fitted([d for d in documents if fold[d.domain] != k]))
        for d in documents:
            if fold[d.domain] == k and d.page.lines:
                kept = lines_kept(d.seen, forest.probability(d.rows))
                text = "\n".join(line for line, keep in zip(d.page.lines, kept, strict=True) if keep)
                pairs.setdefault(d.file, []).append(shingled(d.truth, text))
    out = {}
    for file, both in sorted(pairs.items()):
        precision, recall = (statistics.mean(p[i] for p in both) for i in (0, 1))
        f1 = 2 * precision * recall / (precision + recall)
        out[file] = {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}
    return out


def shingled(truth: str, text: str) -> tuple[float, float]:
    """Precision and recall of runs of four words."""
    a, b = (Counter(zip(*(w[i:] for i in range(4)), strict=False)) for w in (_WORD.findall(truth), _WORD.findall(text)))
    hit = (a & b).total()
    return hit / max(1, b.total()), hit / max(1, a.total())


def exported(booster: lightgbm.Booster) -> Forest:
    """The booster's trees as masks: bit i of a node's mask is 0 when leaf i stands to the left of that node."""
    trees = booster.dump_model()["tree_info"]
    feature = np.zeros((len(trees), LEAVES - 1), dtype=np.intp)
    threshold = np.full((len(trees), LEAVES - 1), np.inf, dtype=np.float32)
    mask = np.full((len(trees), LEAVES - 1), 0xFFFF, dtype=np.uint16)
    value = np.zeros((len(trees), LEAVES), dtype=np.float32)
    for t, tree in enumerate(trees):
        nodes: list[tuple[int, float, list[int]]] = []
        leaves: list[float] = []
        _walk(tree["tree_structure"], nodes, leaves)
        value[t, : len(leaves)] = leaves
        for n, (column, limit, left) in enumerate(nodes):
            feature[t, n], threshold[t, n] = column, _not_above(limit)
            mask[t, n] = 0xFFFF & ~sum(1 << leaf for leaf in left)
    return Forest(feature, threshold, mask, value)


def _not_above(limit: float) -> np.float32:
    """The largest single-precision number not above the limit: comparing with it is comparing with the limit."""
    single = np.float32(limit)
    return single if single <= limit else np.nextafter(single, np.float32(-np.inf))


def _walk(node: dict[str, Any], nodes: list[tuple[int, float, list[int]]], leaves: list[float]) -> list[int]:
    """Number the leaves from left to right; returns those under the node."""
    if "leaf_value" in node:
        leaves.append(node["leaf_value"])
        return [len(leaves) - 1]
    left = _walk(node["left_child"], nodes, leaves)
    nodes.append((node["split_feature"], node["threshold"], left))
    return left + _walk(node["right_child"], nodes, leaves)


def card(documents: list[Document], results: dict[str, dict[str, float]]) -> dict[str, Any]:
    """How the weights came to be."""
    return {
        "what": "Probability that a line of scraped text belongs to the article",
        "documents": len(documents),
        "lines": sum(len(d.page.lines) for d in documents),
        "domains": len({d.domain for d in documents}),
        "settings": {**SETTINGS, "rounds": ROUNDS},
        "features": list(NAMES),
        "out_of_fold": results,
    }


if __name__ == "__main__":
    main()
