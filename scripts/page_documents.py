"""Read the sets of pages that a model learns from, each page walked once: many trainings then cost little.

A set is a file `NAME.jsonl.gz` of rows with `html`, `site`, `url` where it is known, and `truth` (`text`, `paragraphs`,
or snippets `with` and `without`). What was read is kept in a folder, if one is named, until code or file change.
"""

import hashlib
import pickle
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import copydesk.cleaning
from copydesk.cleaning.main_text.classifier import PageFeatures, measure_page
from copydesk.cleaning.main_text.outside_boxes import outside_boxes
from copydesk.cleaning.main_text.trafilatura_opinion import trafilatura_opinion
from copydesk.cleaning.metadata.title import Title, choose_title
from copydesk.cleaning.normalise import as_written
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.page.stated import Facts, read_facts
from copydesk.cleaning.page.tree_walk import read_page
from scripts import truth
from scripts.training import domain_of, rows_of, truth_of
from scripts.truth import shares_of_runs

SETS = (
    "aeb", "fundus_eval", "andy424", "fundus_meta", "trafilatura_eval", "web2026", "world", "news2008", "oldweb",
    "portal",
)  # fmt: skip
NO_STANDFIRSTS = frozenset(("oldweb",))
"""Sets whose truth has no standfirst: a model that learns this from them cuts those of today's articles. With them
unknown, web2026 left out has .957 of F1 and .878 of its snippets, before .954 and .874."""
BODY, PARAGRAPH, STANDFIRST = 0.5, 120, 20
"""Share from which a run is article, characters of a first paragraph, and of what may be a standfirst above it."""
_DEEP = 100_000
"""Frames that pickling may use: boxes refer to those around them."""


class Document(NamedTuple):
    """Hold a page with the share of each run that is article (NaN where nobody knows).

    `row` is what the set says of it, without the page; `opinion` is trafilatura's verdict per run.
    """

    file: str
    key: str
    domain: str
    row: dict[str, Any]
    truth: str
    page: Page
    facts: Facts
    title: Title
    opinion: list[bool] | None
    seen: PageFeatures
    share: NDArray[np.float64]


def read_all(data: Path, kept: Path | None = None) -> list[Document]:
    """Read every page of the folder's sets that has text; what was read before is taken from `kept`."""
    return [document for name in SETS if (data / f"{name}.jsonl.gz").exists() for document in _set(data, name, kept)]


def _set(data: Path, name: str, kept: Path | None) -> list[Document]:
    path = data / f"{name}.jsonl.gz"
    if kept is None:
        return list(_read(path))
    stored = kept / f"{name}-{_digest(path)}.pickle"
    sys.setrecursionlimit(_DEEP)
    if not stored.exists():
        kept.mkdir(parents=True, exist_ok=True)
        stored.write_bytes(pickle.dumps(list(_read(path))))
    found: list[Document] = pickle.loads(stored.read_bytes())
    return found


def _digest(path: Path) -> str:
    """Name what a reading depends on: the file, and the code and words of the cleaning."""
    digest = hashlib.sha256(f"{path.stat().st_size} {path.stat().st_mtime_ns}".encode())
    code = Path(copydesk.cleaning.__file__).parent
    for source in sorted([*code.rglob("*.py"), *code.rglob("*.toml"), Path(__file__), Path(truth.__file__)]):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


def _read(path: Path) -> Iterator[Document]:
    with Pool(initializer=sys.setrecursionlimit, initargs=(_DEEP,)) as pool:
        found = pool.imap(partial(read, file=path.name.split(".")[0]), rows_of(path), chunksize=8)
        yield from (document for document in found if document is not None)


def read(row: dict[str, Any], file: str) -> Document | None:
    """Read a page with its truth; None when it has no text."""
    html = as_written(row.pop("html"))
    page = read_page(html)
    if not page.runs:
        return None
    facts = read_facts(page, row.get("url"))
    title = choose_title(page, facts)
    told = truth_of(row)
    texts = [run.text for run in page.runs]
    share = np.array(shares_of_runs(texts, told) if told else list(_by_snippets(texts, row["truth"])))
    seen = measure_page(page, facts, title, frozenset(outside_boxes(page, title)))
    share[seen.layout.again] = 0.0
    forget_above(file, share, seen, title)
    opinion = trafilatura_opinion(html, page.runs)
    return Document(file, row["id"], domain_of(row), row, told, page, facts, title, opinion, seen, share)


def forget_above(file: str, share: NDArray[np.float64], seen: PageFeatures, title: Title) -> None:
    """Mark as unknown what a set leaves out of its truth between headline and first paragraph, where others keep it."""
    long = np.flatnonzero((share >= BODY) & (seen.layout.size >= PARAGRAPH))
    if file in NO_STANDFIRSTS and title.at is not None and len(long):
        above = np.arange(title.at + 1, int(long[0]))
        share[above[(share[above] < BODY) & (seen.layout.size[above] >= STANDFIRST)]] = np.nan


def _by_snippets(texts: list[str], told: Mapping[str, Any]) -> Iterator[float]:
    wanted, unwanted = (
        [" ".join(text.split()) for text in told.get(side, ()) if text.strip()] for side in ("with", "without")
    )
    for text in texts:
        good, bad = any(snippet in text for snippet in wanted), any(snippet in text for snippet in unwanted)
        yield (0.5 if bad else 1.0) if good else 0.0 if bad else float("nan")
