"""Measure how well cleaning does, beside others: `make bench-clean DATA=../bench`, a folder of pages and truths.

DATA holds `*.jsonl.gz` (pages with `html`, scraped ones with `text`, `paragraphs`) and `score.py`, the scorer. What is
trained is scored out of fold: each page by a model that has seen no page of its domain. Site rules and the memory of
sources are off. Beside it stand trafilatura, newspaper4k and news-please where they are installed. `--fast` leaves the
others out. Needs the extra `train`.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time
from types import ModuleType
from typing import Any, NamedTuple

from bench.extractors import Extractor, copydesk, others
from bench.scorer import load_scorer
from copydesk.cli.clean import clean_line
from scripts import train_pages, train_text
from scripts.training import rows_of

Row = dict[str, Any]
Scores = dict[str, Any]

PAGES = ("aeb", "fundus_eval", "andy424", "fundus_meta", "trafilatura_eval")
SCRAPED = ("scraped_aeb", "scraped_fundus_eval", "scraped_andy424", "scraped_fundus_meta")
DATED = ("andy424", "fundus_meta")
SPEED_EVERY = 5
LEAST_ROWS = 10
"""Rows of a kind from which its accuracy counts in the mean over kinds."""


class Line(NamedTuple):
    """Hold one line of the table: the bar, our figure, and the others' by name."""

    name: str
    bar: str
    ours: float
    others: dict[str, float]


def main() -> None:
    """Measure everything and print the table in Markdown."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--fast", action="store_true", help="leave the others out")
    given = arguments.parse_args()
    scorer = load_scorer(given.data)
    rows = {name: list(rows_of(given.data / f"{name}.jsonl.gz")) for name in (*PAGES, *SCRAPED)}
    found = {} if given.fast else others()
    _print(list(_lines(scorer, given.data, rows, found)), list(found))


def _lines(scorer: ModuleType, data: Path, rows: dict[str, list[Row]], found: dict[str, Extractor]) -> Iterator[Line]:
    ours = _texts(train_pages.out_of_fold(train_pages.read_all(data)))
    theirs = {name: {part: _extracted(rows[part], extract) for part in PAGES} for name, extract in found.items()}
    for part, key, bar in (
        ("aeb", "shingle_f1", ".972"),
        ("fundus_eval", "rougeL_f1", "97.8"),
        ("andy424", "shingle_f1", ".961"),
        ("fundus_meta", "shingle_f1", ".971"),
        ("trafilatura_eval", "snippet_f1", ".930"),
    ):
        yield _line(scorer, rows[part], f"{part}, {key}", key, bar, ours[part], {n: t[part] for n, t in theirs.items()})
    yield _failed(scorer, rows, ours, theirs)
    scraped = _texts(train_text.out_of_fold(train_text.read_all(data)))
    for part, key, bar in zip(
        SCRAPED, ("shingle_f1", "rougeL_f1", "shingle_f1", "shingle_f1"), (".952", "95.0", ".940", ".955"), strict=True
    ):
        yield _line(scorer, rows[part], f"{part}, {key}", key, bar, scraped[part], {})
    yield from _metadata(scorer, rows, theirs)
    yield from _paragraphs(scorer, list(rows_of(data / "paragraphs.jsonl.gz")))
    yield _speed([row for part in PAGES[:4] for row in rows[part]][::SPEED_EVERY], found)


def _texts(documents: Iterator[tuple[Any, str]]) -> dict[str, dict[str, Scores]]:
    texts: dict[str, dict[str, Scores]] = defaultdict(dict)
    for document, text in documents:
        texts[document.file][document.key] = {"text": text}
    return texts


def _extracted(rows: list[Row], extract: Extractor) -> dict[str, Scores]:
    return {row["id"]: extract(row) for row in rows}


def _line(
    scorer: ModuleType, rows: list[Row], name: str, key: str, bar: str,
    ours: dict[str, Scores], theirs: dict[str, dict[str, Scores]],
) -> Line:  # fmt: skip
    def score(predictions: dict[str, Scores]) -> float:
        return float(scorer.score_pages(rows, predictions)[key])

    return Line(name, bar, score(ours), {name: score(found) for name, found in theirs.items()})


def _failed(
    scorer: ModuleType, rows: dict[str, list[Row]], ours: dict[str, dict[str, Scores]],
    theirs: dict[str, dict[str, dict[str, Scores]]],
) -> Line:  # fmt: skip
    """Count the pages that score under .7."""

    def count(predictions: dict[str, dict[str, Scores]]) -> float:
        return sum(
            _f1(scorer, row, predictions[part].get(row["id"], {}).get("text") or "") < 0.7
            for part in ("aeb", "andy424")
            for row in rows[part]
        )

    name = "pages under .7, aeb and andy424"
    return Line(name, "half of trafilatura's", count(ours), {name: count(found) for name, found in theirs.items()})


def _f1(scorer: ModuleType, row: Row, text: str) -> float:
    precision, recall = scorer.shingle_pr(row["truth"]["text"], text)
    return float(scorer.prf(precision or 0.0, recall or 0.0))


def _metadata(scorer: ModuleType, rows: dict[str, list[Row]], theirs: dict[str, Any]) -> Iterator[Line]:
    """Score metadata by the shipped program: rules alone read it."""
    bars = {"title_exact": (".88", ".85"), "authors_set_exact": (".82", ".84"), "date_same_day": (".92", ".97")}
    ours = {part: _extracted(rows[part], copydesk) for part in DATED}
    for key, by_part in bars.items():
        for part, bar in zip(DATED, by_part, strict=True):
            yield _line(
                scorer, rows[part], f"{part}, {key}", key, bar, ours[part], {n: t[part] for n, t in theirs.items()}
            )


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
    yield Line("paragraphs, precision", ".95", result["precision"], {})
    yield Line("paragraphs, recall", ".85", result["recall"], {})
    yield Line("paragraphs, hard negatives lost", "at most .02", lost / hard, {})
    yield Line("paragraphs, kinds (mean over kinds)", ".85", sum(accuracy) / len(accuracy), {})


def _speed(rows: list[Row], found: dict[str, Extractor]) -> Line:
    """Measure pages a CPU second, body and metadata (and here the kinds of what is cut too); the best of three."""
    rate = _rates(rows, {"copydesk": copydesk, **found})
    return Line("pages a CPU second", "3 times trafilatura", rate.pop("copydesk"), rate)


def _rates(rows: list[Row], extractors: dict[str, Callable[[Row], Scores]]) -> dict[str, float]:
    best: dict[str, float] = {}
    for _ in range(3):
        for name, extract in extractors.items():
            start = process_time()
            for row in rows:
                extract(row)
            best[name] = max(best.get(name, 0.0), len(rows) / (process_time() - start))
    return best


def _print(lines: list[Line], names: list[str]) -> None:
    print("| | bar | copydesk |" + "".join(f" {name} |" for name in names))
    print("|---|---|---|" + "---|" * len(names))
    for line in lines:
        cells = "".join(f" {_figure(line.others[name]) if name in line.others else '–'} |" for name in names)
        print(f"| {line.name} | {line.bar} | {_figure(line.ours)} |{cells}")


def _figure(value: float) -> str:
    return f"{value:.3f}" if value <= 1 else f"{value:.2f}" if value < 100 and value % 1 else f"{value:.0f}"


if __name__ == "__main__":
    main()
