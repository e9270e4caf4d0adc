"""Score what cleaning makes of sampled pages and texts: F1 of the main text, and the shares that are refused."""

import gzip
import json
import math
import re
from collections import Counter
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

Row = dict[str, Any]
Scores = dict[int, tuple[float, ...]]
"""Precision and recall of a document's text, or whether it is refused, by the document's place in the sample."""
_WORD = re.compile(r"\w+")


def sample(data: Path, every: int) -> list[Row]:
    """Read the rows that are measured: pages, texts, and articles, lists and collections."""
    rows = []
    for name in ("web2026", "scraped_andy424", "gate"):
        with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8", errors="surrogatepass") as lines:
            some = [{**json.loads(line), "set": name} for line in lines]
        for row in some:
            if name == "gate":
                row["set"] = {"article": "articles", "listing": "lists", "collection": "lists"}.get(row["type"], "")
        rows += [row for row in some if row["set"]][::every]
    return rows


def share(row: Row, text: str) -> tuple[float, float]:
    """Return precision and recall of a text."""
    truth, found = shingles(row["truth"]["text"]), shingles(text)
    both = sum((truth & found).values())
    return both / max(1, sum(found.values())), both / max(1, sum(truth.values()))


def shingles(text: str) -> "Counter[tuple[str, ...]]":
    """Count the runs of four words."""
    words = _WORD.findall(text)
    return Counter(zip(*(words[i:] for i in range(4)), strict=False))


def figures(found: Scores, rows: list[Row]) -> dict[str, float]:
    """Return F1 or the share of refusals, by set."""
    sets: dict[str, list[tuple[float, ...]]] = {}
    for place, row in enumerate(rows):
        sets.setdefault(row["set"], []).append(found[place])
    means = {name: [fmean(side) for side in zip(*each, strict=True)] for name, each in sets.items()}
    return {name: each[0] if len(each) == 1 else 2 * each[0] * each[1] / sum(each) for name, each in means.items()}


def differences(rows: list[Row], today: Scores, found: Scores) -> str:
    """Return how the figures differ from today's."""
    if today == found:
        return "none"
    was = figures(today, rows)
    changed = {name: value - was[name] for name, value in figures(found, rows).items()}
    return ", ".join(f"{name} {by:+.4f}" for name, by in changed.items() if round(by, 4)) or "under .0001"


def told(found: Scores, rows: list[Row]) -> str:
    """Return the figures with the number of documents and the standard error of each."""
    words = []
    for name, value in figures(found, rows).items():
        each = [fmean(found[place]) for place, row in enumerate(rows) if row["set"] == name]
        words.append(f"{name} {value:.4f} ({len(each)} documents, standard error {_error(each):.4f})")
    return ", ".join(words)


def _error(values: list[float]) -> float:
    return stdev(values) / len(values) ** 0.5 if len(values) > 1 else math.nan
