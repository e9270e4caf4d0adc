"""Read the names of people in what a feed says of its authors: `By Jane Roe and John Doe, Staff Writer`."""

import re
from collections.abc import Iterable

from copydesk.cleaning.lines.person_names import person_names
from copydesk.cleaning.normalise import bare
from copydesk.producers.feeds.formats.items import LONGEST_FEED_NAME
from copydesk.producers.web.plain_text import plain_text

# Tried once a word, and from its first @ on: from each letter and each @ a long word would take quadratic time.
_MAIL = re.compile(r"(?<!\S)\S[^\s@]*@\S+\.\w+")
_MOST = 50


def read_authors(stated: Iterable[object], feed_title: str) -> tuple[str, ...]:
    """Return the people that texts of a feed name, each once: no addresses, jobs, accounts of the program or outlets.

    What is no text names nobody. `feed_title` is the name of the outlet, which is not its author.
    """
    texts = (plain_text(_MAIL.sub(" ", text), LONGEST_FEED_NAME) for text in stated if isinstance(text, str))
    named = [text.strip(" ()<>,;") for text in texts]
    return person_names([name for name in named if name][:_MOST], frozenset({bare(feed_title)} - {""}), stated=True)
