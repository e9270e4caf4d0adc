"""Find an article's authors in JSON-LD, metas, microdata or the byline, as a clean list of names."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import NamedTuple

from copydesk.cleaning.lexicon.line_words import alternatives, any_of
from copydesk.cleaning.lines.bylines import before_date, is_job, is_label, is_other_work, says_by
from copydesk.cleaning.lines.datelines import read_date, reads_as_dateline
from copydesk.cleaning.lines.person_names import (
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
    CREDIT_BOXES,
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
_CREDIT_NAMES = re.compile(rf"(?:(?<![a-z])|(?-i:(?<=[a-z])(?=[A-Z]))){any_of('class_name.author')}", re.I)
_STATED = ("author", "itemprop author")
"""Marks that say outright whose the text is; the others say it of a link or a class name."""
_OTHERS = re.compile(rf"{any_of('class_name.no_author')}|(?<![a-z])rating", re.I)
_DAY = re.compile(
    rf"\s{{0,4}}(?i:{alternatives(MONTHS)})[a-z]{{0,6}}\.? \d{{1,2}}|\s{{0,4}}\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{2,4}}"
)
_PARTED = re.compile(r"\s{1,4}[|•·–—-]\s{1,4}|\s{0,4}[|•·]\s{0,4}")


class CreditLines(NamedTuple):
    """Hold lines that credit somebody and where they come from; `stated` where markup says that they are names."""

    origin: str
    texts: list[str]
    stated: bool = False


class ArticleSpan(NamedTuple):
    """Hold the numbers of an article's runs: its title's, None if it has none, its first and last paragraph's."""

    title: int | None
    first: int
    last: int


def find_authors(page: Page, facts: Facts, span: ArticleSpan) -> tuple[tuple[str, ...], str]:
    """Return the authors and where they were found.

    People come before outlets: a team, an agency or the outlet counts only where nobody else is named. A name of one
    word is often that of an account, and a page's byline may name others than who posted it: readers' view counts.
    """
    stated = [("json-ld", _stated(facts, people_only=True)), ("meta", _metas(facts))]
    best: tuple[str, ...] = ()
    found_in = ""
    for origin, texts in stated:
        names = person_names(texts, facts.site, stated=True)
        if names and names[: len(best)] == best:
            best, found_in = names, origin
    lines: list[CreditLines] = []
    for stretch in _credits(page, facts, span) if all(map(_is_account, best)) else ():
        lines += stretch
        read = [(person_names(said.texts, facts.site, said.stated), said.origin) for said in stretch]
        if found := _fullest(read):
            return found
    if best:
        shown = _signed_by_others(page, facts, span, best)
        return (shown, "text") if shown else (_without_owner(best, page), found_in)
    return _accounts(facts) or _outlets(facts, lines)


def _signed_by_others(page: Page, facts: Facts, span: ArticleSpan, told: Sequence[str]) -> tuple[str, ...]:
    """Return the people whom the byline under the title names, where none of those that markup states is among them.

    A name that is glued to the next word is the stated one still: `Jane RoePublished`.
    """
    runs = page.runs
    lines = (runs[i] for i in _below(span, len(runs)) if len(runs[i].text) <= LONGEST_BYLINE)
    texts = [run.text for run in lines if says_by(run.text) and not _is_aside(run.box)]
    named = person_names(texts, facts.site, stated=False) if texts else ()
    known, line = tuple(map(bare, told)), bare(" ".join(texts))
    return () if any(name in line for name in known) else named


def _fullest(read: Sequence[tuple[tuple[str, ...], str]]) -> tuple[tuple[str, ...], str] | None:
    """Return the first names, or those of a later line that names all of them and others."""
    named = [(names, origin) for names, origin in read if names]
    best = named[0] if named else None
    for found in named:
        if best and set(best[0]) < set(found[0]):
            best = found
    return best


def _outlets(facts: Facts, lines: list[CreditLines]) -> tuple[tuple[str, ...], str]:
    """Return whom a page names that names no person: teams and agencies before the outlet itself."""
    stated = [("json-ld", _stated(facts)), ("meta", _metas(facts))]
    credited = [(said.origin, [text for text in said.texts if names_outlet(text, facts.site)]) for said in lines]
    for own in (False, True):
        for origin, texts in (*stated, *credited):
            if (names := outlet_names(texts)) and all(bare(name.split(",")[0]) in facts.site for name in names) is own:
                return names, origin
    return (), ""


def _credits(page: Page, facts: Facts, span: ArticleSpan) -> Iterator[list[CreditLines]]:
    """Yield the lines that credit somebody, likeliest first: under the title, else above it, else at the end."""
    runs, (title, first, last) = page.runs, span
    below = _below(span, len(runs))
    lines = _lines(page, below)
    yield lines
    told = _stated(facts) or _metas(facts)
    if not told:
        yield [CreditLines("text", list(_alone(runs, range(_start(span), max(first, _start(span))), last)))]
    if title is not None and not lines:
        lines = _lines(page, range(max(0, title - BYLINE_ABOVE), title))
        yield lines
    if lines and (told or not all(_is_count(text) for said in lines for text in said.texts)):
        return
    if all(bare(name) in facts.site for name in _stated(facts)):
        yield [CreditLines("text", [run.text for run in _signature(runs, last, facts.site)])]
    end = _lines(page, range(max(below.stop, last - 1), min(last + BYLINE_REACH, len(runs))))
    yield [said._replace(texts=said.texts[:MOST_AUTHORS_AT_END]) for said in end]


def _start(span: ArticleSpan) -> int:
    return span.title + 1 if span.title is not None else max(0, span.first - BYLINE_REACH)


def _below(span: ArticleSpan, runs: int) -> range:
    """Return the runs under the title, to a little below the first paragraph, that may be the byline."""
    start = _start(span)
    return range(max(start, span.first - BYLINE_UNDER_TITLE), min(max(span.first, start) + BYLINE_BELOW, runs))


def _is_count(text: str) -> bool:
    """Whether a line in the author's place is a date, a number or a mark: it says nothing of who wrote."""
    return not says_by(text) and (any(map(str.isdigit, text)) or not any(map(str.isalpha, text)))


def _signature(runs: Sequence[Run], last: int, site: frozenset[str]) -> Iterator[Run]:
    """Yield a name alone that ends the text as its last paragraph, or stands right behind it in the same place."""
    for before, run in pairwise(runs[max(0, last - 1) : last + 2]):
        alike = run.box.parent is before.box.parent and run.box.tag == before.box.tag == "p"
        if not alike or len(run.text) > LONGEST_AUTHOR or run.text.isupper():
            continue
        if reads_as_person(run.text) or names_outlet(run.text, site):
            yield run


def _lines(page: Page, near: range) -> list[CreditLines]:
    """Return the lines that credit somebody, by what shows it: microdata, a link, the element's class, the words."""
    runs = page.runs
    short = [run for run in (runs[i] for i in near) if len(run.text) <= LONGEST_BYLINE and not _is_aside(run.box)]
    named = _marked(page, near, "author class") + [run.text for run in short if _is_named_so(run)]
    voices = (
        CreditLines("markup", _marked(page, near, *_STATED), stated=True),
        CreditLines("markup", _marked(page, near, "author link")),
        CreditLines("markup", named),
        CreditLines("text", [run.text for run in short if says_by(run.text)]),
        CreditLines("text", [name for run in short for name in _beside_a_date(run)]),
    )
    return [said for said in voices if said.texts]


def _alone(runs: Sequence[Run], near: range, last: int) -> Iterator[str]:
    """Yield names that are a line between title and text, where the line before says `by` or one at the end names them.

    Labels of a site read like names as well: `Daily Planner`.
    """
    end = [run.text for run in runs[last:] if run.box.tag != "li"]
    for at in near:
        name = runs[at].text
        if len(name) > LONGEST_AUTHOR or name.upper() == name or not reads_as_person(name) or _is_aside(runs[at].box):
            continue
        if (at and is_label(runs[at - 1].text)) or any(name in text for text in end):
            yield name


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


def _marked(page: Page, near: range, *kinds: str) -> list[str]:
    """Return what elements say that are marked as the author's in one of these ways."""
    return [
        mark.value
        for mark in page.marks
        if mark.at in near
        and mark.value
        and not mark.value[0].islower()
        and mark.what in kinds
        and not any(sign in mark.value for sign in "/@")
        and not _is_aside(mark.box)
        and len(page.runs[mark.at].text) <= LONGEST_BYLINE
        and (mark.what in _STATED or not is_other_work(page.runs[mark.at].text))
    ]


def _accounts(facts: Facts) -> tuple[tuple[str, ...], str] | None:
    """Return names of one word that metas state, as blogs do; None where there is none."""
    told = [value for name, value in facts.named if _META.search(name) and not _NOT_META.search(name)]
    names = [value for value in map(plain, told) if _is_account(value) and value.isalnum() and not is_job(value)]
    names = [name for name in names if not names_outlet(name.capitalize(), facts.site)]
    return (tuple(dict.fromkeys(names)), "meta") if names else None


def _is_account(name: str) -> bool:
    return " " not in name and name.isascii()


def _without_owner(names: tuple[str, ...], page: Page) -> tuple[str, ...]:
    """Return the names without that of the house, which the line about copyright names, where others are left."""
    owned = [bare(run.text) for run in page.runs if "©" in run.text] if len(names) > 1 else []
    people = tuple(name for name in names if not any(bare(name) in line for line in owned))
    return people or names


def _naming(inmost: Box) -> Iterator[Box]:
    """Yield the boxes around a line that tell what it is, inmost first."""
    return islice(inmost.ancestry(), BOXES_NAMING)


def _is_aside(inmost: Box) -> bool:
    """Whether a line is hidden or belongs to a picture, whose makers are no authors."""
    return inmost.hidden or any(box.tag in {"figure", "figcaption"} for box in _naming(inmost))


def _is_named_so(run: Run) -> bool:
    """Whether the element or one of those around it is named byline or author."""
    names = [run.inner, *(box.name for box in islice(run.box.ancestry(), CREDIT_BOXES))]
    return any(name and _CREDIT_NAMES.search(name) for name in names) and not any(map(_OTHERS.search, names))


def _beside_a_date(run: Run) -> Sequence[str]:
    """Return the names in a line of nothing but name and date: `Jane Roe | 3 May 2024`."""
    if not any(c.isdigit() for c in run.text) or any(_OTHERS.search(box.name) for box in _naming(run.box)):
        return []
    parts = _PARTED.split(plain(run.text))
    if len(parts) == 1:
        name = before_date(parts[0])
        parts = [name, parts[0][len(name) :]]
    dated = len(parts) <= DATED_PARTS and any(_DAY.match(part) or _is_day(part) for part in parts)
    return [part for part in parts if reads_as_person(part)] if dated else []


def _is_day(text: str) -> bool:
    return reads_as_dateline(text, None) >= DATELINE_ALONE and read_date(text, None, day_first=True) is not None
