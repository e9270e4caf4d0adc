"""Feeds and pages on a real Kafka: state, delay topics and the right to poll work as on the embedded log."""

import asyncio
import threading
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from copydesk.adapters.http_fetcher.fetcher import HttpFetcher
from copydesk.adapters.kafka_log.log import KafkaLog, Timeouts
from copydesk.adapters.kafka_log.topics import TopicPlan
from copydesk.app.feed_run import FeedRun
from copydesk.events import RawArticle, decode
from copydesk.pipeline import FEEDS_STATE, LINKS, PAGES_STATE, RAW, TOPICS
from copydesk.producers.feeds.lease import Lease
from copydesk.producers.feeds.state import feed_key, read_head
from copydesk.producers.pages.revisions import read_source_revisions
from tests.support.stack.kafka import delete_topics
from tests.support.web.server import Answer, Asked
from tests.support.web.thread import web_in_a_thread

pytestmark = pytest.mark.stack


@pytest.fixture
def log(kafka_url: str) -> Iterator[KafkaLog]:
    """A log of its own on the broker."""
    prefix = f"feeds-{uuid.uuid4().hex}."
    log = KafkaLog(kafka_url, prefix=prefix, plan=TopicPlan(4), timeouts=Timeouts(session=6.0, max_poll_interval=6.0))
    log.setup(TOPICS)
    try:
        yield log
    finally:
        log.close()
        delete_topics(kafka_url, prefix)


def outlet(asked: Asked) -> Answer:
    """A feed of three items and their pages."""
    if asked.path == "/feed":
        base = f"http://{asked.headers['host']}"
        items = "".join(f"<item><title>News {n}</title><link>{base}/{n}</link></item>" for n in range(3))
        return Answer(body=f'<rss version="2.0"><channel>{items}</channel></rss>'.encode(), headers={"ETag": '"1"'})
    if asked.path.strip("/").isdigit():
        return Answer(body=b"<html><p>Words</p></html>", headers={"Content-Type": "text/html"})
    return Answer(404)


def test_a_feed_is_polled_and_its_pages_are_fetched_once(log: KafkaLog, tmp_path: Path) -> None:
    with web_in_a_thread() as web:
        web.hosts["127.0.0.1"] = outlet
        url = f"http://127.0.0.1:{web.port}/feed"
        files = [tmp_path / "feeds.toml"]
        files[0].write_text(f'[[source]]\nname = "Post"\nfeed = "{url}"\n')
        fetcher = partial(HttpFetcher, allow_private=True)
        for now in (False, True):
            FeedRun(log, fetcher(), fetcher(), files, now=now).produce(threading.Event(), lambda: True)
        asked = [each.path for each in web.asked]
    articles = [decode(RawArticle, record.value or b"") for record in log.scan(RAW)]
    assert sorted(article.hints.title or "" for article in articles) == ["News 0", "News 1", "News 2"]
    assert len(list(log.scan(LINKS))) == 3
    assert asked.count("/feed") == 2
    table = log.table(FEEDS_STATE)
    head = read_head(table.get(feed_key(url)))
    assert head is not None
    assert (head.etag, head.published, head.items) == ('"1"', 3, 3)
    assert read_source_revisions(log.table(PAGES_STATE).get("127.0.0.1")).last == max(
        article.revision for article in articles
    )


def test_one_of_two_pollers_has_the_right_to_poll_and_the_other_gets_it_after(log: KafkaLog) -> None:
    async def run() -> None:
        first, second = Lease(log), Lease(log)
        assert await first.acquire(120.0)
        for _ in range(600):
            held = [await lease.held(0.1) for lease in (first, second)]
            members = [lease._reader.assigned() for lease in (first, second) if lease._reader]
            if all(members) and len(members) == 2 and sum(held) == 1:
                break
        assert sum(held) == 1
        holder, other = (first, second) if held[0] else (second, first)
        holder.close()
        assert await other.acquire(120.0)
        other.close()

    asyncio.run(run())
