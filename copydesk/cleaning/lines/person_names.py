"""Read the names of people in a line that credits them: `By Jane Roe and John Doe, Reuters` -> Jane Roe, John Doe."""

import re
from collections.abc import Iterator, Sequence

from copydesk.cleaning.lexicon.line_words import alternatives, any_of, line_words
from copydesk.cleaning.lexicon.load import months
from copydesk.cleaning.lines.bylines import (
    BYLINE_START,
    NOT_BY,
    before_date,
    is_job,
    says_by,
    without_job,
    without_opening,
)
from copydesk.cleaning.lines.datelines import read_date
from copydesk.cleaning.normalise import bare, plain
from copydesk.cleaning.thresholds.lines import (
    ABBREVIATION,
    FEWEST_NAME_WORDS,
    INITIALS_MOST,
    LONGEST_AUTHOR,
    LONGEST_CREDIT_LINE,
    LONGEST_DATELINE,
    MARKUP_CREDIT_LINE,
    MOST_AUTHORS,
    MOST_NAME_WORDS,
    OUTLET_LEAST,
    OUTLET_WORDS,
    SITE_NAME_LEAST,
    SITE_NAME_WORDS,
    STATED_NAME_WORDS,
    UNCASED_NAME_LEAST,
    UNCASED_NAME_MOST,
)

_COMPANY = re.compile(rf"\b{any_of('company.name')}\b", re.I)
_MARKUP = re.compile(r"<[^<>]*>")
_STRONG = re.compile(
    rf"\s{{0,4}}(?:;|\||•|●|·|⋅|∙|\n|、|，|／|/|&|＆|,\s{{1,4}}{any_of('and.after_comma')}\s)\s{{0,4}}"
)
_AND = re.compile(rf"\s{{1,4}}(?i:{any_of('and.any_case')})\s{{1,4}}|\s{{1,4}}{any_of('and.lower_case')}\s{{1,4}}")
_WEAK = re.compile(rf"\s{{1,4}}{any_of('and.weak')}\s{{1,4}}")
_COMMA = re.compile(r"\s{0,4},\s{0,4}")
_ROLE = re.compile(rf"\b{any_of('role.word')}\b|{any_of('role.part')}", re.I)
_AGENCIES = frozenset(line_words("agency.name"))
_NO_NAME = re.compile(
    rf"^(?:{alternatives(months('en'))}\.?$|{any_of('no_name.word')}\b|{any_of('no_name.start')})", re.I
)
_SMALL = frozenset(line_words("name.particle"))
_GIVEN = frozenset(line_words("name.given"))
"""Particles that are first names too, where one with a capital opens a name: `Ben Hale`, but `Yusuf ben Ali`."""
_ARTICLES = frozenset(line_words("name.article"))
_SPACED_AFTER = line_words("byline.spaced_names")
"""Openings of Chinese lines whose names are set apart by spaces alone."""
_ENDS = " .,:;-–—|/•·"
_BRACKETS = " ()[]（）【】「」『』《》〈〉"
_LAST_FIRST = re.compile(r"^([^\W\d_][\w'’-]+), ([^\W\d_][\w'’-]+(?: [^\W\d_]\.?)?)$")
"""A surname, a comma, a first name with an initial or not: two people would have two words each."""
_DEGREES = frozenset(line_words("name.degree"))
_DEGREE = re.compile(r"^(?:[A-Z][a-z]?\.){2,5}$")
_LATIN_NAME = re.compile(r"^[^\W\d_][\w'’´`.-]*$")


def person_names(texts: Sequence[str], site: frozenset[str], stated: bool) -> tuple[str, ...]:
    """Return people's names in lines, each once, in order. What is not `stated` as a name must read like one."""
    found: dict[str, str] = {}
    for text in texts:
        line = plain(_MARKUP.sub(";", text[:MARKUP_CREDIT_LINE]))[:LONGEST_CREDIT_LINE].strip(_BRACKETS)
        if "www." in line or _is_site(bare(line.split(",")[0]), site) or _COMPANY.search(line):
            continue
        for own in (line,) if stated else (*without_opening(line), line):
            names = list(_names_in(own, site, stated))
            if names:
                break
        for name in names:
            if not any(name.startswith(known + " ") for known in found.values()):
                found.setdefault(bare(name), name)
    return tuple(found.values())[:MOST_AUTHORS]


def _names_in(line: str, site: frozenset[str], stated: bool) -> Iterator[str]:
    """Yield the people of one line that may begin with `by`."""
    line = _LAST_FIRST.sub(r"\2 \1", line) if stated else line
    for piece in _pieces(_without_outlet(BYLINE_START.sub("", line), site), line):
        name = "" if NOT_BY.match(piece) else _trimmed(piece, site)
        if not _is_nobody(name, site) and (stated or reads_as_person(name)):
            yield name


def outlet_names(texts: Sequence[str]) -> tuple[str, ...]:
    """Return names of teams, agencies and outlets as they stand, for where nobody else is named."""
    names = (before_date(BYLINE_START.sub("", plain(text[:LONGEST_CREDIT_LINE]))).strip(_ENDS) for text in texts)
    named = [
        name
        for name in names
        if OUTLET_LEAST <= len(name) <= LONGEST_AUTHOR and len(bare(name)) > 1 and ":" not in name
    ]
    return tuple(dict.fromkeys(name for name in named if not _NO_NAME.match(name)))[:MOST_AUTHORS]


def credits_person(line: str) -> bool:
    """Whether a line says `by` and a person's name, whatever stands before and after: `Posted on 3 May by Jane Roe`."""
    return says_by(line) and bool(person_names([line], frozenset(), stated=False))


def dates_credit(line: str, language: str | None) -> bool:
    """Whether a line is about who wrote an article and when: `By Jane Roe, published on 3 May 2024 in Weather`."""
    said = len(line) <= LONGEST_DATELINE and says_by(line) and read_date(line, language, True) is not None
    return said and credits_person(line)


def names_outlet(text: str, site: frozenset[str]) -> bool:
    """Whether a line names the outlet, an agency or a team, and nothing else."""
    name = before_date(BYLINE_START.sub("", plain(text[:LONGEST_CREDIT_LINE]))).strip(_ENDS)
    if bare(name) in site or bare(name) in _AGENCIES:
        return True
    return bool(len(name.split()) <= OUTLET_WORDS and not name[:1].islower() and _ROLE.search(name))


def names_job(text: str) -> bool:
    """Whether a text has a word in it that shows a job, a team or an outlet: `Education correspondent`."""
    return _ROLE.search(text) is not None


def reads_as_person(name: str) -> bool:
    """Whether a text is two to five words with capitals, small words aside; or short, where there is no letter case."""
    words = name.split()
    if not words or any(c.isdigit() for c in name) or _ROLE.search(name):
        return False
    if not any(c.islower() or c.isupper() for c in name):
        short = UNCASED_NAME_LEAST <= len(name) <= UNCASED_NAME_MOST and len(words) <= MOST_NAME_WORDS
        return short and not any(c in "。，：:？！?!を" for c in name)
    own = [word for at, word in enumerate(words) if word.lower() not in _SMALL or (not at and word in _GIVEN)]
    return (
        len(words) <= MOST_NAME_WORDS
        and len(own) >= FEWEST_NAME_WORDS
        and words[-1] is own[-1]
        and any(len(word) > INITIALS_MOST for word in own)
        and all(word[0].isupper() and _LATIN_NAME.match(word) for word in own)
    )


def _pieces(rest: str, line: str) -> Iterator[str]:
    """Yield the rest of a line cut between its names."""
    spaced = line.lstrip("（(【 ").startswith(_SPACED_AFTER)
    for part in _STRONG.split(rest):
        for side in _AND.split(part):
            halves = _WEAK.split(side)
            for half in halves if all(len(half.split()) > 1 for half in halves) else [side]:
                for piece in _COMMA.split(half):
                    yield from piece.split() if spaced and not piece.isascii() else [piece]


def _without_outlet(line: str, site: frozenset[str]) -> str:
    """Return the line without the outlet's own name behind the people: `Jane Roe The Valley Courier` -> `Jane Roe`."""
    words = line.split()
    for start in range(FEWEST_NAME_WORDS, len(words)):
        rest = bare("".join(words[start:]))
        if len(rest) > SITE_NAME_LEAST and (rest in site or "the" + rest in site or rest.removeprefix("the") in site):
            return " ".join(words[:start])
    return line


def _trimmed(piece: str, site: frozenset[str]) -> str:
    """Return the name alone: without `by`, what follows it, a job, an agency or the outlet behind it."""
    name = before_date(BYLINE_START.sub("", piece)).strip(" .,:;-–—|/【】（）()")
    name = without_job(name).strip(" .,:;-–—|/")
    words = name.split()
    while len(words) > FEWEST_NAME_WORDS and not name.isupper() and _is_degree(words[-1].strip(",")):
        words.pop()
    name = " ".join(words).rstrip(",")
    for count in SITE_NAME_WORDS:
        if len(words) > count + 1 and bare("".join(words[-count:])) in site:
            return " ".join(words[:-count])
    return name


def _is_degree(word: str) -> bool:
    """Whether a word is a degree or a title behind a name: `M.D.`, `PhD`, `RN`."""
    return word.strip(".") in _DEGREES or _DEGREE.match(word) is not None


def _is_site(key: str, site: frozenset[str]) -> bool:
    return key in site or (key.startswith("the") and key[3:] in site)


def _is_nobody(name: str, site: frozenset[str]) -> bool:
    key = bare(name)
    return (
        name.startswith("The ")
        or name in _ARTICLES
        or not OUTLET_LEAST <= len(name) <= LONGEST_AUTHOR
        or not key
        or _is_site(key, site)
        or key in _AGENCIES
        or (name.isupper() and name.isascii() and len(name) <= ABBREVIATION and " " not in name)
        or _is_degree(name)
        or is_job(name)
        or any(mark in name for mark in ("@", "//", "http"))
        or bool(_ROLE.search(name) or _NO_NAME.match(name))
        or "." in name.rstrip(".").rsplit(" ", 1)[-1][1:]
        or len(name.split()) > STATED_NAME_WORDS
    )
