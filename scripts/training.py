"""What training of both models shares: rows of data, labels by the truth, folds by domain, trees as masks."""

import gzip
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

from copydesk.identity import host_of, registrable_domain
from copydesk.text.trees import LEAVES, Forest

WEIGHTS = Path(__file__).parent.parent / "copydesk/text/weights"
WORD = re.compile(r"\w+")


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8", errors="surrogatepass") as lines:
        yield from map(json.loads, lines)


def domain_of(row: dict[str, Any]) -> str:
    """The registrable domain of a row's address; folds never part the pages of one."""
    return registrable_domain(host_of(row["url"]) or row["site"])


def truth_of(row: dict[str, Any]) -> str:
    """The article's text, empty where only snippets are known."""
    told = row["truth"]
    return told["text"] if "text" in told else "\n".join(p["text"] for p in told.get("paragraphs", ()))


def folds_of(domains: Iterable[str], folds: int) -> dict[str, int]:
    """Domain -> number of its fold, the same in every run."""
    ordered = sorted(set(domains), key=lambda domain: hashlib.sha256(domain.encode()).digest())
    return {domain: i % folds for i, domain in enumerate(ordered)}


def shares(lines: list[str], truth: str) -> list[float]:
    """Per line, the share of its words that the truth has in runs of four; a short line counts where it fits."""
    wanted = WORD.findall(truth.lower())
    places: dict[tuple[str, ...], list[int]] = {}
    for i in range(len(wanted) - 3):
        places.setdefault(tuple(wanted[i : i + 4]), []).append(i)
    words = [WORD.findall(line.lower()) for line in lines]
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


def shingled(truth: str, text: str) -> tuple[float, float]:
    """Precision and recall of runs of four words."""
    a, b = (Counter(zip(*(w[i:] for i in range(4)), strict=False)) for w in (WORD.findall(truth), WORD.findall(text)))
    hit = (a & b).total()
    return hit / max(1, b.total()), hit / max(1, a.total())


def f1_of(pairs: Iterable[tuple[float, float]]) -> dict[str, float]:
    """Means of precision and recall over pages, and F1 of the two."""
    precision, recall = (float(np.mean(each)) for each in zip(*pairs, strict=True))
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


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
