"""What Elasticsearch keeps of an article: what was cut packed by columns, odd words once more, folded, and figures."""

import itertools

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters.elasticsearch_index.documents import DocumentLayout, article_in, count_words, document
from copydesk.adapters.elasticsearch_index.packed import pack_removed, unpack_removed
from copydesk.adapters.elasticsearch_index.refolded import PHRASE, overlapping, refolded
from copydesk.errors import CorruptStorage
from copydesk.events import Image, Removed
from copydesk.search.words import words
from tests.contracts.index_samples import appeal, article

PIECES = st.lists(
    st.builds(
        Removed,
        text=st.text(max_size=20),
        kind=st.sampled_from(["caption", "byline", "other"]),
        why=st.sampled_from(["It is a caption", "It names the author"]),
        position=st.integers(0, 500),
        confidence=st.floats(0, 1),
        evidence=st.sampled_from(["", "search"]),
    ),
    max_size=12,
)


@given(PIECES)
def test_what_was_cut_comes_back_from_its_columns(pieces: list[Removed]) -> None:
    found = article_in({"_source": orjson.loads(document(article(removed=tuple(pieces)), None, DocumentLayout()))})
    assert list(found.removed) == pieces


def test_sentences_that_come_again_stand_once() -> None:
    pieces = [
        Removed(text=f"{at}", kind="other", why="a sentence " * 9, position=at, confidence=1.0) for at in range(50)
    ]
    assert len(orjson.dumps(pack_removed(pieces))) < len(orjson.dumps(unpack_removed(pack_removed(pieces)))) / 6


def test_a_document_says_what_counts_and_holds_nothing_twice_without_need() -> None:
    plain = article("Nothing odd is said here.", "Ευχαριστώ πολύ.", removed=(appeal("Give"),))
    found = orjson.loads(document(plain, 12, DocumentLayout()))
    assert found["folded"] == {"paragraphs": ["Ευχαριστω πολυ "]} or found["folded"]["paragraphs"]
    assert (found["kept_chars"], found["removed_chars"], found["removed_count"], found["words"]) == (40, 4, 1, 7)
    assert found["latency_ms"] == 12
    assert not {"stemmed", "captions", "credits"} & set(found)
    assert "folded" not in orjson.loads(document(article("Nothing odd is said here."), None, DocumentLayout()))
    seen = article("x", images=(Image(caption="Boats", credit="Ana"), Image()), language="en-GB")
    found = orjson.loads(document(seen, None, DocumentLayout(2, frozenset({"en"}))))
    assert (found["captions"], found["credits"], list(found["stemmed"])) == (["Boats"], ["Ana"], ["en"])


def test_words_are_counted_as_a_reader_does() -> None:
    assert count_words(["It wasn't so.", "", " x "]) == 4
    assert count_words(["港口 yes フェリー"]) == 7


@pytest.mark.parametrize("source", [{}, {"id": "x"}, {"removed": {"text": ["x"]}}, None])
def test_what_is_no_article_is_told(source: object) -> None:
    with pytest.raises(CorruptStorage, match="copydesk reindex"):
        article_in({"_id": "x", "_source": source})


def test_only_odd_words_and_their_neighbours_are_indexed_once_more() -> None:
    before, after = ("one two three four five six " * 9), (" seven eight nine ten eleven twelve" * 9)
    (part,) = refolded([f"{before}señora{after}"])
    assert "four five six senora seven eight nine" in " ".join(part.split())
    assert len(part) < 80
    assert refolded([before, after, "“Ferries,” he said – “are cheap.” (So: nothing; 3, 4.)", "Да, это так."]) == []
    for odd in ("wasn’t", "9:30", "3.5", "U.S.", "example.com", "a_b", "cafe\u0301", "フェリー", "ferry🙂"):
        assert len(refolded([f"{before}{odd}{after}"])) == 1, odd
    apart = refolded([f"{before}é{after}{before}é{after}"])
    assert len(apart) == 2


@given(st.lists(st.sampled_from(["ferry", "señora", "it's", "手机", "—", "harbour", "🙂", "a.b", "wide"]), max_size=40))
def test_a_short_phrase_stands_in_the_text_as_it_is_read_or_in_a_folded_part(items: list[str]) -> None:
    text = " ".join(items)
    parts = [words(part) for part in refolded([text])]
    read = words(text)
    plain = {"ferry", "harbour", "wide", "手", "机"}
    for start in range(len(read)):
        phrase = read[start : start + PHRASE]
        inside = any(phrase == part[at : at + len(phrase)] for part in parts for at in range(len(part)))
        assert inside or set(phrase) <= plain, (phrase, parts)


@given(st.lists(st.integers(), min_size=1, max_size=300).map(lambda found: [str(each) for each in found]))
def test_a_long_phrase_is_asked_for_in_phrases_that_overlap(phrase: list[str]) -> None:
    found = overlapping(phrase)
    assert found[0] == phrase[:PHRASE]
    assert found[-1] == phrase[-PHRASE:]
    assert len(found) <= 32
    assert all(len(part) == min(PHRASE, len(phrase)) for part in found)
    if len(phrase) < 60:
        covered = {pair for part in found for pair in itertools.pairwise(part)}
        assert covered >= set(itertools.pairwise(phrase))
