"""Judge what changed between two versions of a sentence: numbers, names, other words, or nothing that is read."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA, Indel

from copydesk.events import ChangeClass
from copydesk.history.names import Names
from copydesk.history.records import MarkedRun
from copydesk.history.sentences import Token, tokens_of
from copydesk.history.word_lists import word_list

_SHORTEST_TYPO, _LONG = 5, 9
"""Letters from which on a word that differs in one is misspelt, and from which on it may differ in two."""


class _Edit(NamedTuple):
    """Hold the bounds of a run of tokens in each version, of which at least one is not empty."""

    old: range
    new: range


def judge(old: str, new: str, names: Names) -> tuple[ChangeClass, ...]:
    """Return the classes of change between two versions of a sentence; `trivial` only where there is no other."""
    before, after = tokens_of(old), tokens_of(new)
    mine, theirs = ([at for at, token in enumerate(tokens) if token.key] for tokens in (before, after))
    found: set[ChangeClass] = set()
    for edit in _edits([before[at].key for at in mine], [after[at].key for at in theirs]):
        found |= _classes((before, [mine[k] for k in edit.old]), (after, [theirs[k] for k in edit.new]), names)
    found.discard("trivial")
    return tuple(sorted(found)) or ("trivial",)


def marks(old: str, new: str) -> tuple[MarkedRun, ...]:
    """Return both versions of a sentence as runs: the same, removed, added."""
    before, after = tokens_of(old), tokens_of(new)
    found: list[MarkedRun] = []
    i = j = 0
    opcodes = Indel.opcodes([each.text for each in before], [each.text for each in after])
    for tag, i1, i2, j1, j2 in [*opcodes, ("end", len(before), len(before), len(after), len(after))]:
        if tag in {"equal", "end"}:
            found += [MarkedRun("removed", _span(old, before, i, i1))] if i < i1 else []
            found += [MarkedRun("added", _span(new, after, j, j1))] if j < j1 else []
            found += [MarkedRun("same", _span(new, after, j1, j2))] if j1 < j2 else []
            i, j = i2, j2
    return tuple(found)


def _span(text: str, tokens: Sequence[Token], start: int, end: int) -> str:
    """Return the text of some tokens with the space behind them."""
    return text[tokens[start].start : tokens[end].start if end < len(tokens) else len(text)]


def _edits(old: Sequence[str], new: Sequence[str]) -> Iterator[_Edit]:
    """Yield what differs between the words of two sentences; neighbours are one edit."""
    i = j = 0
    for tag, i1, i2, j1, j2 in [*Indel.opcodes(old, new), ("equal", len(old), len(old), len(new), len(new))]:
        if tag == "equal":
            if i < i1 or j < j1:
                yield _Edit(range(i, i1), range(j, j1))
            i, j = i2, j2


def _classes(
    one: tuple[Sequence[Token], Sequence[int]], other: tuple[Sequence[Token], Sequence[int]], names: Names
) -> set[ChangeClass]:
    """Return the classes of an edit: of each version the sentence's tokens, and the numbers of those that differ."""
    (before, places), (after, places_new) = one, other
    old, new = [before[at] for at in places], [after[at] for at in places_new]
    if "".join(t.key for t in old) == "".join(t.key for t in new):
        return {"trivial"}
    found: set[ChangeClass] = set()
    numbers = word_list("numbers", names.code)
    rest_old, rest_new = _without_numbers(old, numbers), _without_numbers(new, numbers)
    if not rest_old and not rest_new:
        return {"number"}
    values_old, values_new = [t.key for t in old if t not in rest_old], [t.key for t in new if t not in rest_new]
    if values_old and values_new and values_old != values_new:
        found.add("number")
    named = [names.is_name(before, at) for at in places if before[at] in rest_old]
    named_new = [names.is_name(after, at) for at in places_new if after[at] in rest_new]
    if named and named_new and all(named) and all(named_new):
        same = len(rest_old) == len(rest_new) and all(map(names.same_name, rest_old, rest_new))
        found.add("reworded" if same else "name")
    elif len(rest_old) == len(rest_new) and all(map(_is_typo, rest_old, rest_new)):
        found.add("trivial")
    else:
        found.add("reworded")
        if any(named) and any(named_new) and _names(rest_old, named) != _names(rest_new, named_new):
            found.add("name")
    return found


def _names(tokens: Sequence[Token], named: Sequence[bool]) -> list[str]:
    return [token.key for token, is_name in zip(tokens, named, strict=True) if is_name]


def _without_numbers(tokens: Sequence[Token], numbers: Collection[str]) -> list[Token]:
    return [token for token in tokens if not token.text[0].isdigit() and token.key not in numbers]


def _is_typo(old: Token, new: Token) -> bool:
    """Whether two words are one, misspelt in one of them; an ending more or less is another form of the word."""
    shorter, longer = sorted((old.key, new.key), key=len)
    if len(shorter) < _SHORTEST_TYPO or old.key[0] != new.key[0] or longer.startswith(shorter):
        return False
    most = 2 if len(shorter) >= _LONG else 1
    return OSA.distance(old.key, new.key, score_cutoff=most) <= most
