"""The canonical address of a page is found in its head, cheaply, and only where it is markup."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.web.canonical import HEAD_LIMIT, canonical_url

URL = "https://www.courier.example/2025/harbour?utm_source=mail"
WANTED = "https://www.courier.example/2025/harbour"


@pytest.mark.parametrize(
    "link",
    [
        f'<link rel="canonical" href="{WANTED}">',
        f"<link href='{WANTED}' rel='canonical' />",
        f"<LINK REL=Canonical HREF={WANTED}>",
        f'<link data-x="a > b" rel="alternate canonical"\n href = "{WANTED}"/>',
        '<link rel="canonical" href="/2025/harbour">',
        '<link rel="canonical" href="//www.courier.example/2025/harbour">',
        '<link rel="canonical" href=" https://www.courier.example/2025/har\nbour ">',
        '<link rel="canonical" href="https&#58;//www.courier.example/2025/harbour">',
    ],
)
def test_a_canonical_link_is_read_however_it_is_written(link: str) -> None:
    page = f"<!doctype html><html><head><title>Harbour</title>{link}</head><body>…</body></html>"
    assert canonical_url(page, URL) == WANTED


@pytest.mark.parametrize(
    "head",
    [
        "",
        '<link rel="stylesheet" href="/canonical.css">',
        '<link rel="canonical">',
        '<link rel="canonical" href="">',
        f'<!-- <link rel="canonical" href="{WANTED}"> -->',
        f'<script>var s = \'<link rel="canonical" href="{WANTED}">\';</script>',
        f"<title>&lt;link&gt; <link rel=canonical href={WANTED}></title>",
        f'<style>/* <link rel="canonical" href="{WANTED}"> */</style>',
        f'<template><link rel="canonical" href="{WANTED}"></template>',
        f'</head><body><link rel="canonical" href="{WANTED}">',
        f'<body><link rel="canonical" href="{WANTED}">',
        f'<linkx rel="canonical" href="{WANTED}">',
        '<link rel="canonical" href="mailto:desk@courier.example">',
        '<link rel="canonical" href="https://[bad/">',
        f'<!-- never closed <link rel="canonical" href="{WANTED}">',
    ],
)
def test_what_only_looks_like_a_canonical_link_is_none(head: str) -> None:
    assert canonical_url(f"<html><head>{head}", URL) is None


def test_a_comment_before_the_link_does_not_hide_it() -> None:
    page = f'<head><!--> <!-- a --><script>1</SCRIPT ><link rel="canonical" href="{WANTED}"></head>'
    assert canonical_url(page, URL) == WANTED


def test_the_first_of_two_links_counts() -> None:
    page = f'<head><link rel="canonical" href="{WANTED}"><link rel="canonical" href="/other"></head>'
    assert canonical_url(page, URL) == WANTED


@pytest.mark.parametrize("front", ["/", "https://www.courier.example", "https://www.courier.example/"])
def test_a_page_that_claims_to_be_the_front_page_is_not_believed(front: str) -> None:
    page = f'<head><link rel="canonical" href="{front}"></head>'
    assert canonical_url(page, URL) is None
    assert canonical_url(page, "https://www.courier.example/") == "https://www.courier.example" + (
        "" if front.endswith("example") else "/"
    )


def test_nothing_is_looked_for_beyond_the_limit() -> None:
    link = f'<link rel="canonical" href="{WANTED}">'
    page = f"<head><style>{'a' * 1000}</style>{link}"
    assert canonical_url(page, URL) == WANTED
    assert canonical_url(f"<head><style>{'a' * HEAD_LIMIT}</style>{link}", URL) is None


@pytest.mark.parametrize(
    "piece", ["<!--", "<!-->", "<script>", "</", "<link ", "<link rel='", "<link a=", '="', "<style></styl", "<link>"]
)
def test_repeats_and_near_misses_take_linear_time(piece: str) -> None:
    page = "canonical" + piece * (HEAD_LIMIT // len(piece))
    start = time.process_time()
    canonical_url(page, URL)
    assert time.process_time() - start < 10.0  # quadratic time would be minutes


@given(
    st.lists(
        st.sampled_from(["<", ">", "<link", " rel=", "canonical", " href=", "'", '"', "/x", "<!--", "-->", "</", "&#x"])
    )
)
def test_no_head_raises(pieces: list[str]) -> None:
    found = canonical_url("".join(pieces), URL)
    assert found is None or found.startswith("http")
