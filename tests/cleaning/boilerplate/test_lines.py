"""Lines in fifteen languages, as sites word them and as stories do, by people who had not seen the word lists.

What fails here shows what words reach; a line must not be mended by putting its own words into the lists.
"""

import json
from collections import Counter, defaultdict

import pytest

from copydesk.cleaning.boilerplate.line_classifier import classify_paragraph
from copydesk.cleaning.records import Block
from tests.support.places import DATA, ROOT

LINES = [json.loads(line) for line in (DATA / "lines.jsonl").read_text(encoding="utf-8").splitlines()]
"""`language`, `text` and its `kind`, which is `body` for what must stay."""
LANGUAGES = sorted({line["language"] for line in LINES})


def judged(language: str) -> list[tuple[str, str | None]]:
    """The kind of each line and the one it is cut as, None for what stays."""
    return [
        (line["kind"], classify_paragraph(Block(line["text"]), language).kind)
        for line in LINES
        if line["language"] == language
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_furniture_is_cut_in_words_nobody_put_into_the_lists(language: str) -> None:
    furniture = [cut for kind, cut in judged(language) if kind != "body"]
    assert len(furniture) == 24
    assert sum(cut is not None for cut in furniture) >= 0.7 * len(furniture)


def test_what_is_cut_is_named_for_what_it_is() -> None:
    named: dict[str, Counter[bool]] = defaultdict(Counter)
    for language in LANGUAGES:
        for kind, cut in judged(language):
            if kind != "body" and cut is not None:
                named[kind][kind == cut] += 1
    right = sum(each[True] for each in named.values())
    assert right >= 0.9 * sum(each.total() for each in named.values())
    assert min(each[True] / each.total() for each in named.values()) >= 0.8


def test_lines_of_stories_about_such_matters_stay() -> None:
    stories = [cut for language in LANGUAGES for kind, cut in judged(language) if kind == "body"]
    assert len(stories) == 150
    assert sum(cut is not None for cut in stories) <= 0.02 * len(stories)


def test_no_line_here_is_one_that_the_models_were_trained_on() -> None:
    trained = {json.loads(line)["text"] for line in (ROOT / "scripts/lines.jsonl").read_text("utf-8").splitlines()}
    assert len(trained) > 100
    assert not trained & {line["text"] for line in LINES}
