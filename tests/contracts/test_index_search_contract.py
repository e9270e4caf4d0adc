"""What every index finds and marks: words of any language, phrases, prefixes, and any user text without an error."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.index_port import Index
from copydesk.search.query import HIGHLIGHT_END, HIGHLIGHT_START, Query, Term, parse
from tests.contracts.index_fixtures import Shelf
from tests.contracts.index_samples import ABSENT, DAY, NASTY, NOON, SENTENCES, appeal, article, unique

slow_engine = settings(max_examples=40)
MARKED = re.compile(f"{HIGHLIGHT_START}(.*?){HIGHLIGHT_END}")


def plain(fragment: str) -> str:
    """Return the fragment without marks, which must be in pairs."""
    bare = MARKED.sub(r"\1", fragment)
    assert HIGHLIGHT_START not in bare
    assert HIGHLIGHT_END not in bare
    return bare


@pytest.fixture(scope="module")
def languages(index: Index) -> Shelf:
    """Make a shelf with all sample sentences in the body of articles."""
    shelf = Shelf(index)
    shelf.put(
        *(shelf.article(text, id=f"{shelf.word}-{at}", language=code) for at, (code, text, _) in enumerate(SENTENCES))
    )
    return shelf


@pytest.mark.parametrize(
    ("at", "query"),
    [
        pytest.param(at, query, id=f"{code}-{query}")
        for at, (code, _, queries) in enumerate(SENTENCES)
        for query in queries.split(" | ")
    ],
)
def test_words_of_a_sentence_find_it(languages: Shelf, at: int, query: str) -> None:
    results = languages.search(query, limit=1000)
    hit = next((hit for hit in results.hits if hit.article.id == f"{languages.word}-{at}"), None)
    assert hit is not None
    assert all(plain(fragment) in {SENTENCES[at][1], languages.word} for fragment in hit.highlights)
    assert any(plain(fragment) == SENTENCES[at][1] != fragment for fragment in hit.highlights)


@pytest.mark.parametrize(("code", "query"), ABSENT)
def test_characters_in_another_order_are_not_the_word(languages: Shelf, code: str, query: str) -> None:
    assert languages.ids(query, language=code) == []


def test_titles_are_found_in_any_language(shelf: Shelf) -> None:
    articles = [shelf.article(title=text, language=code) for code, text, _ in SENTENCES]
    shelf.put(*articles)
    for each, (_, _, queries) in zip(articles, SENTENCES, strict=True):
        for query in queries.split(" | "):
            assert each.id in shelf.ids(query), query


def test_all_words_are_required_in_title_and_body_together(shelf: Shelf) -> None:
    both, split, one = (
        shelf.article("Amber and Basalt."),
        shelf.article("Only basalt.", title="Amber"),
        shelf.article("Only amber."),
    )
    shelf.put(both, split, one)
    assert set(shelf.ids("amber basalt")) == {both.id, split.id}
    assert set(shelf.ids("amber AND basalt")) == {both.id, split.id}


def test_a_phrase_is_words_in_a_row(shelf: Shelf) -> None:
    row, turned, apart, across = (
        shelf.article("the copper kettle whistles"),
        shelf.article("kettle of copper, copper-free kettle"),
        shelf.article("copper or brass kettle"),
        shelf.article("it was copper", "kettle was the next word"),
    )
    shelf.put(row, turned, apart, across)
    assert shelf.ids('"copper kettle"') == [row.id]
    assert set(shelf.ids("copper kettle")) == {row.id, turned.id, apart.id, across.id}


def test_a_long_phrase_may_go_over_words_of_every_kind(shelf: Shelf) -> None:
    text = (
        "At 9:30 la señora Ibáñez said “it’s over” and the harbour of Peñarrubia, plain as it was, was closed for good."
    )
    one = shelf.article(text)
    shelf.put(one, shelf.article("for good closed was the plain harbour of penarrubia"))
    spoken = text.split()
    for start in range(len(spoken)):
        for end in range(start + 1, len(spoken) + 1):
            phrase = " ".join(spoken[start:end]).replace("“", "").replace("”", "")
            assert one.id in shelf.ids(f'"{phrase}"'), phrase
    for absent in ("plain as it was closed for good", "the harbour of plain", "said its over and the harbour"):
        assert shelf.ids(f'"{absent}"') == [], absent
    assert shelf.ids('"senora ibanez said it s over and the harb*"') == [one.id]


def test_hits_are_without_what_was_cut_unless_it_is_asked_for(shelf: Shelf) -> None:
    one = shelf.article(removed=(appeal("Give now"), appeal("")), removed_kinds=("donation_appeal",))
    shelf.put(one)
    (hit,) = shelf.search().hits
    assert (hit.article.removed, hit.article.removed_kinds) == ((), one.removed_kinds)
    (hit,) = shelf.search(removed=True).hits
    assert hit.article.removed == one.removed
    found = shelf.index.get(one.id)
    assert found is not None
    assert found.removed == one.removed
    assert [each.removed for each in shelf.index.scan(shelf.query())] == [one.removed]


def test_words_with_signs_in_them_are_found_as_written(shelf: Shelf) -> None:
    one = shelf.article("At 9:30 the self-taught editor of example.com said it’s 1,250.50 € for R&D, o’clock.")
    shelf.put(one, shelf.article("self: taught nothing"))
    for query in (
        "9:30",
        "self-taught",
        "example.com",
        "it's",
        "it’s",
        "1,250.50",
        "R&D",
        "o'clock",
        '"(self) taught"',
    ):
        assert one.id in shelf.ids(query), query


def test_a_prefix_finds_words_that_go_on(shelf: Shelf) -> None:
    stem = unique()
    exact, longer, inside, other = (
        shelf.article(f"an {stem} here"),
        shelf.article(f"an {stem}xyz here"),
        shelf.article(f"an x{stem} here"),
        shelf.article(f"an {stem[:-1]} here"),
    )
    shelf.put(exact, longer, inside, other)
    assert set(shelf.ids(f"{stem}*")) == {exact.id, longer.id}
    assert set(shelf.ids(f"{stem[:-1]}*")) == {exact.id, longer.id, other.id}
    assert set(shelf.ids(f'"an {stem}*"')) == {exact.id, longer.id}
    assert set(shelf.ids(f"{stem.upper()}*")) == {exact.id, longer.id}
    assert shelf.ids(stem) == [exact.id]


def test_what_is_excluded_is_not_found(shelf: Shelf) -> None:
    quartz, both, phrase = shelf.article("quartz mine"), shelf.article("quartz granite"), shelf.article("granite mine")
    shelf.put(quartz, both, phrase)
    assert shelf.ids("quartz -granite") == [quartz.id]
    assert set(shelf.ids('-"granite mine"')) == {quartz.id, both.id}
    assert shelf.ids("-mine") == [both.id]
    assert set(shelf.ids("quartz - granite")) == {both.id}, "a minus by itself is nothing"
    excluded = shelf.index.search(Query(parse("-granite"), source=shelf.source))
    assert [hit.article.id for hit in excluded.hits] == [quartz.id]


def test_one_of_several_will_do(shelf: Shelf) -> None:
    opal, topaz, beryl = shelf.article("opal ring"), shelf.article("topaz ring"), shelf.article("beryl ring")
    shelf.put(opal, topaz, beryl)
    assert set(shelf.ids("opal OR topaz")) == {opal.id, topaz.id}
    assert set(shelf.ids('ring "opal ring" OR top* OR nothing -opal')) == {topaz.id}


def test_removed_text_is_never_searched(shelf: Shelf) -> None:
    word = unique()
    shelf.put(shelf.article(removed=(appeal(f"Please donate, {word}"),), removed_kinds=("donation_appeal",)))
    assert shelf.ids(word) == []
    assert shelf.index.search(Query(parse(word))).total == 0


def test_a_title_counts_for_more_than_a_body(shelf: Shelf) -> None:
    word, filler = unique(), "Of the rest of it there is nothing more to tell."
    body = [shelf.article(f"{filler} {word} {filler}", title="Another headline", seen_at=NOON + DAY) for _ in range(3)]
    title = shelf.article(f"{filler} Nothing {filler}", title=f"Another {word}", seen_at=NOON)
    shelf.put(*body, title, *(shelf.article(filler) for _ in range(6)))
    results = shelf.search(word)
    assert results.hits[0].article.id == title.id
    scores = [hit.score for hit in results.hits]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) > 0


def test_nothing_found_is_no_error(index: Index) -> None:
    results = index.search(Query(parse(unique())))
    assert (results.total, list(results.hits)) == (0, [])
    assert results.facets == {"source": {}, "language": {}, "day": {}}


def test_highlights_are_short_fragments_of_the_text_around_found_words(shelf: Shelf) -> None:
    filler = "Nothing of note was said in this part of the long meeting, and nobody minded. " * 12
    paragraphs = (filler, f"{filler}Then the Gazebo burned <b>down</b> & fell. {filler}", "A gazebo again.", filler)
    shelf.put(shelf.article(*paragraphs, title="No such word"))
    (hit,) = shelf.search("gazebo").hits
    fragments = [fragment for fragment in hit.highlights if shelf.word not in fragment]
    assert fragments
    for fragment in fragments:
        assert len(fragment) < 600
        assert any(plain(fragment) in paragraph for paragraph in paragraphs)
    assert {marked for fragment in fragments for marked in MARKED.findall(fragment)} == {"Gazebo", "gazebo"}
    (around,) = [fragment for fragment in fragments if "Gazebo" in fragment]
    assert f"the {HIGHLIGHT_START}Gazebo{HIGHLIGHT_END} burned <b>down</b> & fell." in around


def test_a_title_is_highlighted_when_only_it_has_the_word(index: Index) -> None:
    word = unique()
    shelf = Shelf(index)
    shelf.put(article("A body of other words.", title=f"All of {word.title()} in one title", source=shelf.source))
    (hit,) = index.search(Query(parse(word))).hits
    assert hit.highlights == (f"All of {HIGHLIGHT_START}{word.title()}{HIGHLIGHT_END} in one title",)


def test_highlights_leave_out_what_was_excluded(shelf: Shelf) -> None:
    shelf.put(shelf.article("first words of a text"))
    (hit,) = shelf.search("words -second").hits
    assert {marked for fragment in hit.highlights for marked in MARKED.findall(fragment)} == {"words", shelf.word}


@pytest.mark.parametrize("text", NASTY)
def test_texts_that_broke_other_parsers_are_safe(index: Index, text: str) -> None:
    results = index.search(Query(parse(text), limit=3))
    assert results.total >= len(results.hits)
    next(index.scan(Query(parse(text))), None)


@pytest.mark.parametrize("text", [text for text in NASTY if not re.search("[\ud800-\udfff]", text)])
def test_nasty_text_in_an_article_stays_as_it_is(shelf: Shelf, text: str) -> None:
    one = shelf.article(text, title=f"{text} {shelf.word}")
    shelf.put(one)
    (hit,) = shelf.search(limit=3).hits
    assert (hit.article.title, hit.article.paragraphs) == (one.title, one.paragraphs)


@slow_engine
@given(text=st.text(st.characters(codec=None), max_size=40) | st.text('a"*-() ORNEAR:^+\0\ud800手', max_size=40))
def test_any_text_is_a_safe_query(index: Index, text: str) -> None:
    results = index.search(Query(parse(text), limit=2))
    assert results.total >= len(results.hits)


SINGLE = st.tuples(st.text(max_size=12), st.booleans(), st.booleans()).map(lambda parts: Term(*parts))
CHOICE = st.lists(SINGLE, min_size=2, max_size=3).map(lambda found: found[0]._replace(alternatives=tuple(found[1:])))


@slow_engine
@given(terms=st.lists(SINGLE | CHOICE, max_size=4))
def test_any_terms_are_a_safe_query(index: Index, terms: list[Term]) -> None:
    index.search(Query(tuple(terms), limit=1))


HUGE = {
    "words": "w " * 50_000,
    "one": "word" * 25_000,
    "quotes": '"' * 100_000,
    "characters": "手机" * 50_000,
    "or": "a OR " * 20_000,
    "phrases": '"a b" ' * 16_000,
    "minus": "-x " * 33_000,
    "prefixes": "a* " * 33_000,
}


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE)
def test_a_query_of_100_kb_is_answered(index: Index, text: str) -> None:
    index.search(Query(parse(text), limit=1))


def test_many_different_words_are_one_query(shelf: Shelf) -> None:
    words = [unique() for _ in range(60)]
    one = shelf.article(" ".join(words))
    shelf.put(one, shelf.article(" ".join(words[:-1])))
    assert shelf.ids(" ".join(words)) == [one.id]
    assert len(shelf.ids(" OR ".join(words))) == 2
