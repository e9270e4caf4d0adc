"""What is stored of a source's memory is small, and cuts what the whole memory cuts."""

import random

import pytest

from copydesk.cleaning.recurring_counts import Memory, observe, recurring_texts, seen_texts, text_hash
from copydesk.cleaning.stored_memory import encode_memory
from copydesk.cleaning.thresholds.text import MOST_ENTRIES, STORED_BYTES, STORED_RECENT
from copydesk.consumers.source_memory import read_source_memory
from tests.cleaning.test_recurring import CLOSER, own


def site(articles: int, seed: int = 3) -> Memory:
    """A source with 12 texts that stand in 30 to 100 % of its articles, and long ones of each article's own."""
    chance = random.Random(seed)
    texts = [f"{CLOSER} {own(rank)[:90]}" if rank % 3 == 0 else f"Follow us on channel {own(rank)[40:60]}"
             for rank in range(12)]  # fmt: skip
    shares = [chance.uniform(0.35, 1) for _ in texts]
    memory = Memory()
    for number in range(articles):
        there = [text for text, share in zip(texts, shares, strict=True) if chance.random() < share]
        memory = observe(
            memory, f"{number:032x}", seen_texts([*there, *(own(1000 * number + place) * 2 for place in range(8))])
        )
    return memory


@pytest.mark.parametrize("articles", [1, 10, 60, 400])
def test_what_is_stored_is_small_and_cuts_the_same(articles: int) -> None:
    whole = site(articles)
    stored = encode_memory(whole)
    assert len(stored) <= STORED_BYTES
    found = read_source_memory(stored)
    assert recurring_texts(found).keys() == recurring_texts(whole).keys()
    assert found.articles == articles
    assert found.recent == whole.recent[-STORED_RECENT:]


def test_a_memory_that_is_full_of_texts_in_every_script_is_stored_in_as_little() -> None:
    whole = Memory()
    for number in range(300):
        texts = [chr(0x4E00 + (number * 9 + place) // 2) * 200 for place in range(9)]
        whole = observe(whole, f"{number:032x}", seen_texts(texts))
    assert len(whole.entries) > MOST_ENTRIES // 2
    assert len(encode_memory(whole)) <= STORED_BYTES


def test_a_text_that_was_stored_without_its_words_gets_them_back() -> None:
    text = own(7)
    stored = read_source_memory(encode_memory(observe(Memory(), "0" * 32, seen_texts([text]))))
    assert stored.entries[text_hash(text)].example == ""
    assert observe(stored, "1" * 32, seen_texts([text])).entries[text_hash(text)].example == text[:160]
