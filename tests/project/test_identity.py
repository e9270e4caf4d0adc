"""Ids are stored, so they never change: golden ones, and the rules of the library that made them first."""

import importlib
import json
import re
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.identity import article_id, normalise_url, strip_credentials
from copydesk.tracking import FOR_LINKS, dropped_from_ids, dropped_from_links, tracking_lines
from tests.support.places import DATA

GOLDEN = [tuple(json.loads(line)) for line in (DATA / "article_ids.jsonl").read_text("utf-8").splitlines()]
"""(id, URL, normalised URL) as version 0.1.0 made them, with courlan 1.4.0."""

JOINTS = ["//", "..", ":80", ":443", "xn--", "&amp;", "&copy", "&num;", "%", "+", ";", "[", "]", "\t", "\\", " "]
PIECES = sorted({piece for _, url, _ in GOLDEN for piece in re.split(r"([/?&=#:@.])", url) if 0 < len(piece) < 100})
# Lone surrogates are left out: an article with one in its URL cannot be written as an event, so it has no stored id.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
URLS = st.tuples(
    st.sampled_from(["http://", "https://", "HTTP://", "//", "https://user:secret@", "http://[", ""]) | TEXTS,
    st.lists(st.sampled_from(PIECES) | st.sampled_from(JOINTS) | TEXTS, max_size=12).map("".join),
).map("".join)
NAMES = [line.strip("~*") for _, line in tracking_lines()]


def first_library(module: str) -> Any:
    """Import it in the version that made the first ids; what another one would make of an address is not ours."""
    pytest.importorskip("courlan")
    if version("courlan") != "1.4.0":
        pytest.skip("ids were made with courlan 1.4.0, and another version is installed")
    return importlib.import_module(module)


@pytest.mark.parametrize(("expected", "url", "normalised"), GOLDEN)
def test_an_id_stays(expected: str, url: str, normalised: str) -> None:
    assert normalise_url(url) == normalised
    assert article_id(url=url, content="words") == expected


def test_there_are_golden_ids_of_all_kinds() -> None:
    assert len({url for _, url, _ in GOLDEN}) == len(GOLDEN) > 150
    assert len({id_ for id_, *_ in GOLDEN}) >= 119


def test_an_article_without_an_address_has_the_id_of_what_is_known() -> None:
    assert article_id(url=None, source="a", given="7") == "70b38857c4e25f9312f7ed560e34e389"
    assert article_id(url="ftp://a.example/7", source="a", content="words") == "83b5e94db503607066aa42f96861f7e3"
    assert article_id(url=None, source="a", content="words") == "83b5e94db503607066aa42f96861f7e3"


@settings(max_examples=500)
@given(URLS)
def test_addresses_are_spelt_as_by_the_library_that_made_the_first_ids(url: str) -> None:
    courlan = first_library("courlan")
    bare = strip_credentials(url.strip())
    try:
        expected = urlunsplit(urlsplit(courlan.normalize_url(bare, strict=False))._replace(fragment=""))
    except (ValueError, TypeError):
        expected = bare
    assert normalise_url(url) == expected


@settings(max_examples=500)
@given(st.lists(st.sampled_from([*NAMES, "_", "-", ".", "x", "1", "A"]) | TEXTS, max_size=4).map("".join))
def test_a_tracking_parameter_is_one_for_ids_as_for_that_library(name: str) -> None:
    trackers = first_library("courlan.clean").TRACKERS_RE
    assert dropped_from_ids(name) == (trackers.search(name.lower()) is not None)


def test_no_parameter_stands_twice_for_one_use_and_the_sections_are_sorted_into_groups() -> None:
    lines = list(tracking_lines())
    assert len(lines) == len(set(lines)) > 100
    alike = [line for section, line in lines if section != "links whose value names a feed"]
    assert len(alike) == len(set(alike))
    assert all(re.fullmatch(r"~?[a-z0-9_.]+\*?", line) and (line[0] != "~" or line[-1] == "*") for _, line in lines)


def test_what_ids_leave_out_a_link_may_need() -> None:
    assert dropped_from_ids("gallery")
    assert not dropped_from_links("gallery", "3")
    assert not dropped_from_links("ref", "42")
    assert dropped_from_links("Ref", "RSS")
    assert dropped_from_links("UTM_anything", "")
    assert not dropped_from_ids("ocid")
    assert {line for section, line in tracking_lines() if section == FOR_LINKS and dropped_from_ids(line)} == set()
