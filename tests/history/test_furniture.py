"""Two fetches of a page that differ in what surrounds the story are no change of it."""

import random
from collections import Counter

from copydesk.api import clean
from copydesk.events import CleanArticle
from copydesk.history.compare import compare
from copydesk.history.follow import version_of
from tests.history.made_pairs import made_version

_PAGES = 300
_TEASERS = (
    "Ten walks along the coast", "What to cook this weekend", "Quiz: how well do you know the news?",
    "Pictures of the week", "The night the lights went out", "Readers' letters",
)  # fmt: skip


def page(story: random.Random, around: random.Random) -> str:
    """Return a page of a story, with teasers, dates, counts and advertisements as they are at one fetch."""
    version = made_version(story)
    body = "".join(f"<p>{text}</p>" for text in version.paragraphs)
    teasers = "".join(f'<li><a href="/t/{around.randrange(999)}">{t}</a></li>' for t in around.sample(_TEASERS, 4))
    shop = around.choice(("Shoes", "Phones", "Sofas"))
    return f"""<html><head><title>{version.title}</title></head><body>
    <header><nav><a href="/">Home</a> <a href="/sport">Sport</a>
    <span class="date">{around.randrange(1, 28)} May</span></nav></header>
    <main><article><h1>{version.title}</h1>{body}
    <div class="ad"><span>Advertisement</span> <a href="https://shop.example/{around.randrange(99)}">{shop} for less</a>
    </div></article>
    <aside class="related"><h2>Most read</h2><ul>{teasers}</ul></aside>
    <div class="comments-count"><a href="#c">{around.randrange(2, 900)} comments</a></div>
    <div class="share">Shared {around.randrange(2, 900)} times</div></main>
    <footer>Online now: {around.randrange(100, 9000)} readers</footer></body></html>"""


def test_300_pages_fetched_twice_do_not_differ() -> None:
    found: Counter[str] = Counter()
    for number in range(_PAGES):
        fetches = []
        for visit in range(2):
            html = page(random.Random(number), random.Random(number * 2 + visit + 10_000))
            article = clean(html, url=f"https://post.example/{number}")
            assert isinstance(article, CleanArticle), article
            fetches.append(version_of(article))
        found.update(change.class_ for change in compare(*fetches))
    assert not found
