"""Make pairs of revisions by the thousand: articles of made sentences, and mutations of them whose class is known."""

import random
from collections.abc import Callable

from copydesk.history.records import Version

_WHO = ("The harbour office", "A spokesman for the council", "The fire service", "The school board", "The port")
_NAMES = ("Helen Ashdown", "Peter Oakes", "Carol Whitby", "Simon Thorne", "Agnes Lowell", "Martin Reeve")
_TOWNS = ("Brackwater", "Lindmoor", "Osterby", "Candleford", "Hartwick", "Penrose")
_VERBS = ("announced", "confirmed", "denied", "repeated", "admitted")
_THINGS = (
    "the old pier would stay closed through the winter",
    "repairs to the tunnel had been delayed again",
    "the night buses would run until the end of summer",
    "the library needed a different roof before anybody could return",
    "the bridge had been inspected only once since it was built",
    "volunteers would be asked to help with the clearing",
    "nobody had been told about the change of plan",
    "the money for the project had already been spent",
)
_CLAUSES = (
    "after a long and heated meeting", "in a letter to residents", "at a press conference",
    "during a visit to the site", "in front of several hundred people", "when reporters asked about it",
)  # fmt: skip
_NOTES = (
    "Correction: an earlier version of this article gave the wrong date.",
    "This article was amended to correct the spelling of a name.",
    "Editor's note: a previous version of this story misstated the cost.",
)
Mutation = Callable[[random.Random, Version], Version]


def made_version(rng: random.Random) -> Version:
    """Return an article of eight paragraphs, no two sentences of which are alike."""
    seen: set[str] = set()
    paragraphs = []
    for _ in range(8):
        sentences = []
        while len(sentences) < rng.choice((2, 3)):
            sentence = _sentence(rng)
            if sentence not in seen:
                seen.add(sentence)
                sentences.append(sentence)
        paragraphs.append(" ".join(sentences))
    return Version(
        f"{rng.choice(_TOWNS)} waits for {rng.choice(('news', 'a decision', 'help'))}", tuple(paragraphs), "en"
    )


def _sentence(rng: random.Random) -> str:
    form = rng.randrange(4)
    if form == 0:
        return f"{rng.choice(_WHO)} {rng.choice(_VERBS)} {rng.choice(_CLAUSES)} that {rng.choice(_THINGS)}."
    if form == 1:
        who, town = rng.choice(_NAMES), rng.choice(_TOWNS)
        return f"According to {who}, who lives in {town}, {rng.choice(_THINGS)}."
    if form == 2:
        count = rng.randrange(12, 980)
        return f"About {count} people in {rng.choice(_TOWNS)} were affected, and {rng.choice(_THINGS)}."
    return f"It was said {rng.choice(_CLAUSES)} that {rng.choice(_THINGS)}, as {rng.choice(_NAMES)} had warned."


def _number(rng: random.Random, version: Version) -> Version:
    def other(digits: str) -> str:
        return str(int(digits) + rng.randrange(1, 9))

    return _in_one(
        rng,
        version,
        lambda text: any(w.isdigit() for w in text.split()),
        lambda text: " ".join(other(word) if word.isdigit() else word for word in text.split()),
    )


def _name(rng: random.Random, version: Version) -> Version:
    def renamed(text: str) -> str:
        name = next(each for each in (*_NAMES, *_TOWNS) if each in text)
        pool = _NAMES if name in _NAMES else _TOWNS
        return text.replace(name, rng.choice([each for each in pool if each != name]))

    return _in_one(rng, version, lambda text: any(each in text for each in (*_NAMES, *_TOWNS)), renamed)


def _typo(rng: random.Random, version: Version) -> Version:
    def misspelt(text: str) -> str:
        words = text.split()
        at = rng.choice([k for k, word in enumerate(words) if len(word) > 6 and word.islower() and word.isalpha()])
        word = words[at]
        k = rng.randrange(2, len(word) - 2)
        swapped = word[:k] + word[k + 1] + word[k] + word[k + 2 :]
        words[at] = rng.choice((word[:k] + word[k] + word[k:], swapped, word[:k] + word[k + 1 :]))
        return " ".join(words)

    return _in_one(
        rng, version, lambda text: any(len(w) > 6 and w.islower() and w.isalpha() for w in text.split()), misspelt
    )


def _signs(rng: random.Random, version: Version) -> Version:
    changes = (
        lambda text: text.replace(", ", " ", 1) if ", " in text else text.replace(" ", "  ", 1),
        lambda text: text.replace("'", "’") if "'" in text else text.replace(" that ", ", that ", 1),
        lambda text: text.replace(" ", "\u00a0", 2),
        lambda text: text.rstrip(".") + "!",
    )
    return _in_one(rng, version, lambda text: True, rng.choice(changes))


def _reworded(rng: random.Random, version: Version) -> Version:
    def other(text: str) -> str:
        for pool in (_CLAUSES, _VERBS, _THINGS):
            for each in pool:
                if each in text:
                    return text.replace(each, rng.choice([one for one in pool if one != each]), 1)
        raise AssertionError(text)

    return _in_one(rng, version, lambda text: True, other)


def _added(rng: random.Random, version: Version) -> Version:
    paragraphs = list(version.paragraphs)
    fresh = (
        f"Swimmers were seen near the lighthouse on {rng.choice(('both', 'all'))} evenings, to the surprise of gulls."
    )
    if rng.random() < 0.5:
        paragraphs.insert(rng.randrange(len(paragraphs) + 1), fresh)
    else:
        at = rng.randrange(len(paragraphs))
        paragraphs[at] = f"{paragraphs[at]} {fresh}"
    return version._replace(paragraphs=tuple(paragraphs))


def _removed(rng: random.Random, version: Version) -> Version:
    paragraphs = list(version.paragraphs)
    at = rng.randrange(len(paragraphs))
    if rng.random() < 0.5:
        del paragraphs[at]
    else:
        paragraphs[at] = paragraphs[at].partition(". ")[0] + "."
    return version._replace(paragraphs=tuple(paragraphs))


def _moved(rng: random.Random, version: Version) -> Version:
    paragraphs = list(version.paragraphs)
    one = paragraphs.pop(rng.randrange(3))
    paragraphs.insert(rng.randrange(4, len(paragraphs) + 1), one)
    return version._replace(paragraphs=tuple(paragraphs))


def _headline(rng: random.Random, version: Version) -> Version:
    return version._replace(title=f"{rng.choice(_NAMES)} speaks at last about the {rng.choice(('pier', 'tunnel'))}")


def _correction(rng: random.Random, version: Version) -> Version:
    note = rng.choice(_NOTES)
    paragraphs = (note, *version.paragraphs) if rng.random() < 0.3 else (*version.paragraphs, note)
    return version._replace(paragraphs=paragraphs)


def _in_one(rng: random.Random, version: Version, fits: Callable[[str], bool], change: Callable[[str], str]) -> Version:
    """Change one sentence that fits."""
    places = [
        (p, s)
        for p, paragraph in enumerate(version.paragraphs)
        for s, sentence in enumerate(paragraph.split(". "))
        if fits(sentence)
    ]
    if not places:
        return version
    p, s = rng.choice(places)
    sentences = version.paragraphs[p].split(". ")
    sentences[s] = change(sentences[s])
    paragraphs = [*version.paragraphs]
    paragraphs[p] = ". ".join(sentences)
    return version._replace(paragraphs=tuple(paragraphs))


MUTATIONS: tuple[tuple[str, Mutation], ...] = (
    ("number", _number), ("name", _name), ("trivial", _typo), ("trivial", _signs), ("reworded", _reworded),
    ("added", _added), ("removed", _removed), ("moved", _moved), ("headline", _headline), ("correction", _correction),
)  # fmt: skip
