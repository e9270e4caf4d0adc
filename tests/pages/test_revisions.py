"""Pages fetched again: which revision they get, and when they are not fetched at all."""

from copydesk.identity import article_id
from copydesk.log_port import Message
from copydesk.partition_keys import raw_key
from copydesk.pipeline import PAGES_STATE
from copydesk.producers.pages.revisions import Revisions, SourceRevisions, read_source_revisions
from tests.support.fakes import MemoryLog
from tests.support.web.desk import Desk, on_a_desk
from tests.support.web.press import Press, at_a_press, link, page, publish, site

DAY = 86_400.0


def test_a_page_found_twice_is_fetched_once_and_an_edit_again() -> None:
    async def work(desk: Desk, press: Press) -> None:
        site(desk, "post.example", a=lambda asked: page(f"As of {asked.at}"))
        found = desk.loop.wall()
        publish(desk, link("http://post.example/a", found))
        await press.run(20)
        publish(desk, link("http://post.example/a?utm_source=other", found))
        await press.run(20)
        assert press.pages.counts["repeated"] == 1
        publish(desk, link("http://post.example/a", desk.loop.wall()))
        await press.run(20)
        first, second = desk.articles
        assert (first.id, first.revision < second.revision) == (second.id, True)

    at_a_press(work)


def test_a_page_that_is_as_it_was_keeps_its_revision() -> None:
    async def work(desk: Desk) -> None:
        titles = {"/a": "One", "/b": "Other"}
        site(desk, "post.example", a=lambda _asked: page(titles["/a"]), b=lambda _asked: page(titles["/b"]))

        async def fetch(path: str, hint: str) -> int:
            press = Press(desk)  # each time a process of its own
            publish(desk, link(f"http://post.example{path}", desk.loop.wall(), hint))
            await press.run(30)
            await press.close()
            return desk.articles[-1].revision

        first = await fetch("/a", "hint")
        assert await fetch("/b", "hint") > first
        assert await fetch("/a", "hint") == first
        assert (newer := await fetch("/a", "another hint")) > first
        titles["/a"] = "Two"
        assert (newest := await fetch("/a", "another hint")) > newer
        titles["/a"] = "One"
        assert await fetch("/a", "another hint") > newest, "going back is an edit too"

    on_a_desk(work)


def test_revisions_grow_though_the_clock_goes_back_and_the_process_starts_anew() -> None:
    async def work(desk: Desk) -> None:
        site(desk, "post.example", a=lambda asked: page(f"As of {asked.at}"))
        for jump in (0.0, -DAY, -2 * DAY):
            desk.loop.jump = jump
            press = Press(desk)
            publish(desk, link("http://post.example/a", desk.loop.wall()))
            await press.run(30)
            await press.close()
        revisions = [article.revision for article in desk.articles]
        assert revisions[1:] == [revisions[0] + 1, revisions[0] + 2]
        assert read_source_revisions(desk.log.table(PAGES_STATE).get("post.example")).last == revisions[-1]

    on_a_desk(work)


def test_what_an_earlier_version_wrote_of_revisions_is_understood() -> None:
    async def work(desk: Desk, press: Press) -> None:
        later = int(desk.loop.wall() * 1000) + 10**9
        desk.log.publish(PAGES_STATE, [Message("post.example", str(later).encode(), {})])
        site(desk, "post.example")
        publish(desk, link("http://post.example/a", desk.loop.wall()))
        await press.run(30)
        assert desk.articles[0].revision == later + 1

    at_a_press(work)
    assert [read_source_revisions(value).last for value in (None, b"", b"nonsense", b"12")] == [0, 0, 0, 12]


def test_a_link_knows_the_article_it_is_a_version_of() -> None:
    async def work(desk: Desk, press: Press) -> None:
        site(desk, "post.example")
        publish(desk, link("http://post.example/new-slug", desk.loop.wall(), known_as="ab" * 16))
        await press.run(30)
        assert desk.articles[0].id == "ab" * 16

    at_a_press(work)


def test_a_page_that_its_hot_source_has_forgotten_moves_once_and_its_revisions_grow_all_the_same() -> None:
    revisions, source, page_id = Revisions(MemoryLog()), "agency.example", article_id(url="http://agency.example/old")
    revisions.learn(source, SourceRevisions())

    def fetched(article: str, digest: str, hot: bool) -> tuple[str, int]:
        given = revisions.next(source, article, digest, 1_000, hot)
        return raw_key(source, article, given.spread), given.revision

    def others(turn: str, hot: bool) -> None:
        for number in range(80):
            fetched(f"{turn}{number:030x}", "text", hot)

    seen = [fetched(page_id, "first", hot=False), fetched(page_id, "second", hot=True)]
    assert seen[0][0] == seen[1][0] == source, "what is remembered stays where it is"
    others("aa", hot=True)
    for turn in ("bb", "cc", "dd"):  # a source that is hot is so for ever
        seen.append(fetched(page_id, turn, hot=True))
        others(turn, hot=True)
    assert [key for key, _ in seen] == [source] * 2 + [raw_key(source, page_id, spread=True)] * 3
    numbers = [revision for _, revision in seen]
    assert numbers == sorted(set(numbers)), "so whatever partition is read first, the index ends with the latest"
