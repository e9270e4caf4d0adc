"""Measure what a step of the thresholds that decide most costs: `python -m scripts.threshold_steps DATA`.

DATA is a folder of `*.jsonl.gz` with pages (`web2026`), scraped texts (`scraped_andy424`) and pages by type (`gate`).
Prints a line a threshold and value: the F1 of the main text in shingles of four words, or the share of articles and of
lists that are refused, with the difference to today's value. Every second row is read, by the shipped models.
"""

import argparse
import gzip
import importlib
import json
import pkgutil
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import copydesk
from copydesk import cleaning

Row = dict[str, Any]
_WORD = re.compile(r"\w+")
PAGES = {
    "BODY_LIKELY": (0.4, 0.6), "DOUBT": (0.85, 0.97), "OPINION": (3.0, 7.0), "WORDS_CLEAR": (0.7, 0.9),
    "WORDS_DOUBTED": (0.8, 0.97), "EMBEDDED_CUT": (0.45, 0.65), "LOOK_AGAIN": (3, 10),
}  # fmt: skip
TEXTS = {
    "LINE_CUT": (0.45, 0.65), "LINE_CLEAR": (0.7, 0.9), "LINE_KEPT": (0.35, 0.55), "SENTENCE_KEPT": (0.25, 0.45),
}  # fmt: skip
LISTS = {"LIST_WINS": (0.25, 1.0)}
"""Thresholds by what they decide, each with a step down and a step up."""


def main() -> None:
    """Measure all of them."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("data", type=Path)
    data: Path = arguments.parse_args().data
    for name in [module.name for module in pkgutil.walk_packages(cleaning.__path__, "copydesk.cleaning.")]:
        importlib.import_module(name)
    pages, texts, kinds = (rows_of(data / f"{name}.jsonl.gz") for name in ("web2026", "scraped_andy424", "gate"))
    steps(PAGES, lambda: {"F1": f1(pages, "html")})
    steps(TEXTS, lambda: {"F1": f1(texts, "text")})
    steps(LISTS, lambda: refused(kinds))


def steps(thresholds: dict[str, tuple[float, float]], measure: Callable[[], dict[str, float]]) -> None:
    """Print the figures at each threshold's steps, and how they differ from today's."""
    today = measure()
    print("today", figures(today, today), flush=True)
    for name, values in thresholds.items():
        for value in values:
            before = put(name, value)
            print(f"{name} {before} -> {value}", figures(measure(), today), flush=True)
            put(name, before)


def figures(found: dict[str, float], today: dict[str, float]) -> str:
    """Return figures with their differences to today's."""
    return ", ".join(f"{name} {value:.4f} ({value - today[name]:+.4f})" for name, value in found.items())


def put(name: str, value: float) -> float:
    """Set a threshold in every module that has imported it; return what it was."""
    users = [
        module
        for path, module in list(sys.modules.items())
        if path.startswith("copydesk.cleaning.") and hasattr(module, name)
    ]
    before: float = getattr(users[0], name)
    for module in users:
        setattr(module, name, value)
    return before


def rows_of(path: Path) -> list[Row]:
    """Read every second row of a file."""
    with gzip.open(path, "rt", encoding="utf-8", errors="surrogatepass") as lines:
        return [json.loads(line) for number, line in enumerate(lines) if number % 2 == 0]


def f1(rows: list[Row], field: str) -> float:
    """Return the F1 of the mean precision and recall of shingles of four words."""
    clean = copydesk.clean if field == "html" else copydesk.clean_text
    pairs = list(shares(rows, lambda row: getattr(clean(row[field], row.get("url")), "text", "")))
    precision, recall = (sum(side) / len(pairs) for side in zip(*pairs, strict=True))
    return 2 * precision * recall / (precision + recall)


def shares(rows: list[Row], text_of: Callable[[Row], str]) -> Iterator[tuple[float, float]]:
    """Yield precision and recall of each row's text."""
    for row in rows:
        truth, text = shingles(row["truth"]["text"]), shingles(text_of(row))
        both = sum((truth & text).values())
        yield both / max(1, sum(text.values())), both / max(1, sum(truth.values()))


def shingles(text: str) -> "Counter[tuple[str, ...]]":
    """Count the runs of four words."""
    words = _WORD.findall(text)
    return Counter(zip(*(words[i:] for i in range(4)), strict=False))


def refused(rows: list[Row]) -> dict[str, float]:
    """Return the shares of articles, and of lists and collections, that are refused."""
    found = {}
    for name, types in (("articles refused", {"article"}), ("lists refused", {"listing", "collection"})):
        some = [row for row in rows if row["type"] in types]
        found[name] = sum(not copydesk.clean(row["html"], row.get("url")) for row in some) / len(some)
    return found


if __name__ == "__main__":
    main()
