"""Measure how well cleaning does, beside others: `make bench-clean DATA=../bench`, a folder of pages and truths.

DATA holds `*.jsonl.gz` (pages with `html`, scraped ones with `text`, `paragraphs`) and `score.py`, the scorer. What is
trained is scored three times: **out of fold**, each page by a model that has seen no page of its domain; **one set
out**, by one that has seen no page of its set, nor chosen anything by one; and as **shipped**, where the shipped model
has not learned from the set. Site rules and the memory of sources are off. Beside it stand the other programs that are
installed (`make bench-peers` runs them alone); `--fast` leaves them out. Needs the extra `train`.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from time import process_time
from types import ModuleType
from typing import Any, NamedTuple

from bench.extractors import Extractor, copydesk, others
from bench.scorer import load_scorer
from copydesk.cli.clean import clean_line
from scripts import train_pages, train_text
from scripts.page_documents import read_all
from scripts.page_evidence import evidence_of
from scripts.training import rows_of

Row = dict[str, Any]
Scores = dict[str, Any]
Texts = dict[str, dict[str, Scores]]
"""What was found: a set's name to a row's id to an answer."""


class Measure(NamedTuple):
    """Name a figure of a set: its key in the scorer's answer, where a dot leads into a table, and the bar."""

    part: str
    key: str
    bar: str


PAGES = (
    Measure("aeb", "shingle_f1", ".970"),
    Measure("fundus_eval", "rougeL_f1", "97.5"),
    Measure("andy424", "shingle_f1", ".963"),
    Measure("fundus_meta", "shingle_f1", ".970"),
    Measure("trafilatura_eval", "snippet_f1", ".930"),
    Measure("web2026", "shingle_f1", ".956"),
    Measure("web2026", "snippet_recall", ".90"),
    Measure("web2026", "without_leaked", "at most .012"),
    Measure("world", "macro_f1", ".935"),
    Measure("news2008", "shingle_f1", ".974"),
    Measure("news2008", "kept_by_kind.comments", "at most .08"),
    Measure("oldweb", "shingle_f1", ".955"),
    Measure("portal", "shingle_f1", "–"),
)
SCRAPED = (
    Measure("scraped_aeb", "shingle_f1", ".952"),
    Measure("scraped_fundus_eval", "rougeL_f1", "95.5"),
    Measure("scraped_andy424", "shingle_f1", ".945"),
    Measure("scraped_fundus_meta", "shingle_f1", ".960"),
)
DATED = ("andy424", "fundus_meta", "web2026")
TYPED = "gate"
LOW = 0.7
SPEED_EVERY = 5
LEAST_ROWS = 10
"""Rows of a kind from which its accuracy counts in the mean over kinds."""
OWN_PROCESS = frozenset(("go-trafilatura",))
"""Programs that run in a process of their own, whose time is not ours."""
OURS = ("out of fold", "one set out", "shipped")


class Line(NamedTuple):
    """Hold one line of the table: the bar, and figures by column."""

    name: str
    bar: str
    figures: dict[str, float]


def main() -> None:
    """Measure everything and print the table in Markdown, line by line as they come."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--fast", action="store_true", help="leave the others out")
    arguments.add_argument("--peers", action="store_true", help="run the others alone, on pages")
    arguments.add_argument("--kept", type=Path, help="a folder for what was read of the pages, kept for next time")
    given = arguments.parse_args()
    scorer = load_scorer(given.data)
    found = {} if given.fast else others()
    columns = (*(() if given.peers else OURS), *found)
    _print_head(columns)
    texts = {name: _extracted_all(given.data, extract) for name, extract in found.items()}
    if not given.peers:
        texts |= _ours(given.data, given.kept)
    for line in _lines(scorer, given.data, texts, found, peers=given.peers):
        _print_line(line, columns)


def _lines(
    scorer: ModuleType, data: Path, texts: dict[str, Texts], found: dict[str, Extractor], *, peers: bool
) -> Iterator[Line]:
    yield from _of_sets(scorer, data, PAGES, texts)
    yield _low(scorer, data, texts)
    if not peers:
        scraped = _texts(train_text.out_of_fold(train_text.read_all(data)))
        yield from _of_sets(scorer, data, SCRAPED, {"out of fold": scraped})
    yield from _metadata(scorer, data, texts, {} if peers else {"shipped": copydesk})
    yield from _typed(scorer, data, found if peers else {"shipped": copydesk, **found})
    if not peers:
        yield from _paragraphs(scorer, _rows(data, "paragraphs"))
    rows = [row for part in ("andy424", "web2026") for row in _rows(data, part)]
    timed = {name: extract for name, extract in found.items() if name not in OWN_PROCESS}
    yield _speed(rows[::SPEED_EVERY], timed if peers else {"shipped": copydesk, **timed})


def _ours(data: Path, kept: Path | None) -> dict[str, Texts]:
    documents = read_all(data, kept)
    evidence = evidence_of(documents)
    learned = json.loads(files("copydesk.cleaning.weights").joinpath("pages.json").read_text("utf-8"))["sets"]
    unseen = [part for part in dict.fromkeys(m.part for m in PAGES) if part not in learned]
    return {
        "out of fold": _texts(train_pages.left_out(documents, train_pages.fold_by_domain(documents), evidence)),
        "one set out": _texts(train_pages.left_out(documents, train_pages.set_of, evidence)),
        "shipped": {part: _extracted(_rows(data, part), copydesk) for part in unseen},
    }


def _texts(documents: Iterable[tuple[Any, str]]) -> Texts:
    texts: Texts = defaultdict(dict)
    for document, text in documents:
        texts[document.file][document.key] = {"text": text}
    return texts


def _extracted_all(data: Path, extract: Extractor) -> Texts:
    return {part: _extracted(_rows(data, part), extract) for part in dict.fromkeys(m.part for m in PAGES)}


def _extracted(rows: list[Row], extract: Extractor) -> dict[str, Scores]:
    return {row["id"]: extract(row) for row in rows}


def _rows(data: Path, part: str) -> list[Row]:
    return list(rows_of(data / f"{part}.jsonl.gz"))


def _of_sets(scorer: ModuleType, data: Path, measures: Iterable[Measure], texts: dict[str, Texts]) -> Iterator[Line]:
    """Score each set once for every column, and give the figures that are asked for."""
    scored: dict[str, dict[str, Scores]] = {}
    for part, key, bar in measures:
        if part not in scored:
            rows = _rows(data, part)
            scored[part] = {name: scorer.score_pages(rows, by[part]) for name, by in texts.items() if part in by}
        yield Line(f"{part}, {key}", bar, {name: _figure_at(told, key) for name, told in scored[part].items()})


def _figure_at(scores: Scores, key: str) -> float:
    found: Any = scores
    for part in key.split("."):
        found = found[part]
    return float(found)


def _low(scorer: ModuleType, data: Path, texts: dict[str, Texts]) -> Line:
    """Count the pages that score low, of the sets with whole truths of texts."""
    low: dict[str, float] = dict.fromkeys(texts, 0)
    for part in ("aeb", "andy424", "web2026", "world", "news2008", "oldweb", "portal"):
        for row in _rows(data, part):
            for name, by in texts.items():
                if part in by:
                    text = by[part].get(row["id"], {}).get("text") or ""
                    precision, recall = scorer.shingle_pr(row["truth"]["text"], text, row.get("lang"))
                    low[name] += scorer.prf(precision or 0.0, recall or 0.0) < LOW
    return Line("pages under .7, seven sets", "–", low)


def _metadata(scorer: ModuleType, data: Path, texts: dict[str, Texts], ours: dict[str, Extractor]) -> Iterator[Line]:
    """Score metadata by the shipped program: rules alone read it."""
    bars = {
        "title_exact": (".966", ".905", ".92"),
        "authors_set_exact": (".938", ".895", ".82"),
        "date_same_day": (".884", ".986", ".92"),
    }
    others_texts = {name: by for name, by in texts.items() if name not in OURS}
    for at, part in enumerate(DATED):
        rows = _rows(data, part)
        told = {name: by[part] for name, by in others_texts.items()}
        told |= {name: _extracted(rows, extract) for name, extract in ours.items()}
        scored = {name: scorer.score_pages(rows, answers, rouge=False) for name, answers in told.items()}
        for key, by_part in bars.items():
            yield Line(f"{part}, {key}", by_part[at], {name: each[key] for name, each in scored.items()})


def _typed(scorer: ModuleType, data: Path, extractors: dict[str, Extractor]) -> Iterator[Line]:
    """Measure what is kept of articles and refused of lists, of pages by type; no text at all is a refusal."""
    rows = _rows(data, TYPED)
    scored = {name: scorer.score_gate(rows, _extracted(rows, extract)) for name, extract in extractors.items()}
    for key, bar in (("articles_kept", ".995"), ("lists_refused", ".88")):
        yield Line(f"{TYPED}, {key}", bar, {name: each[key] for name, each in scored.items()})


def _paragraphs(scorer: ModuleType, rows: list[Row]) -> Iterator[Line]:
    predictions: dict[str, Scores] = {}
    named: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        found = json.loads(clean_line(json.dumps({key: row[key] for key in ("id", "text", "site")}).encode()).value)
        kinds = [piece["kind"] for piece in found["removed"]]
        predictions[row["id"]] = {"keep": bool(found["text"]), "label": kinds[0] if kinds else ""}
        if row["role"] == "boilerplate":
            named[row["label"]].append(kinds[:1] == [row["label"]])
    result = scorer.score_paragraphs(rows, predictions)
    lost, hard = map(int, result["hard_negative_lost"].split("/"))
    accuracy = [sum(right) / len(right) for right in named.values() if len(right) >= LEAST_ROWS]
    for key, bar, value in (
        ("precision", ".95", result["precision"]),
        ("recall", ".85", result["recall"]),
        ("hard negatives lost", "at most .02", lost / hard),
        ("kinds (mean over kinds)", ".85", sum(accuracy) / len(accuracy)),
    ):
        yield Line(f"paragraphs, {key}", bar, {"shipped": value})


def _speed(rows: list[Row], extractors: dict[str, Extractor]) -> Line:
    """Measure pages a CPU second, body and metadata (and here the kinds of what is cut too); the best of three."""
    return Line("pages a CPU second", "3 times trafilatura", _rates(rows, extractors))


def _rates(rows: list[Row], extractors: dict[str, Callable[[Row], Scores]]) -> dict[str, float]:
    best: dict[str, float] = {}
    for _ in range(3):
        for name, extract in extractors.items():
            start = process_time()
            for row in rows:
                extract(row)
            best[name] = max(best.get(name, 0.0), len(rows) / (process_time() - start))
    return best


def _print_head(columns: Iterable[str]) -> None:
    names = list(columns)
    print("| | bar |" + "".join(f" {name} |" for name in names))
    print("|---|---|" + "---|" * len(names), flush=True)


def _print_line(line: Line, columns: Iterable[str]) -> None:
    cells = "".join(f" {_figure(line.figures[name]) if name in line.figures else '–'} |" for name in columns)
    print(f"| {line.name} | {line.bar} |{cells}", flush=True)


def _figure(value: float) -> str:
    return f"{value:.3f}" if value <= 1 else f"{value:.2f}" if value < 100 and value % 1 else f"{value:.0f}"


if __name__ == "__main__":
    main()
