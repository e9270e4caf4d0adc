"""Any text is a query."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.search.query import MAX_TERM_LENGTH, MAX_TERMS, Term, parse

ANY_TEXT = st.text(st.characters(codec=None)) | st.text('ab"*-() ORNEAR:^+\0\ud800手“”')


def either(first: str, *others: str) -> Term:
    return Term(first, alternatives=tuple(map(Term, others)))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("two words", [Term("two"), Term("words")]),
        ('"a phrase" and more', [Term("a phrase"), Term("and"), Term("more")]),
        ("“smart” «quotes du texte»", [Term("smart"), Term("quotes du texte")]),
        ("pre* fix", [Term("pre", prefix=True), Term("fix")]),
        ('"a phr*" "b phr"*', [Term("a phr", prefix=True), Term("b phr", prefix=True)]),
        ("yes -no", [Term("yes"), Term("no", excluded=True)]),
        ('-"not this" -that*', [Term("not this", excluded=True), Term("that", True, excluded=True)]),
        ('a"b"-c', [Term("a"), Term("b"), Term("-c")]),
        ("--this", [Term("-this", excluded=True)]),
        ("self-made a - b", [Term("self-made"), Term("a"), Term("b")]),
        ("this OR that", [either("this", "that")]),
        ("a OR b OR c d", [either("a", "b", "c"), Term("d")]),
        ('"a b" OR c*', [Term("a b", alternatives=(Term("c", prefix=True),))]),
        ("a AND b and c", [Term("a"), Term("b"), Term("and"), Term("c")]),
        ("OR", [Term("OR")]),
        ("OR a", [Term("OR"), Term("a")]),
        ("a AND", [Term("a"), Term("AND")]),
        ("a OR OR b", [Term("a"), Term("OR"), Term("b")]),
        ("a OR -b", [Term("a"), Term("b", excluded=True)]),
        ("a or b", [Term("a"), Term("or"), Term("b")]),
        ('a "OR" b', [Term("a"), Term("OR"), Term("b")]),
        ('"never closed', [Term("never"), Term("closed")]),
        ('mid"dle of"it', [Term("mid"), Term("dle of"), Term("it")]),
        ("* ** \" - -- ' ! () 🙂 _", []),
        ('"" "*" "- -" -"" -*', []),
        ("NEAR(a b)", [Term("NEAR(a"), Term("b)")]),
        ("nul\0byte \ud800half \x1b[1m", [Term("nul"), Term("byte"), Term("half"), Term("[1m")]),
        ("a a a b a", [Term("a"), Term("b")]),
        ("a -a", [Term("a"), Term("a", excluded=True)]),
        ("手机 iPhone手机", [Term("手机"), Term("iPhone手机")]),
    ],
)  # fmt: skip
def test_what_a_text_asks_for(text: str, terms: list[Term]) -> None:
    assert list(parse(text)) == terms


@given(ANY_TEXT)
def test_any_text_gives_terms_that_keep_their_promises(text: str) -> None:
    terms = parse(text)
    assert len(terms) <= MAX_TERMS
    assert len(set(terms)) == len(terms)
    for term in terms:
        for each in (term, *term.alternatives):
            assert 0 < len(each.text) <= MAX_TERM_LENGTH
            assert any(character.isalnum() for character in each.text)
            assert '"' not in each.text
            each.text.encode()
        assert not (term.excluded and term.alternatives)
        assert not any(each.excluded or each.alternatives for each in term.alternatives)


@given(st.lists(st.from_regex(r"[a-zé手0-9]{1,9}", fullmatch=True), unique=True, max_size=MAX_TERMS))
def test_plain_words_are_all_required(words: list[str]) -> None:
    assert parse(" ".join(words)) == tuple(map(Term, words))


@given(st.lists(st.from_regex(r"[a-zé手0-9]{1,9}", fullmatch=True), min_size=1, max_size=20))
def test_quoted_words_are_one_phrase(words: list[str]) -> None:
    assert parse(f'"{" ".join(words)}"') == (Term(" ".join(words)),)


def test_a_term_too_long_is_a_prefix_and_left_out_when_excluded() -> None:
    long = "x" * (MAX_TERM_LENGTH + 1)
    assert parse(long) == (Term(long[:-1], prefix=True),)
    assert parse(f'"{long}" a -{long} b') == (Term(long[:-1], prefix=True), Term("a"), Term("b"))
    assert parse(long[:-1]) == (Term(long[:-1]),)


def test_terms_beyond_the_bound_are_left_out_never_half_a_choice() -> None:
    words = [f"w{number}" for number in range(MAX_TERMS + 9)]
    assert parse(" ".join(words)) == tuple(map(Term, words[:MAX_TERMS]))
    assert parse("first " + " OR ".join(words)) == (Term("first"),)
    assert len(parse(" OR ".join(words))[0].alternatives) == MAX_TERMS - 1


@pytest.mark.parametrize(
    "piece", ["a ", "a", '"', '"a" ', "-", '-"', "*", "a OR ", "手", "\ud800", "“", "a* -b ", " OR", '" -']
)
def test_200_kb_of_anything_are_read_in_linear_time(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    began = time.process_time()
    parse(text)
    parse(f"{text}x")
    assert time.process_time() - began < 20, "if the work grew with the square of the length, it would take minutes"
