"""robots.txt as RFC 9309 reads it, the examples of its authors' tests among these."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.producers.web.robots import ALLOWS_NOTHING, read_robots


def allowed(text: str, path: str, agent: str = "FooBot") -> bool:
    """Whether a robots.txt lets an agent fetch a path."""
    return read_robots(text.encode(), agent).allows(f"http://foo.bar{path}")


GROUPS = (
    "allow: /foo/bar/\n\nuser-agent: FooBot\ndisallow: /\nallow: /x/\nuser-agent: BarBot\ndisallow: /\nallow: /y/\n\n\n"
    "allow: /w/\nuser-agent: BazBot\n\nuser-agent: FooBot\nallow: /z/\ndisallow: /\n"
)


@pytest.mark.parametrize(
    ("agent", "path", "may"),
    [
        ("FooBot", "/x/b", True), ("FooBot", "/z/d", True), ("FooBot", "/y/c", False), ("BarBot", "/y/c", True),
        ("BarBot", "/w/a", True), ("BarBot", "/z/d", False), ("BazBot", "/z/d", True), ("FooBot", "/foo/bar/", False),
        ("BazBot", "/foo/bar/", False), ("QuxBot", "/y/c", True),
    ],
)  # fmt: skip
def test_groups_are_joined_and_rules_outside_them_do_not_count(agent: str, path: str, may: bool) -> None:
    assert allowed(GROUPS, path, agent) is may


@pytest.mark.parametrize(
    ("text", "path", "may"),
    [
        ("user-agent: FooBot\ndisallow: /\n", "/x/y", False),
        ("foo: FooBot\nbar: /\n", "/x/y", True),
        ("user-agent FooBot\ndisallow /\n", "/x/y", False),
        ("User-agent: BarBot\nSitemap: https://foo.bar/s\nUser-agent: *\nDisallow: /\n", "/", False),
        ("USER-AGENT: FOOBOT\nALLOW: /x/\nDISALLOW: /\n", "/x/y", True),
        ("uSeR-aGeNt: FoO BaR\ndIsAlLoW: /\n", "/x", True),
        ("User-Agent: FooBot/2.1\nDisallow: /\n", "/x", False),
        ("User-Agent: *\nDisallow: /\nUser-Agent: FooBot\nAllow: /\n", "/x", True),
        ("User-Agent: * baz\nDisallow: /\n", "/x", False),
        ("", "/x", True),
        ("user-agent: FooBot\ndisallow: /X/\n", "/x/y", True),
        ("user-agent: FooBot\ndisallow: \nallow: \n", "/x", True),
        ("user-agent: FooBot\ndisallow: /x/page.html\nallow: /x/\n", "/x/page.html", False),
        ("user-agent: FooBot\nallow: /x/page.html\ndisallow: /x/\n", "/x/page.html", True),
        ("user-agent: FooBot\nallow: /x/page.html\ndisallow: /x/\n", "/x/", False),
        ("user-agent: FooBot\ndisallow: /x\nallow: /x\n", "/x", True),
        ("user-agent: FooBot\ndisallow: /x\nallow: /x/\n", "/x/y", True),
        ("user-agent: FooBot\ndisallow: *.html\nallow: /page\n", "/page.html", False),
        ("user-agent: FooBot\nallow: /\ndisallow: /$\n", "/", False),
        ("user-agent: FooBot\nallow: /\ndisallow: /$\n", "/page", True),
        ("user-agent: FooBot\ndisallow: /\nallow: /foo/bar?qux=taz&baz=http://foo.bar?tar&par\n",
         "/foo/bar?qux=taz&baz=http://foo.bar?tar&par", True),
        ("user-agent: FooBot\ndisallow: /\nallow: /foo/bar/ツ\n", "/foo/bar/%E3%83%84", True),
        ("user-agent: FooBot\ndisallow: /\nallow: /foo/bar/%E3%83%84\n", "/foo/bar/ツ", True),
        ("user-agent: FooBot\ndisallow: /%7ejoe/\n", "/~joe/x", False),
        ("user-agent: FooBot\ndisallow: /a%3cd\n", "/a%3Cd.html", False),
        ("user-agent: FooBot\ndisallow: /foo/bar/*qux\n", "/foo/bar/x/qux", False),
        ("user-agent: FooBot\ndisallow: /foo/bar/*qux\n", "/foo/bar/qu", True),
        ("user-agent: FooBot\ndisallow: /a*b*c$\n", "/a-b-b-c-c", False),
        ("user-agent: FooBot\ndisallow: /a*b*c$\n", "/a-b-c-d", True),
        ("user-agent: FooBot\ndisallow: /ab*b$\n", "/ab", True),
        ("user-agent: FooBot\ndisallow: /*\n", "/x", False),
        ("user-agent: FooBot\nallow: /a/index.html\ndisallow: /\n", "/a/", True),
        ("user-agent: FooBot\nallow: /a/index.html\ndisallow: /\n", "/a/x", False),
        ("user-agent: FooBot # us\ndisallow: /x # not this\n", "/x", False),
        ("\ufeffuser-agent: FooBot\r\ndisallow: /\r\n", "/x", False),
        ("user-agent: FooBot\rdisallow: /x\r", "/x", False),
        ("user-agent: FooBot\ndisallow: /\n", "/robots.txt", True),
        ("user-agent: a\nuser-agent: FooBot\ncrawl-delay: 3\nuser-agent: b\ndisallow: /\n", "/x", False),
        ("\x00\xff<html>user-agent: *\ndisallow: /", "/x", True),
    ],
)  # fmt: skip
def test_rules_are_read_as_the_standard_says(text: str, path: str, may: bool) -> None:
    assert allowed(text, path) is may


def test_the_wished_gap_is_read_for_our_group() -> None:
    text = b"User-agent: *\nCrawl-delay: 10\n\nUser-agent: copydesk\nCrawl-delay: 2.5\nDisallow: /x\n"
    assert read_robots(text, "copydesk").crawl_delay == 2.5
    assert read_robots(text, "other").crawl_delay == 10
    assert read_robots(b"User-agent: *\nCrawl-delay: soon\n", "x").crawl_delay is None


def test_a_site_that_cannot_be_asked_allows_nothing() -> None:
    assert not ALLOWS_NOTHING.allows("http://foo.bar/")


def test_hostile_rules_take_linear_time() -> None:
    stars = "user-agent: *\n" + ("disallow: /" + "*a" * 900 + "b\n") * 200
    robots = read_robots(stars.encode(), "x")
    started = time.process_time()
    assert robots.allows("http://foo.bar/" + "a" * 8000)
    assert time.process_time() - started < 10.0
    started = time.process_time()
    read_robots(b"user-agent:" * 100_000, "x")
    read_robots((b" " * 5000 + b"x\n") * 200, "x")
    read_robots(b"disallow: " + b"#" * 500_000, "x")
    assert time.process_time() - started < 10.0


def slow_match(pattern: str, path: str) -> bool:
    """Globbing by trying everything, for short inputs."""
    if not pattern:
        return True
    if pattern == "$":
        return not path
    if pattern[0] == "*":
        return any(slow_match(pattern[1:], path[n:]) for n in range(len(path) + 1))
    return bool(path) and path[0] == pattern[0] and slow_match(pattern[1:], path[1:])


@settings(max_examples=300)
@given(st.text("ab*", max_size=7), st.booleans(), st.text("ab", max_size=8))
def test_globs_match_as_by_trying_everything(glob: str, anchored: bool, rest: str) -> None:
    pattern = "/" + glob + ("$" if anchored else "")
    robots = read_robots(f"user-agent: *\ndisallow: {pattern}\n".encode(), "x")
    assert robots.allows(f"http://foo.bar/{rest}") is not slow_match(pattern, f"/{rest}")


@settings(max_examples=100)
@given(st.binary(max_size=400))
def test_no_bytes_break_it(body: bytes) -> None:
    read_robots(body, "copydesk").allows("http://foo.bar/x")
