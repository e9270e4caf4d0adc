"""The pages say what is there, in plain HTML in which nothing of an article is markup."""

import re
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest

from copydesk.events import DeadLetter, encode
from copydesk.log_port import Message
from copydesk.message_headers import headers
from copydesk.pipeline import DEAD, RAW
from copydesk.web.fetcher import Fetched
from tests.contracts.index_samples import NOON, article
from tests.server.conftest import FERRY, HOSTILE, WICKED, fill, letter
from tests.support.desk import ServedDesk, desk_on
from tests.support.places import SEEDS

PAGES = [
    "/?sort=newest", "/?q=ferry", "/?q=script", "/?q=owned&source=wicked.example", "/?q=zzzz", "/?q=...",
    "/?since=soon",
    f"/articles/{FERRY.id}", f"/articles/{FERRY.id}?cuts=true&pictures=true", f"/articles/{FERRY.id}/raw",
    f"/articles/{FERRY.id}?cuts=true", f"/articles/{WICKED.id}", f"/articles/{WICKED.id}?cuts=true",
    f"/articles/{WICKED.id}?cuts=true&pictures=true", "/pipeline/articles.raw", "/pipeline/articles.dead",
    "/try", "/try?sample=moscow", "/sources", "/sources/wicked.example",
    "/sources/courier.example", "/pipeline", "/dead",
    "/dead?stage=clean&class_name=refused", "/api",
]  # fmt: skip


class Markup(HTMLParser):
    """Collect the elements of a page and their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_script_style_or_address_of_others(desk: ServedDesk, path: str) -> None:
    found = Markup(desk.page(path))
    for tag, attributes in found.elements:
        assert not any(name.startswith("on") or name == "style" for name in attributes), (tag, attributes)
        assert tag != "style"
        assert tag != "script" or attributes == {"src": "/static/desk.js", "defer": None}
        assert tag not in {"iframe", "object", "embed", "base"}
        for name in ("href", "src", "action"):
            address = attributes.get(name)
            if address is None:
                continue
            assert address.startswith(("/", "#", "http://", "https://")), (tag, address)
            if tag == "a" and address.startswith("http"):
                assert attributes["rel"] == "noopener noreferrer nofollow"
            if tag in {"img", "link", "script"} and "pictures" not in path:
                assert address.startswith("/static/")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_a_title_a_heading_and_named_fields(desk: ServedDesk, path: str) -> None:
    found = Markup(desk.page(path))
    tags = [tag for tag, _ in found.elements]
    assert tags.count("h1") == tags.count("main") == 1
    assert "title" in tags[:6]
    labels = {attributes.get("for") for tag, attributes in found.elements if tag == "label"}
    for tag, attributes in found.elements:
        if tag in {"input", "select", "textarea"} and attributes.get("type") != "hidden":
            assert attributes.get("id") in labels or attributes.get("aria-label")


def test_an_empty_index_leads_to_try(own_desk: ServedDesk) -> None:
    answer = own_desk.client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (302, "/try")
    own_desk.index.upsert([article("now there is one")])
    assert "1 found" in own_desk.page("/")


def test_search_shows_what_was_found_and_the_whole_search_in_its_links(desk: ServedDesk) -> None:
    page = desk.page("/?q=ferry&source=courier.example")
    assert "<mark>ferry</mark>" in page
    assert f"/articles/{FERRY.id}" in page
    assert 'value="courier.example"' in page
    wide = desk.page("/?q=tide")
    assert re.search(r'href="/\?q=tide&amp;source=tides\.example"', wide)
    assert '<svg class="histogram"' in wide
    assert re.search(r'href="/\?q=tide&amp;since=2024-02-\d\d&amp;until=2024-02-\d\d"', wide)


def test_pages_of_results_lead_on(desk: ServedDesk) -> None:
    first = desk.page("/?q=tide")
    (following,) = re.findall(r'rel="next" data-next href="([^"]+)"', first)
    second = desk.page(following.replace("&amp;", "&"))
    ids = [set(re.findall(r'data-next href="/articles/(\w+)"', page)) for page in (first, second)]
    assert [len(each) for each in ids] == [20, 10]
    assert not ids[0] & ids[1]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/?q=zzzz", "fewer words"), ("/?q=zzzz&language=en", "without the filters"), ("/?q=...", "no word"),
        ("/?since=soon", "it must be a date"), ("/?cursor=x", "begin at the first page"),
    ],
)  # fmt: skip
def test_searches_that_find_nothing_say_what_to_do(desk: ServedDesk, path: str, said: str) -> None:
    assert said in desk.page(path)


def test_an_article_is_shown_with_its_cuts_in_their_places(desk: ServedDesk) -> None:
    plain = desk.page(f"/articles/{FERRY.id}")
    assert "Please support our ferry reporting." not in plain
    cuts = desk.page(f"/articles/{FERRY.id}?cuts=true")
    assert "Please support our ferry reporting." in cuts
    assert "donation appeal" in cuts
    assert "90 % sure" in cuts
    assert "it asks for money" in cuts


def test_pictures_are_loaded_when_the_reader_asks(desk: ServedDesk) -> None:
    assert "<img" not in desk.page(f"/articles/{FERRY.id}")
    answer = desk.client.get(f"/articles/{FERRY.id}?pictures=true")
    assert '<img src="https://courier.example/quay.jpg"' in answer.text
    assert "img-src 'self' https: http:" in answer.headers["content-security-policy"]
    assert "<img" not in desk.page(f"/articles/{WICKED.id}?pictures=true")


def test_what_came_in_is_shown_as_text(desk: ServedDesk) -> None:
    found = Markup(desk.page(f"/articles/{FERRY.id}/raw"))
    assert any("<p>as it came</p>" in text for text in found.texts)


def test_the_sample_is_the_seed_and_every_piece_of_it_is_shown(desk: ServedDesk) -> None:
    seed = (SEEDS / "moscow_times_atacms.txt").read_text(encoding="utf-8")
    assert files("copydesk.server").joinpath("samples", "moscow.txt").read_text(encoding="utf-8") == seed
    page = desk.page("/try?sample=moscow")
    shown = " ".join(" ".join(Markup(page.partition('id="result"')[2]).texts).split())
    for line in filter(None, map(str.strip, seed.splitlines())):
        assert " ".join(line.split()) in shown
    assert desk.client.get("/try?sample=none").status_code == 404


def key(desk: ServedDesk, path: str) -> str:
    (found, *_) = re.findall(r'name="key" value="([^"]+)"', desk.page(path))
    return str(found)


STORY = "The old mill\n\n" + "The water mill turned on Sunday, and the baker was there to see it.\n\n" * 3


def test_a_text_and_a_file_are_cleaned(desk: ServedDesk) -> None:
    form = {"key": key(desk, "/try")}
    pasted = desk.client.post("/try", data={**form, "document": f"{STORY}Share on Facebook\n"}, files={"file": b""})
    assert '<del dir="auto">Share on Facebook</del>' in pasted.text
    page = f"<html><title>The old mill</title><article><h1>The old mill</h1><p>{STORY}</p></article></html>"
    sent = desk.client.post("/try", data=form, files={"file": ("page.html", page.encode(), "text/html")})
    assert "paragraphs kept" in sent.text
    nothing = desk.client.post("/try", data=form)
    assert "paste a text" in nothing.text
    table = ("rows.csv", b"title,text\nMill,It turned.\n", "text/csv")
    rows = desk.client.post("/try", data=form, files={"file": table})
    assert "neither .txt nor .html" in rows.text
    refused = desk.client.post("/try", data={**form, "document": "hello"})
    assert "Not an article" in refused.text


def test_an_address_is_fetched_by_the_fetcher_that_was_given(tmp_path: Path) -> None:
    asked = []

    async def fetch(url: str) -> Fetched:
        asked.append(url)
        page = f"<html lang=en><title>T</title><article><h1>The old mill</h1><p>{STORY}</article>"
        return Fetched(url, 200, {"content-type": "text/html; charset=utf-8"}, page.encode())

    with desk_on(tmp_path, fetch_page=fetch) as served:
        form = {"key": key(served, "/try"), "address": "https://mill.example/a"}
        assert "The water mill" in served.client.post("/try", data=form).text
    assert asked == ["https://mill.example/a"]


def test_a_letter_is_shown_tried_and_replayed(own_desk: ServedDesk) -> None:
    fill(own_desk)
    page = own_desk.page("/dead?stage=clean&class_name=refused")
    (handle,) = set(re.findall(r'href="/dead/(\d+@\d+)"', page))
    assert "night ferry" in own_desk.page(f"/dead/{handle}")
    assert "takes it" in own_desk.page(f"/dead/{handle}?clean=true")
    before = len(list(own_desk.log.scan(RAW)))
    form = {"key": key(own_desk, "/dead"), "letter": handle}
    answer = own_desk.client.post("/dead/replay", data=form)
    assert answer.status_code == 303
    assert "1 published again" in own_desk.page(answer.headers["location"])
    assert len(list(own_desk.log.scan(RAW))) == before + 1
    form = {"key": form["key"], "stage": "clean", "class": "refused", "because": "seen"}
    aside = own_desk.client.post("/dead/discard", data=form)
    page = own_desk.page(aside.headers["location"])
    assert "1 discarded" in page
    assert "Nothing is stuck" in page


def test_an_error_is_a_page_for_people(desk: ServedDesk) -> None:
    answer = desk.client.get("/articles/ffffff", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert "the index has no article ffffff" in answer.text


def test_pages_stay_small(desk: ServedDesk) -> None:
    first = desk.client.get("/?sort=newest", headers={"accept-encoding": "identity"})
    assert len(first.content) < 60_000


def test_hostile_text_is_all_there_as_text(desk: ServedDesk) -> None:
    for path in (f"/articles/{WICKED.id}?cuts=true", "/dead?stage=clean&class_name=refused"):
        assert any(HOSTILE in text for text in Markup(desk.page(path)).texts)


def test_a_letter_is_tried_with_what_people_decided_for_its_source(own_desk: ServedDesk) -> None:
    fill(own_desk)
    (handle,) = set(re.findall(r'href="/dead/(\d+@\d+)"', own_desk.page("/dead?stage=clean&class_name=refused")))
    words = "The council has voted to keep the night ferry for the winter, its clerk said on Tuesday."
    assert f'<del dir="auto">{words}' not in own_desk.page(f"/dead/{handle}?clean=true")
    own_desk.client.post("/api/v1/sources/wicked.example/corrections", json={"text": words, "decision": "cut"})
    assert f'<del dir="auto">{words}' in own_desk.page(f"/dead/{handle}?clean=true")


def test_letters_of_files_show_their_whole_reason_and_no_replay_that_cannot_work(own_desk: ServedDesk) -> None:
    letters = [
        DeadLetter(
            stage="seeds", class_="refused", reason="The row has neither a `text` nor an `html`", attempts=1,
            failed_at=NOON, place=f"rows.jsonl:{n}",
        )
        for n in (1, 2)
    ]  # fmt: skip
    own_desk.log.publish(DEAD, [Message("local", encode(each), headers(DeadLetter)) for each in letters])
    page = own_desk.page("/dead")
    assert "neither a `text` nor an `html`" in page
    assert "Replay all" not in page
    assert "Mend the file" in page
    own_desk.log.publish(DEAD, [Message("a", encode(letter("one that was an event")), headers(DeadLetter))])
    assert "Replay all 1<" in own_desk.page("/dead")
    assert "2 cannot be published again" in own_desk.page("/dead?published=0&gone=2")
    assert "0 published again" not in own_desk.page("/dead?published=0&gone=2")
