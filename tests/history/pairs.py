"""Read the pairs of revisions that were written by hand: a base, its edits, and what a reader would name."""

import tomllib
from pathlib import Path
from typing import NamedTuple

from copydesk.history.records import Version


class WrittenPair(NamedTuple):
    """Hold two revisions, the language, and the classes of change between them."""

    name: str
    old: Version
    new: Version
    truth: frozenset[str]


def written_pairs() -> list[WrittenPair]:
    """Return all pairs, language by language; raises AssertionError where an edit finds nothing to change."""
    found = []
    for file in sorted(Path(__file__).parent.glob("pairs_*.toml")):
        language = file.stem.removeprefix("pairs_")
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        for number, pair in enumerate(content["pair"]):
            base = content["base"][pair["base"]]
            text = base["text"]
            for old, new in pair["edits"]:
                assert old in text, (file.name, number, old)
                text = text.replace(old, new, 1)
            truth = frozenset(pair["truth"])
            before = _version(base["title"], base["text"], language)
            after = _version(pair.get("title", base["title"]), text, language)
            found.append(WrittenPair(f"{language}-{number}", before, after, truth))
    return found


def _version(title: str, text: str, language: str) -> Version:
    return Version(title, tuple(part.strip() for part in text.strip().split("\n\n")), language)
