"""Tell tracking parameters from those that a page needs, by the one list in `tracking_parameters.txt`. Pure.

The file says how its lines are read, and why ids and links differ.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

FOR_IDS, FOR_LINKS, FOR_FEED_LINKS = "ids", "links", "links whose value names a feed"
_BOTH = "links and ids"
_SECTIONS = {
    _BOTH: (FOR_IDS, FOR_LINKS),
    FOR_IDS: (FOR_IDS,),
    FOR_LINKS: (FOR_LINKS,),
    FOR_FEED_LINKS: (FOR_FEED_LINKS,),
}
_FEED = re.compile(r"rss|atom|feed|rss[-_]?feed|rss20?", re.IGNORECASE)


def dropped_from_ids(name: str) -> bool:
    """Whether a query parameter of this (decoded) name plays no part in an article's id."""
    return tracking_pattern(FOR_IDS).search(name.lower()) is not None


def dropped_from_links(name: str, value: str) -> bool:
    """Whether a query parameter of this (decoded) name and value can be left out of a link before it is followed."""
    name = name.lower()
    if tracking_pattern(FOR_LINKS).search(name):
        return True
    return _FEED.fullmatch(value) is not None and tracking_pattern(FOR_FEED_LINKS).search(name) is not None


@cache
def tracking_pattern(use: str) -> re.Pattern[str]:
    """Return the pattern to be searched for in lower-case names; `use` is FOR_IDS, FOR_LINKS or FOR_FEED_LINKS."""
    lines = [line for section, line in tracking_lines() if use in _SECTIONS[section]]
    names = [re.escape(line) for line in lines if line[-1] != "*"]
    starts = [re.escape(line[:-1]) for line in lines if line[-1] == "*" and line[0] != "~"]
    words = [re.escape(line[1:-1]) for line in lines if line[0] == "~"]
    either = [rf"\A(?:{'|'.join(names)})\Z"] * bool(names) + [rf"\A(?:{'|'.join(starts)})"] * bool(starts)
    return re.compile("|".join(either + [rf"(?:\b|_)(?:{'|'.join(words)})"] * bool(words)))


def tracking_lines() -> Iterator[tuple[str, str]]:
    """Read the list: (section, line), in order; raises ValueError at a section that nothing reads."""
    section = ""
    for raw in files("copydesk").joinpath("tracking_parameters.txt").read_text("utf-8").splitlines():
        line = raw.strip()
        if line.startswith("["):
            section = line.strip("[]")
            if section not in _SECTIONS:
                raise ValueError(f"tracking_parameters.txt: unknown section {line}")
        elif line and not line.startswith("#"):
            yield section, line
