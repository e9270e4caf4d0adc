"""Take what is told of a title apart: the headline, the site, its sections, labels."""

import re

from copydesk.cleaning.lexicon.line_words import any_of
from copydesk.cleaning.normalise import bare
from copydesk.cleaning.thresholds.metadata import (
    LEAST_HEADLINE,
    MOST_TITLE_PARTS,
    SITE_LEAST,
    SITE_LONGER,
    SITE_ROUNDS,
    SITE_SHARE,
)

TITLE_GAP = re.compile(r"(\s{1,4}[-–—―·•|»«›:/]+\s{1,4}|\s{0,4}[|｜ㅣ]\s{0,4}|：(?=[^：]*$)|\s{0,4}--+\s{0,4})")
"""What stands between the parts of a title, with spaces around it or a sign for nothing else."""
_MARKED = re.compile(
    r"(\s{1,4}[-–—―·•|»«›/]+\s{1,4}|\s{0,4}[|｜ㅣ_]+\s{0,4}|\s{0,4}--+\s{0,4}|\s{0,4}[:：]\s{0,4}|-(?=\s)|\s[(])"
)
_TIGHT = re.compile(r"(?:[:：_]|\s\()([^:：_()]{2,60})\)?$")
"""What stands behind the last mark of those that stand without spaces, or in brackets at the end."""
_LED = re.compile(r"([^:：]{2,60})[:：]\s{0,4}(?=\S)")
_LIVE = re.compile(any_of("kicker.live"), re.I)
_KIND = re.compile(rf"\s{any_of('site.kind')}$", re.I)


def without_site(title: str, site: frozenset[str], sections: frozenset[str] = frozenset()) -> str:
    """Return the title without segments at its ends that name the site, or behind it a section of the site.

    `Rain ends | The Courier` and `Rain ends - Weather - The Courier` -> `Rain ends`.
    """
    for _ in range(SITE_ROUNDS):
        parts = TITLE_GAP.split(title)
        apart = 1 < len(parts) <= MOST_TITLE_PARTS
        if apart and (names_site(parts[-1], site) or bare(parts[-1]) in sections):
            title = "".join(parts[:-2]).strip()
        elif apart and (names_site(parts[0], site) or _LIVE.fullmatch(parts[0].strip())):
            title = "".join(parts[2:]).strip()
        elif (found := _TIGHT.search(title)) and bare(found[1]) in site:
            title = title[: found.start()].strip()
        elif (found := _LED.match(title)) and _leads(found, site):
            title = title[found.end() :].strip()
        else:
            break
    return title


def _leads(found: re.Match[str], site: frozenset[str]) -> bool:
    """Whether what stands before a colon is the site's name, and what follows a headline."""
    return len(found.string) - found.end() > LEAST_HEADLINE and _is_own(_without_kind(found[1]), site)


def _without_kind(segment: str) -> str:
    """Return a segment's letters without the word that says what the site is: `Courier Blog` -> `courier`."""
    return bare(_KIND.sub("", segment))


def _is_own(name: str, site: frozenset[str]) -> bool:
    """Whether letters are the site's name, or the better part of it from its start."""
    return len(name) > SITE_LEAST and any(own.startswith(name) and 2 * len(name) >= len(own) for own in site)


def names_site(segment: str, site: frozenset[str]) -> bool:
    """Whether a part of a title is the site's name, or about it."""
    if _KIND.search(segment) and _is_own(_without_kind(segment), site):
        return True
    name = bare(segment)
    return bool(name) and any(
        name == own
        or (len(own) > SITE_LEAST and own in name and len(name) < len(own) + SITE_LONGER)
        or (len(name) > SITE_LEAST and name in own and len(name) >= SITE_SHARE * len(own))
        for own in site
    )


def title_spans(text: str) -> list[str]:
    """Return the text, and what stands between its marks, pieces side by side also as one."""
    parts = _MARKED.split(text)
    if len(parts) > MOST_TITLE_PARTS:
        return []
    ends = range(1, len(parts) + 1, 2)
    return ["".join(parts[i:j]).strip() for i in range(0, len(parts), 2) for j in ends if i < j]
