"""Find what a story says a second time: the same text for two screens, or a summary that stands again as a caption."""

import re
from collections.abc import Iterator, Sequence

from copydesk.cleaning.normalise import bare
from copydesk.cleaning.page.model import Run
from copydesk.cleaning.thresholds.main_text import (
    LEAST_REPEAT,
    NEAR_REPEAT,
    REPEATED_APART,
    REPEATED_SENTENCES,
    REPEATED_SHARE,
    REPEATED_WHOLE,
)

_ENDS = re.compile(r"[.!?。！？؟…।][\"'”’»」)]?+$")
_SENTENCE = re.compile(r"(?<=[.!?。！？؟…।])\s*+(?=\S)")


def find_repeats(runs: Sequence[Run], kept: Sequence[bool]) -> set[int]:
    """Return the kept runs that say again what others say; of a hidden and a shown one, the hidden one.

    A repeat is a sentence of some length, or all of a stretch that is a good part of the story: so a refrain, and a
    word that heads two sections, stay. A run all of whose sentences stand elsewhere is a repeat too. Linear time.
    """
    places = [i for i, keep in enumerate(kept) if keep]
    said_by = {i: list(map(bare, _SENTENCE.split(runs[i].text))) for i in places}
    texts = {i: "".join(sentences) for i, sentences in said_by.items()}
    origin: dict[int, int] = {}
    first: dict[str, int] = {}
    said: set[str] = set()
    found: set[int] = set()
    for i in sorted(places, key=lambda i: runs[i].box.hidden):
        sentences = said_by[i]
        if texts[i] in first:
            origin[i] = first[texts[i]]
        elif len(sentences) >= REPEATED_SENTENCES and said.issuperset(sentences):
            found.add(i)
        else:
            first[texts[i]] = i
            said.update(sentences)
    whole = sum(map(len, texts.values()))
    for stretch in _stretches(places, origin):
        near = stretch[0] - origin[stretch[0]] <= NEAR_REPEAT
        long = [i for i in stretch if len(runs[i].text) >= LEAST_REPEAT and (near or _ENDS.search(runs[i].text))]
        size, prose = sum(len(texts[i]) for i in stretch), all(_ENDS.search(runs[i].text) for i in stretch)
        again = size >= REPEATED_SHARE * whole if long else prose and size >= max(LEAST_REPEAT, REPEATED_WHOLE * whole)
        found.update(stretch if again else long)
    return found


def _stretches(places: Sequence[int], origin: dict[int, int]) -> Iterator[list[int]]:
    """Yield the repeats in stretches that follow each other as what they repeat does, a few runs left out or not."""
    rank = {place: n for n, place in enumerate(places)}

    def follows(i: int, before: int) -> bool:
        return 0 < rank[i] - rank[before] <= REPEATED_APART

    stretch: list[int] = []
    for i in sorted(origin):
        if stretch and not (follows(i, stretch[-1]) and follows(origin[i], origin[stretch[-1]])):
            yield stretch
            stretch = []
        stretch.append(i)
    if stretch:
        yield stretch
