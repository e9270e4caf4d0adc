"""Share what training of both models needs: the command, rows of data, folds by domain, results, trees as masks."""

import argparse
import gzip
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

import lightgbm
import numpy as np

from copydesk.cleaning.forest import LEAVES, Forest
from copydesk.identity import host_of, registrable_domain
from scripts.truth import PLAIN

Figures = dict[str, dict[str, float]]
WEIGHTS = Path(__file__).parent.parent / "copydesk/cleaning/weights"


class Told(Protocol):
    """Describe a document as training needs it: its file, and its article's text where that is known."""

    @property
    def file(self) -> str:
        """Name the file it came from."""
        ...

    @property
    def truth(self) -> str:
        """Give its article's text, empty where unknown."""
        ...


D = TypeVar("D", bound=Told)


def command(
    doc: str | None, read_all: Callable[[Path], list[D]],
    out_of_fold: Callable[[list[D]], Iterator[tuple[D, str]]], write: Callable[[list[D], Figures], None],
) -> None:  # fmt: skip
    """Run the command of both: print the out-of-fold result per file, and with `--write` train and write."""
    arguments = argparse.ArgumentParser(description=doc)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--write", action="store_true")
    given = arguments.parse_args()
    documents = read_all(given.data)
    pairs: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for document, text in out_of_fold(documents):
        if document.truth:
            pairs[document.file].append(shingled(document.truth, text))
    figures = {file: f1_of(both) for file, both in sorted(pairs.items())}
    for name, result in figures.items():
        print(f"{name:32} {result}")
    if given.write:
        write(documents, figures)


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """Read a file of rows, one JSON object a line."""
    with gzip.open(path, "rt", encoding="utf-8", errors="surrogatepass") as lines:
        yield from map(json.loads, lines)


def domain_of(row: dict[str, Any]) -> str:
    """Return the registrable domain of a row's address; folds never part the pages of one."""
    return registrable_domain(host_of(row.get("url") or "") or row["site"])


def truth_of(row: dict[str, Any]) -> str:
    """Return the article's text, empty where only snippets are known."""
    told = row["truth"]
    return told["text"] if "text" in told else "\n".join(p["text"] for p in told.get("paragraphs", ()))


def folds_of(domains: Iterable[str], folds: int) -> dict[str, int]:
    """Give each domain the number of its fold, the same in every run."""
    ordered = sorted(set(domains), key=lambda domain: hashlib.sha256(domain.encode()).digest())
    return {domain: i % folds for i, domain in enumerate(ordered)}


def part_of(group: str, parts: int) -> int:
    """Return the part that a group falls into, whatever other groups there are: several models share their folds."""
    return int.from_bytes(hashlib.sha256(group.encode()).digest()[:8], "big") % parts


def shingled(truth: str, text: str) -> tuple[float, float]:
    """Measure precision and recall of runs of four words."""
    a, b = (Counter(zip(*(w[i:] for i in range(4)), strict=False)) for w in (PLAIN.findall(truth), PLAIN.findall(text)))
    hit = (a & b).total()
    return hit / max(1, b.total()), hit / max(1, a.total())


def f1_of(pairs: Iterable[tuple[float, float]]) -> dict[str, float]:
    """Average precision and recall over pages, and return F1 of the two with them."""
    precision, recall = (float(np.mean(each)) for each in zip(*pairs, strict=True))
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def exported(booster: lightgbm.Booster) -> Forest:
    """Turn the booster's trees into masks: bit i of a node's mask is 0 when leaf i stands to the left of that node."""
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


def first_trees(forest: Forest, trees: int) -> Forest:
    """Return the forest as it was after so many trees."""
    feature, threshold, mask, value = forest
    return Forest(feature[:trees], threshold[:trees], mask[:trees], value[:trees])


def averaged(forests: Sequence[Forest], groups: int = 1) -> Forest:
    """Make one forest that votes as these do on average; where trees are trained by turns, group after group."""
    feature, threshold, mask, value = (np.concatenate(parts) for parts in zip(*forests, strict=True))
    order = np.arange(len(value)).reshape(-1, groups).T.ravel()
    return Forest(feature[order], threshold[order], mask[order], value[order] / np.float32(len(forests)))


def _not_above(limit: float) -> np.float32:
    """Round down to single precision, so that comparing with the number is comparing with the limit."""
    single = np.float32(limit)
    return single if single <= limit else np.nextafter(single, np.float32(-np.inf))


def _walk(node: dict[str, Any], nodes: list[tuple[int, float, list[int]]], leaves: list[float]) -> list[int]:
    """Count the leaves from left to right; return those under the node."""
    if "leaf_value" in node:
        leaves.append(node["leaf_value"])
        return [len(leaves) - 1]
    left = _walk(node["left_child"], nodes, leaves)
    nodes.append((node["split_feature"], node["threshold"], left))
    return left + _walk(node["right_child"], nodes, leaves)
