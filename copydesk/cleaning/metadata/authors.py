"""Find an article's authors in JSON-LD, metas, microdata or the byline, as a clean list of names."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import NamedTuple

from copydesk.cleaning.lexicon.line_words import alternatives, any_of
from copydesk.cleaning.lines.datelines import read_date, reads_as_dateline
from copydesk.cleaning.lines.person_names import (
    BYLINE_START,
    before_date,
    names_outlet,
    outlet_names,
    person_names,
    reads_as_person,
)
from copydesk.cleaning.normalise import bare, plain
from copydesk.cleaning.page.jsonld import Node, text_of, texts_of, types
from copydesk.cleaning.page.model import Box, Page, Run
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.thresholds.lines import (
    LONGEST_AUTHOR,
)
from copydesk.cleaning.thresholds.metadata import (
    BOXES_NAMING,
    BYLINE_ABOVE,
    BYLINE_BELOW,
    BYLINE_REACH,
    BYLINE_UNDER_TITLE,
    DATED_PARTS,
    DATELINE_ALONE,
    LONGEST_BYLINE,
    MOST_AUTHORS_AT_END,
    MOST_STATED_AUTHORS,
)
from copydesk.machine_dates import MONTHS

_META = re.compile(rf"(?:^|[._:-])(?:{any_of('meta_name.author')}|{any_of('meta_name.author_numbered')}\d*)$")
_NOT_META = re.compile(rf"{any_of('meta_name.no_author')}|id$")
_WRITTEN_BY = re.compile(any_of("byline.written_by"), re.I)
_CREDIT_NAMES = re.compile(rf"(?:^|[\s_-]){any_of('class_name.author')}", re.I)
_OTHERS = re.compile(rf"{any_of('class_name.no_author')}|(?<![a-z])rating", re.I)
_DAY = re.compile(
    rf"\s{{0,4}}(?i:{alternatives(MONTHS)})[a-z]{{0,6}}\.? \d{{1,2}}|\s{{0,4}}\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{2,4}}"
)
_PARTED = re.compile(r"\s{1,4}[|•·–—-]\s{1,4}|\s{0,4}[|•·]\s{0,4}")


CreditLines = tuple[str, list[str]]
"""Lines that credit somebody, and where they come from."""


class ArticleSpan(NamedTuple):
    """Hold the numbers of an article's runs: its title's, None if it has none, its first and last paragraph's."""

    title: int | None
    first: int
    last: int


def find_authors(page: Page, facts: Facts, span: ArticleSpan) -> tuple[tuple[str, ...], str]:
    """Return the authors and where they were found.

    People come before outlets: a team, an agency or the outlet counts only where nobody else is named.
    """
    stated = [("json-ld", _stated(facts, people_only=True)), ("meta", _metas(facts))]
    best: tuple[str, ...] = ()
    found_in = ""
    for origin, texts in stated:
        names = person_names(texts, facts.site, stated=True)
        if names and names[: len(best)] == best:
            best, found_in = names, origin
    lines: list[CreditLines] = []
    for stretch in () if best else _credits(page, facts, span):
        lines += stretch
        for origin, texts in stretch:
            if names := person_names(texts, facts.site, stated=False):
                return names, origin
    return (best, found_in) if best else _outlets(facts, lines)


def _outlets(facts: Facts, lines: list[CreditLines]) -> tuple[tuple[str, ...], str]:
    """Return whom a page names that names no person: teams and agencies before the outlet itself."""
    stated = [("json-ld", _stated(facts)), ("meta", _metas(facts))]
    credited = [(origin, [text for text in texts if names_outlet(text, facts.site)]) for origin, texts in lines]
    for own in (False, True):
        for origin, texts in (*stated, *credited):
            if (names := outlet_names(texts)) and all(bare(name.split(",")[0]) in facts.site for name in names) is own:
                return names, origin
    return (), ""


def _credits(page: Page, facts: Facts, span: ArticleSpan) -> Iterator[list[CreditLines]]:
    """Yield the lines that credit somebody, likeliest first: under the title, else above it, else at the end."""
    runs, (title, first, last) = page.runs, span
    start = title + 1 if title is not None else max(0, first - BYLINE_REACH)
    below = range(max(start, first - BYLINE_UNDER_TITLE), min(max(first, start) + BYLINE_BELOW, len(runs)))
    lines = _lines(page, below)
    yield lines
    if title is not None and not lines:
        lines = _lines(page, range(max(0, title - BYLINE_ABOVE), title))
        yield lines
    if lines:
        return
    if all(bare(name) in facts.site for name in _stated(facts)):
        yield [("text", [run.text for run in _signature(runs, last, facts.site)])]
    end = _lines(page, range(max(below.stop, last - 1), min(last + BYLINE_REACH, len(runs))))
    yield [(origin, texts[:MOST_AUTHORS_AT_END]) for origin, texts in end]


def _signature(runs: Sequence[Run], last: int, site: frozenset[str]) -> Iterator[Run]:
    """Yield a name alone that ends the text as its last paragraph, or stands right behind it in the same place."""
    for before, run in pairwise(runs[max(0, last - 1) : last + 2]):
        alike = run.box.parent is before.box.parent and run.box.tag == before.box.tag == "p"
        if not alike or len(run.text) > LONGEST_AUTHOR or run.text.isupper():
            continue
        if reads_as_person(run.text) or names_outlet(run.text, site):
            yield run


def _lines(page: Page, near: range) -> list[CreditLines]:
    """Return the lines that credit somebody, by what shows it: microdata, the element's class, the words."""
    runs = page.runs
    short = [run for run in (runs[i] for i in near) if len(run.text) <= LONGEST_BYLINE and not _is_aside(run)]
    voices = (
        ("markup", _marked(page, near)),
        ("markup", [run.text for run in short if _is_named_so(run)]),
        ("text", [run.text for run in short if _is_byline(run.text)]),
        ("text", [name for run in short for name in _beside_a_date(run)]),
    )
    return [(origin, texts) for origin, texts in voices if texts]


def _stated(facts: Facts, people_only: bool = False) -> list[str]:
    """Return the names of the article's `author`; only of people when asked."""
    stated = facts.article.get("author") or facts.article.get("creator")
    listed = stated if isinstance(stated, list) else [stated]
    ids = facts.ids() if any(isinstance(one, dict) and "@id" in one for one in listed) else {}
    names: list[str] = []
    for one in listed[:MOST_STATED_AUTHORS]:
        if isinstance(one, dict):
            one = ids.get(str(one.get("@id")), one)
            if people_only and not _is_person(one):
                continue
            given = f"{text_of(one.get('givenName'))} {text_of(one.get('familyName'))}".strip()
            names += texts_of(one.get("name")) or ([given] if given else [])
        else:
            names += texts_of(one)
    return [name for name in names if not name.startswith(",")][:MOST_STATED_AUTHORS]


def _is_person(node: Node) -> bool:
    kinds = types(node)
    return "person" in kinds or not any("organization" in kind for kind in kinds)


def _metas(facts: Facts) -> list[str]:
    """Return what metas call the author, with the pairs of `twitter:label1` and `twitter:data1`."""
    found = [value for name, value in facts.named if _is_name_meta(name, value)][:MOST_STATED_AUTHORS]
    for number in "12":
        told = facts.metas.get(f"twitter:data{number}", "")
        if " " in told.strip() and _WRITTEN_BY.search(facts.metas.get(f"twitter:label{number}", "")):
            found.append(told)
    return found


def _is_name_meta(name: str, value: str) -> bool:
    return bool(
        _META.search(name) and not _NOT_META.search(name) and "/" not in value and (" " in value or not value.isascii())
    )


def _marked(page: Page, near: range) -> list[str]:
    """Return runs that microdata or `rel=author` mark."""
    found = [
        mark.value if mark.value and "/" not in mark.value and "@" not in mark.value else page.runs[mark.at].text
        for mark in page.marks
        if mark.at in near and "author" in mark.what
    ]
    return [text for text in found if len(text) <= LONGEST_BYLINE]


def _naming(run: Run) -> Iterator[Box]:
    """Yield the boxes around a line that tell what it is, inmost first."""
    return islice(run.box.ancestry(), BOXES_NAMING)


def _is_aside(run: Run) -> bool:
    """Whether a line is hidden or belongs to a picture, whose makers are no authors."""
    return run.box.hidden or any(box.tag in {"figure", "figcaption"} for box in _naming(run))


def _is_named_so(run: Run) -> bool:
    """Whether the element or one of those around it is named byline or author."""
    names = [run.inner, *(box.name for box in _naming(run))]
    return any(name and _CREDIT_NAMES.search(name) for name in names) and not any(map(_OTHERS.search, names))


def _is_byline(text: str) -> bool:
    found = BYLINE_START.match(text)
    return found is not None and found.end() < len(text)


def _beside_a_date(run: Run) -> Sequence[str]:
    """Return the names in a line of nothing but name and date: `Jane Roe | 3 May 2024`."""
    if not any(c.isdigit() for c in run.text) or any(_OTHERS.search(box.name) for box in _naming(run)):
        return []
    parts = _PARTED.split(plain(run.text))
    if len(parts) == 1:
        name = before_date(parts[0])
        parts = [name, parts[0][len(name) :]]
    dated = len(parts) <= DATED_PARTS and any(_DAY.match(part) or _is_day(part) for part in parts)
    return [part for part in parts if reads_as_person(part)] if dated else []


def _is_day(text: str) -> bool:
    return reads_as_dateline(text, None) >= DATELINE_ALONE and read_date(text, None, day_first=True) is not None
