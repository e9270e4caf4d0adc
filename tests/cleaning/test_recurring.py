"""The memory of a source: it learns what recurs, spares body text and reprints, forgets, and stays small."""

import string

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from copydesk.cleaning.records import Cleaned
from copydesk.cleaning.recurring import without_recurring
from copydesk.cleaning.recurring_counts import (
    Memory,
    count_in_window,
    observe,
    recurring_texts,
    seen_texts,
    text_hash,
    window,
)
from copydesk.cleaning.thresholds.text import BLOCK_ARTICLES, BODYLIKE_RULES, MOST_ENTRIES, RECENT_ARTICLES, SHORT_RULES
from copydesk.consumers.source_memory import read_source_memory

# Of the rules (distinct articles, share of them), those that ask for the fewest articles.
FEW_SHORT, FEW_BODYLIKE = min(SHORT_RULES)[0], min(BODYLIKE_RULES)[0]
CLOSER = "The Harbour Courier has been printed on Mill Lane since 1911 and belongs to the people who read it every day."
WIRE = "The ministers agreed late on Tuesday that the new bridge would open to lorries before the end of the summer."


def memory_of(articles: list[list[str]], start: int = 0) -> Memory:
    memory = Memory()
    for number, texts in enumerate(articles, start):
        memory = observe(memory, f"{number:032x}", seen_texts(texts))
    return memory


def own(number: int) -> str:
    word = "".join(string.ascii_lowercase[int(digit)] for digit in str(number))
    return f"A paragraph of its own about the matter of {word}, which no other article has, and which is long enough."


def test_a_short_text_that_recurs_becomes_furniture_and_a_body_like_one_needs_more() -> None:
    for count in range(1, FEW_BODYLIKE + 2):
        found = recurring_texts(memory_of([[own(n), "Follow the tide tables", CLOSER] for n in range(count)]))
        assert (text_hash("Follow the tide tables") in found) == (count >= FEW_SHORT)
        assert (text_hash(CLOSER) in found) == (count >= FEW_BODYLIKE)
        assert not any(text_hash(own(n)) in found for n in range(count))


def test_what_stands_in_some_articles_only_needs_more_of_them() -> None:
    for rules, text in ((SHORT_RULES, "Follow the tide tables"), (BODYLIKE_RULES, CLOSER)):
        needed, share = max(rules)
        every = int(0.9 / share)  # less than half of the articles, and more than the share
        memory = memory_of([[own(n), *([text] if n % every == 0 else [])] for n in range(every * (needed - 1))])
        assert text_hash(text) not in recurring_texts(memory)
        memory = observe(memory, "f" * 32, seen_texts([text]))
        assert text_hash(text) in recurring_texts(memory)


def test_a_wire_paragraph_that_a_few_articles_share_is_never_furniture() -> None:
    articles = [[own(n), WIRE] if n in {3, 4, 9, 17} else [own(n)] for n in range(60)]
    assert text_hash(WIRE) not in recurring_texts(memory_of(articles))


def test_the_same_article_again_teaches_nothing() -> None:
    memory = Memory()
    for _ in range(50):
        memory = observe(memory, "a" * 32, seen_texts([CLOSER, "Share"]))
    assert memory.articles == 1
    assert recurring_texts(memory) == {}


def test_what_stops_appearing_is_forgotten() -> None:
    memory = memory_of([[own(n), "Tickets for the spring fair"] for n in range(20)])
    assert text_hash("Tickets for the spring fair") in recurring_texts(memory)
    for number in range(1000, 1000 + RECENT_ARTICLES + 1):
        memory = observe(memory, f"{number:032x}", seen_texts([own(number)]))
    assert text_hash("Tickets for the spring fair") not in memory.entries


def test_the_reason_counts_articles_that_stand_in_the_window_whatever_came_before() -> None:
    assert 2 * BLOCK_ARTICLES == RECENT_ARTICLES
    memory, seen = Memory(), list[bool]()
    for number in range(1100):
        seen.append(number % 3 != 0 if number < 800 else number % 4 == 0)
        memory = observe(
            memory, f"{number:032x}", seen_texts([own(number), *(["Follow the tide tables"] if seen[-1] else [])])
        )
        counted = window(memory.articles)
        assert min(number + 1, BLOCK_ARTICLES) <= counted <= RECENT_ARTICLES
        entry = memory.entries.get(text_hash("Follow the tide tables"))
        assert (count_in_window(entry, memory.articles) if entry else 0) == sum(seen[-counted:])
    why = recurring_texts(memory)[text_hash("Follow the tide tables")]
    assert why == f"Stands in {sum(seen[-counted:])} of the last {counted} articles of this source"


def test_a_memory_stored_before_counts_had_a_window_is_read() -> None:
    stored = msgspec.json.encode({"articles": 1048, "recent": [], "entries": {"a" * 16: ["Share", 1048, 1048, False]}})
    memory = read_source_memory(stored)
    assert recurring_texts(memory) == {"a" * 16: "Stands in 298 of the last 298 articles of this source"}


@given(st.lists(st.lists(st.text(min_size=1, max_size=12), max_size=60), max_size=60))
def test_a_memory_stays_small_whatever_comes(articles: list[list[str]]) -> None:
    memory = memory_of(articles)
    assert len(memory.entries) <= MOST_ENTRIES + 60
    assert len(memory.recent) <= RECENT_ARTICLES
    assert all(len(entry.example) <= 160 for entry in memory.entries.values())


def test_the_recurring_survives_a_flood_of_what_comes_once() -> None:
    memory = memory_of([[f"once {own(n * 40 + k)}" for k in range(40)] + ["Share this story"] for n in range(60)])
    assert text_hash("Share this story") in recurring_texts(memory)


def test_furniture_is_cut_with_its_reason_at_its_place_and_body_text_only_from_the_edges() -> None:
    found = Cleaned(
        title="T", paragraphs=(own(1), CLOSER, own(2), own(3), CLOSER), removed=(), confidence=0.9, title_position=0
    )
    cut = without_recurring(found, {text_hash(CLOSER): "Stands in 12 of the last 20 articles of this source"})
    assert cut.paragraphs == (own(1), CLOSER, own(2), own(3))
    [piece] = cut.removed
    assert (piece.text, piece.position) == (CLOSER, 5)
    assert "12 of the last 20" in piece.why


def test_a_memory_that_would_empty_an_article_is_not_believed() -> None:
    found = Cleaned(title="T", paragraphs=(CLOSER, WIRE, own(1)), removed=(), confidence=0.9)
    assert without_recurring(found, {text_hash(CLOSER): "why", text_hash(WIRE): "why"}) == found
