"""Read lines with labels: of pages by what their truth holds, a few of each sort a site, and single ones as told."""

import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from copydesk.cleaning.blocks import to_blocks
from copydesk.cleaning.boilerplate.block_signals import read_signals
from copydesk.cleaning.boilerplate.kind_scores import score_kinds
from copydesk.cleaning.boilerplate.labels import kinds_named
from copydesk.cleaning.language import detect, sample_of
from copydesk.cleaning.lexicon.load import LANGUAGES
from copydesk.cleaning.normalise import as_written, bare, plain
from copydesk.cleaning.page.tree_walk import read_page
from copydesk.cleaning.records import Block
from copydesk.cleaning.thresholds.boilerplate import LINE_CUT
from copydesk.identity import registrable_domain
from scripts.training import domain_of, rows_of, truth_of
from scripts.truth import shares_of_runs

BODY, OUTSIDE = 0.75, 0.1
"""Share of a run's words in the truth from which it is article, and up to which it stands outside."""
LONGEST, MOST_RUNS = 3_000, 4_000
A_SITE, OF_A_KIND, OF_NO_KIND, NAMES = 60, 12, 25, 3
"""Lines of either side taken of a site, of one kind, and of none; and how many of its names may tell a block's kind."""
BIO_WORDS = 12
"""Words from which what stands in a box named for the author introduces them."""
WEIGHTS = {"": 0.2, "navigation": 0.5, "dateline": 0.5, "byline": 0.5, "caption": 0.5}
"""What a line outside the truth counts by its kind: most of those that nothing names are other articles' headlines."""
READ, TOLD, LIKE_BOILERPLATE = 15.0, 0.4, 3.0
"""What a line counts that was read, one of another file of lines, and an article's line in which a list finds words."""
WRITTEN, EXAMPLES = Path(__file__).parent.parent / "tests/data/lines.jsonl", Path(__file__).parent / "lines.jsonl"
_NUMBER = re.compile(r"\d+")


class LabelledLine(NamedTuple):
    """Hold a line: whether it is article, its kind if it is none ("" when unknown), and how much it counts.

    `hard` is an article's line that only looks like boilerplate.
    """

    text: str
    body: bool
    kind: str
    language: str | None
    site: str
    source: str
    weight: float
    hard: bool = False

    @property
    def group(self) -> str:
        """Return what folds never part: the site, or the language where no word list exists."""
        return group_of(self.site, self.language)


def group_of(site: str, language: str | None) -> str:
    """Return the site, or the language where no word list exists: models are tried on languages that they never saw."""
    return site if language is None or language in LANGUAGES else language


def all_lines(data: Path) -> list[LabelledLine]:
    """Read the lines of every page of the folder, each distinct one once, its files of single lines, and examples."""
    lines = [line for path in sorted(data.glob("*.jsonl.gz")) for row in rows_of(path) for line in _of_row(row, path)]
    random.Random(1).shuffle(lines)
    return [*_sampled(lines), *_written(EXAMPLES, "examples", READ)]


def single_line(row: Mapping[str, Any], source: str) -> LabelledLine:
    """Turn a row of `text`, `role`, `label`, `lang` and `site` into a line."""
    body = row["role"] == "body"
    return LabelledLine(
        row["text"], body, "" if body else row["label"], row["lang"], registrable_domain(row["site"]),
        source, READ if source == "paragraphs" else TOLD, row["label"] == "body_hard_negative",
    )  # fmt: skip


def written_lines() -> Iterator[LabelledLine]:
    """Read the lines that were written for tests; they count nothing, so no model learns from them."""
    return _written(WRITTEN, "written", 0.0)


def _written(path: Path, source: str, weight: float) -> Iterator[LabelledLine]:
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        body, language = row["kind"] == "body", row["language"]
        kind = "" if body else row["kind"]
        yield LabelledLine(row["text"], body, kind, language, f"{source}.{language}", source, weight, body)


def _of_row(row: dict[str, Any], path: Path) -> Iterator[LabelledLine]:
    name = path.name.split(".")[0]
    if "role" in row:
        yield single_line(row, name)
    elif "html" in row and ("truth" in row or "type" in row) and row.get("type") != "article":
        yield from _of_page(row)


def _of_page(row: dict[str, Any]) -> Iterator[LabelledLine]:
    page = read_page(as_written(row["html"]))
    if not 0 < len(page.runs) <= MOST_RUNS:
        return
    told = row.get("truth", {})
    texts = [plain(run.text) for run in page.runs]
    truth = truth_of(row) if told else ""
    shares = shares_of_runs(texts, truth) if truth else _by_snippets(texts, told)
    if truth and not any(share >= BODY for share in shares):
        return
    guess = detect(sample_of(truth.split("\n") if truth else texts))
    language, title = guess.language if guess else None, bare(told.get("title") or "")
    site = domain_of(row) if row.get("url") else registrable_domain(row["site"])
    for text, share, block in zip(texts, shares, to_blocks(page), strict=True):
        if not any(map(str.isalnum, text)) or len(text) > LONGEST or OUTSIDE < share < BODY or bare(text) == title:
            continue
        body = share >= BODY
        scores = score_kinds(read_signals(Block(text), language))
        kind = "" if body else _kind(block, scores)
        if truth or body or kind:
            weight = LIKE_BOILERPLATE if scores else 1.0
            yield LabelledLine(text, body, kind, language, site, "pages", weight if body else WEIGHTS.get(kind, 1.0))


def _by_snippets(texts: list[str], told: Mapping[str, Any]) -> list[float]:
    """Return shares where only snippets are known: nothing between the first and the last of them is judged."""
    wanted = [" ".join(snippet.split()) for snippet in told.get("with", ())]
    body = [i for i, text in enumerate(texts) if any(snippet in text for snippet in wanted)]
    low, high = (body[0], body[-1]) if body else (len(texts), -1)
    return [float(i in body) if i in body or not low <= i <= high else (OUTSIDE + BODY) / 2 for i in range(len(texts))]


def _kind(block: Block, scores: Mapping[Any, float]) -> str:
    """Name the kind of a block outside the article, by its words or else by what markup calls it."""
    if scores and max(scores.values()) >= LINE_CUT:
        return str(max(scores, key=scores.__getitem__))
    if block.tag == "figcaption":
        return "caption"
    kind = next(iter(kinds_named(block.names[:NAMES])), "")
    return "author_bio" if kind == "byline" and len(block.text.split()) >= BIO_WORDS else kind


def _sampled(lines: list[LabelledLine]) -> Iterator[LabelledLine]:
    """Yield each distinct line once, and of a site no more than so many of a sort: a menu outvotes no appeal."""
    seen: set[tuple[bool, str]] = set()
    taken: Counter[tuple[str, ...]] = Counter()
    for line in lines:
        side = (line.site, "body" if line.body else "outside")
        sort = (*side, line.kind)
        most = A_SITE if line.body else OF_A_KIND if line.kind else OF_NO_KIND
        full = taken[side] >= A_SITE or taken[sort] >= most
        said = (line.body, _NUMBER.sub("0", line.text.lower()))
        if line.source == "pages" and (said in seen or (full and not (line.body and line.weight > 1))):
            continue
        seen.add(said)
        taken.update((side, sort))
        yield line
