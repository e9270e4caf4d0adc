"""The article's authors: from JSON-LD, metas, microdata, or the byline, as a clean list of names."""

import re
from collections.abc import Iterator, Sequence

from copydesk.text.byline import read_authors
from copydesk.text.facts import Facts, bare, plain
from copydesk.text.jsonld import Node, text_of, texts_of, types
from copydesk.text.page import Page, Run

MOST = 12
LONGEST_NAME = 60
NEAR = 12
"""How many runs before the first paragraph a byline may stand."""

_META = re.compile(r"(?:^|[._:-])(?:authors?\d*|authorname\d*|article_author|byline?|byl|creator)$")
_NOT_META = re.compile(r"twitter|url|image|id$|generator")
_BETWEEN = re.compile(
    r"\s*(?:;|\||•|·|\n|、|，|/(?=\s)|&amp;|\s&\s|,\s+(?:and|und|et|y|e)\s|\s(?:and|und|et|y|och|og|en|и|та|ve|with|mit)\s)\s*",
    re.I,
)
_BY = re.compile(
    r"^\W*(?:(?i:by|von|par|por|di|de|door|af|av|texte?|written by|reporting by|authors?|autor(?:en|es)?)\b\s*[:.]?\s*"
    r"|By(?=[A-Z]))"
)
_AFTER = re.compile(
    r"\s*(?:\s(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s+\d.*|\(.*|\[.*|\s[-–—|•]\s.*|@\S+.*"
    r"|\S+@\S+.*|\d{1,4}[.:/ ].*|https?:.*|,?\s*\d.*)$",
    re.S,
)
_ROLE = re.compile(
    r"\b(?:staff|writers?|reporters?|editors?|correspondents?|contributors?|columnist|redaktion\w*|redakteur\w*|team"
    r"|desk|newsroom|news|media|press|agency|agentur|online|admin|editorial|redacci[oó]n|redazione|rédaction|редакция"
    r"|редакція|special to|developer|guest|bureau|service|magazine|channel|times|post|globe|nachrichten|zeitung|tribune"
    r"|journal|gazette|report|enquirer|rundfunk)\b",
    re.I,
)
_JOB_AFTER = re.compile(
    r"\s*(?:기자|특파원|記者|记者|\bThe Associated Press|\bAssociated Press|\bReuters|\bAFP|\bdpa)$"
)
_COMMA = re.compile(r"\s*,\s*")
_WHEN = re.compile(r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|published|updated|posted)[a-z]*\.?$", re.I)
_CREDIT_NAMES = re.compile(
    r"(?:^|[\s_-])(?:by-?line|author|autor|writer|reporter|contributor|redakteur|verfasser|skribent)", re.I
)
_TEXT_BY = re.compile(r"^\W*(?:by|von|par|por|door|af|av|автор|текст|by:|von:)\s+\S", re.I)


def find_authors(page: Page, facts: Facts, title: int | None, first: int) -> tuple[tuple[str, ...], str]:
    """The authors and where they were found, between the runs of the title and of the first paragraph.

    People come before outlets: an organisation counts only where the page states it and names nobody.
    """
    best: tuple[str, ...] = ()
    found_in = ""
    start = max(title - 4 if title is not None and title <= first else first - NEAR, first - 4 * NEAR, 0)
    for origin, texts in _voices(page, facts, range(start, min(max(first, start) + 2, len(page.runs)))):
        names = _names(texts, facts.site, stated=origin in {"json-ld", "meta"})
        if names and (not best or (origin == "meta" and names[: len(best)] == best)):
            best, found_in = names, origin
    if not best and (outlets := tuple(dict.fromkeys(name for name in _stated(facts) if len(name) <= LONGEST_NAME))):
        return outlets[:MOST], "json-ld"
    return best, found_in


def _voices(page: Page, facts: Facts, near: range) -> Iterator[tuple[str, list[str]]]:
    yield "json-ld", _stated(facts, people=True)
    yield "meta", [value for name, value in facts.named if _is_name_meta(name, value)]
    yield "markup", _marked(page, near)
    yield "markup", _by_class(page.runs, near)
    yield "text", [run.text for run in page.runs[near.start : near.stop] if _is_byline(run)]


def _stated(facts: Facts, people: bool = False) -> list[str]:
    """The names of the article's `author`; only of people when asked."""
    stated = facts.article.get("author") or facts.article.get("creator")
    listed = stated if isinstance(stated, list) else [stated]
    ids = facts.ids() if any(isinstance(one, dict) and "@id" in one for one in listed) else {}
    names: list[str] = []
    for one in listed[:50]:
        if isinstance(one, dict):
            one = ids.get(str(one.get("@id")), one)
            if people and not _is_person(one):
                continue
            given = f"{text_of(one.get('givenName'))} {text_of(one.get('familyName'))}".strip()
            names += texts_of(one.get("name")) or ([given] if given else [])
        else:
            names += texts_of(one)
    return [name for name in names if not name.startswith(",")]


def _is_person(node: Node) -> bool:
    kinds = types(node)
    return "person" in kinds or not any("organization" in kind for kind in kinds)


def _is_name_meta(name: str, value: str) -> bool:
    return bool(
        _META.search(name) and not _NOT_META.search(name) and "/" not in value and (" " in value or not value.isascii())
    )


def _marked(page: Page, near: range) -> list[str]:
    """Runs that microdata or `rel=author` mark."""
    found = [
        mark.value if mark.value and "/" not in mark.value else page.runs[mark.at].text
        for mark in page.marks
        if "author" in mark.what and mark.at in near
    ]
    return [text for text in found if len(text) <= 2 * LONGEST_NAME]


def _by_class(runs: Sequence[Run], near: range) -> list[str]:
    """Short runs in elements named byline or author."""
    return [run.text for run in runs[near.start : near.stop] if len(run.text) <= 2 * LONGEST_NAME and _is_named_so(run)]


def _is_named_so(run: Run) -> bool:
    names = [run.inner, *(box.name for _, box in zip(range(3), run.box.ancestry(), strict=False))]
    return any(name and _CREDIT_NAMES.search(name) for name in names)


def _is_byline(run: Run) -> bool:
    return len(run.text) <= 2 * LONGEST_NAME and bool(_TEXT_BY.match(run.text))


def _names(texts: Sequence[str], site: frozenset[str], stated: bool) -> tuple[str, ...]:
    """People's names out of lines of text, each once, in order. What is not stated as a name must read like one."""
    found: dict[str, str] = {}
    for text in texts:
        line = _BY.sub("", plain(text)[: 4 * LONGEST_NAME])
        if "www." in line or bare(line.split(",")[0]) in site:
            continue
        for part in _BETWEEN.split(line):
            for piece in _COMMA.split(part):
                name = _trimmed(piece, site)
                if not _is_nobody(name, site) and (stated or read_authors(name)):
                    found.setdefault(bare(name), name)
    return tuple(found.values())[:MOST]


def _trimmed(piece: str, site: frozenset[str]) -> str:
    """The name alone: without `by`, what follows it, a job, an agency or the outlet behind it."""
    name = _JOB_AFTER.sub("", _AFTER.sub("", _BY.sub("", piece))).strip(" .,:;-–—|/")
    words = name.split()
    for count in (2, 1, 3):
        if len(words) > count + 1 and bare("".join(words[-count:])) in site:
            return " ".join(words[:-count])
    return name


def _is_nobody(name: str, site: frozenset[str]) -> bool:
    key = bare(name)
    return (
        not 2 <= len(name) <= LONGEST_NAME
        or not key
        or key in site
        or bool(_ROLE.search(name) or _WHEN.match(name))
        or "." in name.rstrip(".").rsplit(" ", 1)[-1][1:]
        or len(name.split()) > 6
    )
