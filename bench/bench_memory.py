"""Measure what the memory of a source brings: `make bench-memory DATA=../bench`, a folder of pages and truths.

Each page of a site with at least LEAST_PAGES is cleaned after the memory has seen 5, and then 20, other pages of the
site (all, where there are fewer), and without. Printed are the F1 of words, the pieces that the memory cut, and those
of them that the truth has: body paragraphs lost, of which there must be none.
"""

import argparse
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bench.scorer import load_scorer
from copydesk.cleaning.article import clean_blocks
from copydesk.cleaning.records import Cleaned
from copydesk.cleaning.recurring import without_recurring
from copydesk.cleaning.recurring_counts import EVIDENCE, Memory, observe, recurring_texts, seen_texts
from copydesk.documents import raw_article
from copydesk.events import Refused

SETS = ("portal", "fundus_eval", "andy424", "fundus_meta", "web2026", "world", "news2008", "oldweb")
LEAST_PAGES = 6
SEEN = (5, 20)
_WORD = re.compile(r"\w+")


class Page(NamedTuple):
    """Hold a cleaned page and the text that is right."""

    id: str
    found: Cleaned
    truth: str


class Tally:
    """Sum up what a number of articles seen comes to."""

    def __init__(self) -> None:
        self.before: list[float] = []
        self.after: list[float] = []
        self.cut = 0
        self.lost: list[tuple[str, str]] = []


def main() -> None:
    """Measure all sites that have enough pages and print a table, and each body paragraph that was lost."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("data", type=Path)
    given = arguments.parse_args()
    scorer = load_scorer(given.data)
    tallies = {seen: Tally() for seen in SEEN}
    sites = 0
    for pages in _sites(given.data, scorer):
        sites += 1
        for number in range(len(pages)):
            for seen, tally in tallies.items():
                _tally(pages, number, seen, tally, scorer)
    print(f"{sites} sites, {len(tallies[SEEN[0]].before)} pages")
    print("| articles seen | F1 without | F1 with | pieces cut | body paragraphs lost |\n|---|---|---|---|---|")
    for seen, tally in tallies.items():
        means = " | ".join(f"{sum(scores) / len(scores):.4f}" for scores in (tally.before, tally.after))
        print(f"| {seen} | {means} | {tally.cut} | {len(tally.lost)} |")
    for key, text in tallies[SEEN[-1]].lost:
        print(f"lost: {key}: {text[:100]}")


def _sites(data: Path, scorer: Any) -> Iterator[list[Page]]:
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for name in SETS:
        for row in scorer.jsonl(str(data / f"{name}.jsonl.gz")):
            if scorer.truth_text(row["truth"]):
                rows[row["site"]].append(row)
    for site in sorted(site for site, found in rows.items() if len(found) >= LEAST_PAGES):
        pages = [_page(row, scorer) for row in rows[site]]
        yield [page for page in pages if page is not None]


def _page(row: dict[str, Any], scorer: Any) -> Page | None:
    raw = raw_article(row["html"], row.get("url"), source=row["site"])
    found = raw if isinstance(raw, Refused) else clean_blocks(raw)
    return None if isinstance(found, Refused) else Page(row["id"], found, scorer.truth_text(row["truth"]))


def _tally(pages: Sequence[Page], number: int, seen: int, tally: Tally, scorer: Any) -> None:
    """Clean one page after the memory has seen so many of those that follow it, round the end."""
    memory, page = Memory(), pages[number]
    for other in (pages[number + 1 :] + pages[:number])[:seen]:
        memory = observe(memory, other.id, seen_texts(other.found.paragraphs))
    found = without_recurring(page.found, recurring_texts(memory))
    cut = [piece.text for piece in found.removed if piece.evidence == EVIDENCE]
    truth = f" {_words(page.truth)} "
    tally.before.append(scorer.bag_f1(page.truth, "\n".join(page.found.paragraphs)))
    tally.after.append(scorer.bag_f1(page.truth, "\n".join(found.paragraphs)))
    tally.cut += len(cut)
    tally.lost += [(page.id, text) for text in cut if f" {_words(text)} " in truth]


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


if __name__ == "__main__":
    main()
