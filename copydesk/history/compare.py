"""Compare two revisions of an article as a reader would: sentence by sentence, each change with its class. Pure."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from copydesk.events import ChangeClass
from copydesk.history.align import Alignment, align
from copydesk.history.judge import judge, marks
from copydesk.history.names import Names
from copydesk.history.records import TextChange, Version
from copydesk.history.sentences import Sentence, key_of
from copydesk.history.word_lists import is_correction

_SPACED_KEPT = 64


def compare(old: Version, new: Version) -> list[TextChange]:
    """Return what changed between two revisions, the headline first, then in the order of the newer one.

    A sentence that changed in several ways is there once for each. Sentences that came, went or moved together are one
    change. Trivial are changes of spelling, punctuation and spacing alone. What one revision has and the cleaning cut
    of the other is our change, not the source's.
    """
    if old[:3] == new[:3]:
        return []
    aligned = align(old.paragraphs, new.paragraphs)
    names = Names([each.text for each in (*aligned.old, *aligned.new)], new.language or old.language)
    found = list(_headline(old.title, new.title, names))
    found += _body(aligned, names, _Cuts(old, new))
    if not found:  # paragraphs were split or joined, or signs alone came and went
        found.append(TextChange(class_="trivial", old=None, new=None))
    return found


def _headline(old: str, new: str, names: Names) -> Iterator[TextChange]:
    if _spaced(old) == _spaced(new):
        return
    trivial = key_of(old) == key_of(new) or judge(old, new, names) == ("trivial",)
    yield TextChange(class_="trivial" if trivial else "headline", old=old, new=new, words=marks(old, new))


def _body(alignment: Alignment, names: Names, cuts: "_Cuts") -> list[TextChange]:
    before, after, pairs = alignment
    placed: list[tuple[float, TextChange]] = []
    mine, theirs = {pair.old: pair.new for pair in pairs}, {pair.new for pair in pairs}
    for pair in pairs:
        one, other = before[pair.old], after[pair.new]
        if _spaced(one.text) != _spaced(other.text):
            classes = ("trivial",) if one.key == other.key else judge(one.text, other.text, names)
            placed += [(pair.new, _changed(class_, one, other)) for class_ in classes]
    for how, moved in _runs([(_MOVED, pair.old, pair.new) for pair in pairs if pair.moved], before, after):
        placed.append((moved[0][1], _run(how, [before[i] for i, _ in moved], [after[j] for _, j in moved])))
    for how, added in _runs(_came([j for j in range(len(after)) if j not in theirs], after, cuts), after, after):
        placed.append((added[0][0], _run(how, [], [after[j] for j, _ in added])))
    gone = [(_How("removed", cuts.why_gone(before[i])), i, i) for i in range(len(before)) if i not in mine]
    for how, removed in _runs(gone, before, before):
        behind = max((mine[i] for i in mine if i < removed[0][0]), default=-1)
        placed.append((behind + 0.5, _run(how, [before[i] for i, _ in removed], [])))
    return [change for _, change in sorted(placed, key=lambda each: each[0])]


class _Cuts(NamedTuple):
    """Hold both revisions, to tell of a sentence that one of them keeps whether the cleaning cut it of the other."""

    old: Version
    new: Version

    def why_gone(self, sentence: Sentence) -> str | None:
        """Return why the newer revision's cleaning cut what the older one keeps; None where it did not."""
        return _why(sentence, self.old, self.new.cut)

    def why_came(self, sentence: Sentence) -> str | None:
        """Return why the older revision's cleaning cut what the newer one keeps; None where it did not."""
        why = _why(sentence, self.new, self.old.cut)
        return None if why is None else f"Was cut before: {why}"


class _How(NamedTuple):
    """Hold the class of a change, and why it is ours; None where the source made it."""

    class_: ChangeClass
    ours: str | None = None


_MOVED = _How("moved")
_Place = tuple[_How, int, int]


def _came(numbers: list[int], after: list[Sentence], cuts: _Cuts) -> list[_Place]:
    """Return the sentences that came, with their classes: a note of a correction goes on to its paragraph's end."""
    found: list[_Place] = []
    noted = -1
    for j in numbers:
        if is_correction(after[j].text):
            noted = after[j].paragraph
        class_: ChangeClass = "correction" if after[j].paragraph == noted else "added"
        found.append((_How(class_, cuts.why_came(after[j])), j, j))
    return found


def _why(sentence: Sentence, kept: Version, cut: Mapping[str, str]) -> str | None:
    """Return why a sentence or its paragraph was cut of the other revision.

    None where it was not, or where it was cut of this revision too: of what stands twice, a kept copy came or went.
    """
    if not cut:
        return None
    for text in (sentence.text, kept.paragraphs[sentence.paragraph]):
        spaced = _spaced(text)
        if spaced in cut and spaced not in kept.cut:
            return cut[spaced]
    return None


def _runs(
    places: list[_Place], before: list[Sentence], after: list[Sentence]
) -> Iterator[tuple[_How, list[tuple[int, int]]]]:
    """Yield places as runs of one sort that follow each other on both sides, with no paragraph between."""
    run: list[_Place] = []
    for place in sorted(places, key=lambda each: each[1:]):
        how, i, j = place
        if run:
            last_how, last_i, last_j = run[-1]
            near = before[i].paragraph - before[last_i].paragraph <= 1 >= after[j].paragraph - after[last_j].paragraph
            if (how, i, j) != (last_how, last_i + 1, last_j + 1) or not near:
                yield last_how, [each[1:] for each in run]
                run = []
        run.append(place)
    if run:
        yield run[0][0], [each[1:] for each in run]


def _changed(class_: ChangeClass, one: Sentence, other: Sentence) -> TextChange:
    return TextChange(
        class_=class_,
        old=one.text,
        new=other.text,
        old_paragraph=one.paragraph,
        new_paragraph=other.paragraph,
        words=marks(one.text, other.text),
    )


def _run(how: _How, old: list[Sentence], new: list[Sentence]) -> TextChange:
    return TextChange(
        class_=how.class_,
        ours=how.ours,
        old=_joined(old),
        new=_joined(new),
        old_paragraph=old[0].paragraph if old else None,
        new_paragraph=new[0].paragraph if new else None,
    )


def _joined(sentences: list[Sentence]) -> str | None:
    """Return the sentences as one text, a blank line between paragraphs."""
    paragraphs = [" ".join(s.text for s in some) for _, some in groupby(sentences, lambda s: s.paragraph)]
    return "\n\n".join(paragraphs) or None


@lru_cache(_SPACED_KEPT)
def _spaced(text: str) -> str:
    """Return a text as it is read: white space is one space. A paragraph is asked for with each of its sentences."""
    return " ".join(text.split())
