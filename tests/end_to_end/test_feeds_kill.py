"""SIGKILL at twenty moments: nothing is lost, nothing is doubled, and no feed is asked more often for it."""

import contextlib
import random
import subprocess
import sys
from pathlib import Path

import pytest

from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.events import RawArticle, decode
from copydesk.identity import article_id
from copydesk.pipeline import RAW
from tests.support.places import ROOT
from tests.support.web.fast import FEEDS, ITEMS
from tests.support.web.outlet import too_close
from tests.support.web.server import Answer, Asked, Web
from tests.support.web.thread import web_in_a_thread

KILLS, RATE = 20, 20.0


def feed(asked: Asked) -> Answer:
    """A feed whose items link to pages of its own host, and those pages."""
    if asked.path == "/robots.txt":
        return Answer(404)
    if asked.path != "/feed":
        return Answer(body=f"<html><p>{asked.path}</p></html>".encode(), headers={"Content-Type": "text/html"})
    items = "".join(
        f"<item><guid>{asked.host}-{n}</guid><title>T{n}</title><link>http://www.{asked.host}/{n}</link>"
        f"<description>Words of {n}</description></item>"
        for n in range(ITEMS)
    )
    body = f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()
    return Answer(304) if asked.headers.get("if-none-match") == '"1"' else Answer(body=body, headers={"ETag": '"1"'})


def start(data: Path, web: Web) -> "subprocess.Popen[str]":
    """A process at work."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.web.fast", str(data), str(web.port), str(RATE)],
        stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.timeout(600)
def test_twenty_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    dice = random.Random(11)
    with web_in_a_thread() as web:
        for number in range(FEEDS):
            web.hosts[f"f{number}.example"] = web.hosts[f"www.f{number}.example"] = feed
        for _ in range(KILLS):
            process = start(tmp_path, web)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(dice.choice((0.02, 0.1, 0.3, 0.6)) * dice.random() * 2)
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()
        process = start(tmp_path, web)
        assert process.stdout is not None
        assert process.stdout.readline() == "done\n"
        process.kill()
        process.wait()
        process.stdout.close()
        asked = {host: [a.at for a in web.asked_of(host)] for host in web.hosts if not host.startswith("www.")}
    log = SqliteLog(tmp_path / "log.sqlite3", partitions=4)
    articles = [decode(RawArticle, record.value or b"") for record in log.scan(RAW)]
    log.close()
    expected = {article_id(url=f"http://www.f{f}.example/{n}") for f in range(FEEDS) for n in range(ITEMS)}
    assert {article.id for article in articles} == expected
    texts = {(article.id, article.revision): article.content for article in articles}
    assert len(texts) == len(expected), "what a kill makes be fetched or sent twice is the same revision again"
    assert all(texts[article.id, article.revision] == article.content for article in articles)
    minute = 60 / RATE
    for times in asked.values():
        # Much less than the minute it is asked to wait: the server may note a request late.
        assert too_close(times, minute / 6) == [], "a feed was asked again at once"


def test_the_helper_ends_by_itself(tmp_path: Path) -> None:
    with web_in_a_thread() as web:
        for number in range(FEEDS):
            web.hosts[f"f{number}.example"] = web.hosts[f"www.f{number}.example"] = feed
        process = start(tmp_path, web)
        out, _ = process.communicate(timeout=250)
        assert out == "done\n"
        assert process.returncode == 0
        pages = {asked.path for asked in web.asked_of("www.f0.example")}
        assert pages == {"/robots.txt", *(f"/{number}" for number in range(ITEMS))}
