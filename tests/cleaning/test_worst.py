"""The worst documents are cleaned or refused within bounds: CPU seconds and memory in a process of its own."""

import pytest

from bench.worst import HTML, SECONDS, TEXT, measure

# A busy machine, a slow one, and one that counts what its neighbour on the core takes.
PATIENCE = 5
ADDRESS_SPACE = 2_048
GROUPS = (
    ("40,000 tiny paragraphs", "5,000 deep div", "20 MB of script", "one line of 5 MB", "a table of 200,000 cells"),
    ("100,000 attributes of one tag", "100,000 unclosed b", "100,000 unclosed div", "100,000 unclosed li", "5 MB of <"),
    ("500,000 entities", "entities that name entities", "20 MB of comment", "a heading of 5 MB", "one word of 5 MB"),
    ("20,000 scraped lines", "one scraped line of 5 MB", "5 MB of blank lines", "200,000 scraped lines"),
)


@pytest.mark.parametrize("names", GROUPS, ids=lambda names: names[0])
def test_no_document_takes_time_or_memory_by_surprise(names: tuple[str, ...]) -> None:
    for name, cost in zip(names, measure(*names, memory=ADDRESS_SPACE), strict=True):
        assert cost.seconds < PATIENCE * SECONDS, (name, cost)


def test_what_is_within_the_limits_is_cleaned() -> None:
    names = ("40,000 tiny paragraphs", "40,000 links", "100,000 end tags", "22,000 sections", "20,000 scraped lines")
    for name, cost in zip(names, measure(*names), strict=True):
        assert "kept" in cost.result, (name, cost)


def test_what_is_refused_says_why() -> None:
    for cost in measure("200,000 deep div", "a table of 200,000 cells", "40,000 sections", "40,000 scraped lines"):
        assert cost.result.startswith("refused: "), cost
        assert any(word in cost.result for word in ("deep", "large")), cost


def test_every_case_is_named_once() -> None:
    assert not HTML.keys() & TEXT.keys()
    assert {name for names in GROUPS for name in names} <= HTML.keys() | TEXT.keys()
