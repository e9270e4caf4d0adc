"""Long authors take linear time, in the library and here, and come out as ever."""

import inspect
import re

import pytest
from feedparser.mixin import _FeedParserMixin
from feedparser.util import FeedParserDict
from hypothesis import assume, given
from hypothesis import strategies as st

from copydesk.producers.feeds.formats import authors
from copydesk.producers.feeds.formats.feedparser_patches import ORIGINAL
from tests.feeds.test_formats import read, rss
from tests.support.growth import MOST, growth

PIECES = ("a", "a@", "@", "a@a.", "a@a", ".", "@.", " a@", "日", "я", "(a", "a.a@b.c ", "&lt;a&gt;", "a+", "[1.")
TEXTS = st.text(st.sampled_from("a1@.@. -_+[]()<>é\u3000"), max_size=16)


@pytest.mark.parametrize("piece", PIECES)
def test_a_long_author_takes_time_in_proportion(piece: str) -> None:
    def read_author(author: str) -> None:
        assert read(rss(f"<title>x</title><author>{author}</author>")).items[0].title == "x"

    assert growth(read_author, lambda size: piece * (size // len(piece))) < MOST


@given(TEXTS)
def test_addresses_are_left_out_of_authors_as_a_search_from_every_letter_would(text: str) -> None:
    assert authors._MAIL.sub(" ", text) == re.sub(r"\S+@\S+\.\w+", " ", text)


class _Context(_FeedParserMixin):  # type: ignore[misc]
    """A parser that is at an author."""

    def __init__(self, author: str) -> None:
        self.context = FeedParserDict({"author": author, "authors": [FeedParserDict()]})

    def _get_context(self) -> FeedParserDict:
        return self.context


@given(TEXTS | st.from_regex(r"\A[a-z(<]{0,3}[a-z.]{1,3}@[a-z.]{1,5}[)> a-z]{0,4}\Z"))
def test_the_patched_library_parts_an_author_as_before(author: str) -> None:
    assume(not re.search(r"\.[a-z]{5}", author))  # longer than the library thinks a domain can be
    patched, original = _Context(author), _Context(author)
    patched._sync_author_detail()
    ORIGINAL(original)
    assert patched.context == original.context


def test_the_library_still_has_the_method_that_is_patched() -> None:
    assert r"(([a-zA-Z0-9\_\-\.\+]+)@((\[[0-9]" in inspect.getsource(ORIGINAL), "is it linear now? Then unpatch it"
