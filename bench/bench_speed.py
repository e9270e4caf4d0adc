"""Measure what cleaning a page costs beside trafilatura with metadata: `make bench-speed DATA=../bench`.

Every Nth page of `web2026` and `andy424` is cleaned by both in turn, in one process, body and metadata, and of each
page's rounds the fastest counts: CPU milliseconds, so that a busy machine changes the ratio little. A last round takes
the time of each step of our own. Then the parsers that are installed read the same pages.
"""

import argparse
import gzip
import json
from collections import defaultdict
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from time import process_time
from types import ModuleType
from typing import Any

from bench.extractors import Extractor, copydesk, others
from bench.parsers import milliseconds, parsers
from copydesk.cleaning import html_page
from copydesk.cleaning.main_text import page_text

PARTS = ("andy424", "web2026")
STEPS: dict[ModuleType, str] = {
    html_page: "open_shadow_roots too_costly read_page read_facts choose_title find_page_text measure_type page_type"
    " page_refusal _labels read_metadata find_pictures",
    page_text: "find_main_text trafilatura_opinion with_stated_body rescue_short_article rescue_lines",
}
"""The names that these modules call the steps by; what the second calls is part of `find_page_text`, and the opinion is
asked within the main text."""

Row = dict[str, Any]


def main() -> None:
    """Print milliseconds a page, the ratio, and the share of each step."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--every", type=int, default=10, help="clean every so many pages of a set (10)")
    arguments.add_argument("--rounds", type=int, default=3, help="of each page the fastest of so many counts (3)")
    given = arguments.parse_args()
    rows = [row for part in PARTS for row in sample(given.data / f"{part}.jsonl.gz", given.every)]
    took = fastest(rows, {"copydesk": copydesk, "trafilatura": others()["trafilatura"]}, given.rounds)
    ours, theirs = took["copydesk"], took["trafilatura"]
    print(f"{len(rows)} pages: copydesk {ours:.1f} ms a page, trafilatura {theirs:.1f} ms, {theirs / ours:.2f} times")
    for name, part in sorted(shares(rows).items(), key=lambda item: -item[1]):
        print(f"  {name.lstrip('_'):<22}{part:6.1%}")
    for name, parse in parsers().items():
        print(f"{name}: {milliseconds([row['html'] for row in rows], parse, given.rounds):.2f} ms a page")


def sample(path: Path, every: int) -> list[Row]:
    """Read every so many rows of a file."""
    with gzip.open(path, "rt", encoding="utf-8", errors="surrogatepass") as lines:
        return [json.loads(line) for line in islice(lines, None, None, every)]


def fastest(rows: list[Row], extractors: dict[str, Extractor], rounds: int) -> dict[str, float]:
    """Return the mean over the pages of the fastest of some rounds, in milliseconds, after one that warms up."""
    least = {name: [float("inf")] * len(rows) for name in extractors}
    for number in range(rounds + 1):
        for i, row in enumerate(rows):
            for name, extract in extractors.items():
                begun = process_time()
                extract(row)
                if number:
                    least[name][i] = min(least[name][i], process_time() - begun)
    return {name: 1000 * sum(each) / len(each) for name, each in least.items()}


def shares(rows: list[Row]) -> dict[str, float]:
    """Return the share of each step in the time that cleaning the pages takes."""
    spent: dict[str, float] = defaultdict(float)
    steps = [(module, name, getattr(module, name)) for module, names in STEPS.items() for name in names.split()]
    for module, name, step in steps:
        setattr(module, name, _timed(name, step, spent))
    try:
        begun = process_time()
        for row in rows:
            copydesk(row)
        whole = process_time() - begun
    finally:
        for module, name, step in steps:
            setattr(module, name, step)
    return {name: seconds / whole for name, seconds in spent.items()}


def _timed(name: str, step: Callable[..., Any], spent: dict[str, float]) -> Callable[..., Any]:
    def timed(*arguments: Any) -> Any:
        begun = process_time()
        try:
            return step(*arguments)
        finally:
            spent[name] += process_time() - begun

    return timed


if __name__ == "__main__":
    main()
