"""Align the sentences of two revisions: paragraphs first, then the sentences of those that differ."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from rapidfuzz.distance import Indel

from copydesk.history.sentences import Sentence, sentences_of

SIMILAR = 0.5
"""How much of two sentences must agree, token by token, for one to be a version of the other."""
SIMILAR_IN_PLACE, SIMILAR_ALONE = 0.28, 0.2
"""… where both stand between the same neighbours, and where nothing else differs there."""
_PLACES = 6
"""Sentences between the same neighbours up to which all are compared with all."""
_CANDIDATES, _COMMON = 3, 24
"""Sentences that one is compared with, by the words they share; a word that more sentences have says nothing."""
_FEW = 8
"""Words of a sentence up to which each two in a row, and so characters of unspaced scripts, count as well."""


class Pair(NamedTuple):
    """Hold a sentence that both revisions have, by its numbers there; `moved` says that its place is another."""

    old: int
    new: int
    moved: bool = False


class Alignment(NamedTuple):
    """Hold the sentences of the paragraphs that differ, in both revisions, and how they belong together.

    Those in no pair are in one revision alone.
    """

    old: list[Sentence]
    new: list[Sentence]
    pairs: list[Pair]


def align(old: tuple[str, ...], new: tuple[str, ...]) -> Alignment:
    """Align the paragraphs of two revisions, sentence by sentence; each sentence is in one pair at most."""
    same = _common(old, new)
    before, after = _of_others(old, {i for i, _ in same}), _of_others(new, {j for _, j in same})
    fixed = _Fixed(before, after, same)
    pairs = _in_equal_paragraphs(before, after, fixed)
    fixed.keep(pairs)
    left, right = _rest(before, after, pairs)
    common = [(left[i], right[j]) for i, j in _common([before[k].key for k in left], [after[k].key for k in right])]
    pairs = pairs + [Pair(i, j, fixed.crossed_by(i, j)) for i, j in common]
    fixed.keep(pairs)
    pairs += _elsewhere(before, after, pairs)
    pairs += _similar(before, after, pairs, fixed)
    return Alignment(before, after, sorted(pairs, key=lambda pair: (pair.new, pair.old)))


class _Fixed:
    """Know what stayed in its place: whole paragraphs, by their numbers, and sentences of others."""

    def __init__(self, before: Sequence[Sentence], after: Sequence[Sentence], same: Sequence[tuple[int, int]]) -> None:
        self._before, self._after = before, after
        self._paragraphs = [i for i, _ in same], [j for _, j in same]
        self._sentences: tuple[list[int], list[int]] = ([], [])

    def keep(self, pairs: Sequence[Pair]) -> None:
        """Take the sentences that stayed from all pairs."""
        stayed = [pair for pair in pairs if not pair.moved]
        self._sentences = sorted(pair.old for pair in stayed), sorted(pair.new for pair in stayed)

    def gap_of_old(self, at: int) -> int:
        """Return how much that stayed stands before a sentence of the older revision."""
        paragraphs = bisect_left(self._paragraphs[0], self._before[at].paragraph)
        return paragraphs + bisect_left(self._sentences[0], at)

    def gap_of_new(self, at: int) -> int:
        """Return how much that stayed stands before a sentence of the newer revision."""
        paragraphs = bisect_left(self._paragraphs[1], self._after[at].paragraph)
        return paragraphs + bisect_left(self._sentences[1], at)

    def crossed_by(self, old: int, new: int) -> bool:
        """Whether two sentences stand on different sides of what stayed."""
        return self.gap_of_old(old) != self.gap_of_new(new)


def _of_others(paragraphs: Sequence[str], known: Collection[int]) -> list[Sentence]:
    return sentences_of((number, text) for number, text in enumerate(paragraphs) if number not in known)


def _in_equal_paragraphs(before: Sequence[Sentence], after: Sequence[Sentence], fixed: _Fixed) -> list[Pair]:
    """Pair the sentences of paragraphs that both have, in the longest order that they share."""
    mine, theirs = _by_paragraph(before), _by_paragraph(after)
    keys = [tuple(before[k].key for k in group) for group in mine], [tuple(after[k].key for k in g) for g in theirs]
    return [
        Pair(i, j, fixed.crossed_by(i, j)) for m, n in _common(*keys) for i, j in zip(mine[m], theirs[n], strict=True)
    ]  # fmt: skip


def _by_paragraph(sentences: Sequence[Sentence]) -> list[list[int]]:
    groups: dict[int, list[int]] = defaultdict(list)
    for number, sentence in enumerate(sentences):
        groups[sentence.paragraph].append(number)
    return list(groups.values())


def _common(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return the places of a longest common subsequence: of what is in both, as all else can be in none."""
    shared = set(old) & set(new)
    mine, theirs = ([at for at, each in enumerate(some) if each in shared] for some in (old, new))
    return [
        (mine[i], theirs[j])
        for op in Indel.opcodes([old[at] for at in mine], [new[at] for at in theirs])
        if op.tag == "equal"
        for i, j in zip(range(op.src_start, op.src_end), range(op.dest_start, op.dest_end), strict=True)
    ]


def _rest(before: Sequence[Sentence], after: Sequence[Sentence], pairs: Sequence[Pair]) -> tuple[list[int], list[int]]:
    mine, theirs = {pair.old for pair in pairs}, {pair.new for pair in pairs}
    return [k for k in range(len(before)) if k not in mine], [k for k in range(len(after)) if k not in theirs]


def _elsewhere(before: Sequence[Sentence], after: Sequence[Sentence], pairs: Sequence[Pair]) -> list[Pair]:
    """Pair what both have, but out of order."""
    left, right = _rest(before, after, pairs)
    places = defaultdict(list)
    for j in reversed(right):
        places[after[j].key].append(j)
    return [Pair(i, places[before[i].key].pop(), moved=True) for i in left if places[before[i].key]]


def _similar(before: Sequence[Sentence], after: Sequence[Sentence], pairs: Sequence[Pair], fixed: _Fixed) -> list[Pair]:
    """Pair versions of one sentence, the most alike first."""
    left, right = _rest(before, after, pairs)
    mine, theirs = {i: before[i].key.split() for i in left}, {j: after[j].key.split() for j in right}
    least = _in_place(left, right, fixed)
    found = [(Indel.normalized_similarity(mine[i], theirs[j]), i, j) for i, j in {*_candidates(mine, theirs), *least}]
    taken: tuple[set[int], set[int]] = (set(), set())
    made = []
    for alike, i, j in sorted(found, key=lambda each: (-each[0], abs(each[1] - each[2]), each[1:])):
        if alike < least.get((i, j), SIMILAR) or i in taken[0] or j in taken[1]:
            continue
        taken[0].add(i)
        taken[1].add(j)
        made.append(Pair(i, j, fixed.crossed_by(i, j)))
    return made


def _candidates(mine: Mapping[int, Sequence[str]], theirs: Mapping[int, Sequence[str]]) -> list[tuple[int, int]]:
    """Return pairs that share the most words that few sentences have; sentences are given by their words."""
    holders: dict[Hashable, list[int]] = defaultdict(list)
    for j, words in theirs.items():
        for feature in _features(words):
            holders[feature].append(j)
    rare = {feature: held for feature, held in holders.items() if len(held) <= _COMMON}
    found = []
    for i, words in mine.items():
        shared = Counter(chain.from_iterable(rare[feature] for feature in _features(words) if feature in rare))
        found += [(i, j) for j, _ in shared.most_common(_CANDIDATES)]
    return found


def _features(words: Sequence[str]) -> dict[Hashable, None]:
    """Return the words of a sentence, and each two in a row where these are few: a single character says little."""
    found: dict[Hashable, None] = dict.fromkeys(word for word in words if len(word) > 1)
    return found if len(found) > _FEW else found | dict.fromkeys(pairwise(words))


def _in_place(left: Sequence[int], right: Sequence[int], fixed: _Fixed) -> dict[tuple[int, int], float]:
    """Return the pairs that stand between the same neighbours, with how alike they must be."""
    mine, theirs = defaultdict(list), defaultdict(list)
    for i in left:
        mine[fixed.gap_of_old(i)].append(i)
    for j in right:
        theirs[fixed.gap_of_new(j)].append(j)
    found = {}
    for gap in mine.keys() & theirs.keys():
        if len(mine[gap]) <= _PLACES and len(theirs[gap]) <= _PLACES:
            least = SIMILAR_ALONE if len(mine[gap]) == len(theirs[gap]) == 1 else SIMILAR_IN_PLACE
            found.update({(i, j): least for i in mine[gap] for j in theirs[gap]})
    return found
