"""Compare a stored article with today's answer to the same event: what of its text and metadata would change. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, get_args

from msgspec import Struct

from copydesk.events import CleanArticle, Refused, Removed
from copydesk.search.words import words

AnswerChange = Literal["text_gained", "text_lost", "metadata_changed", "now_refused", "now_accepted"]
ALL_CHANGES: tuple[AnswerChange, ...] = get_args(AnswerChange)

COMPARED_FIELDS = (
    "title", "authors", "published_at", "published_precision", "modified_at", "language", "section", "tags", "images",
    "paywalled", "page_type", "source", "url", "canonical_url", "feed", "notes", "extra",
)  # fmt: skip
"""What counts as metadata. How sure the cleaning is, and where it found a field, is said anew with each version."""


class AnswerComparison(Struct, frozen=True):
    """Tell what would change of one article.

    `gained` and `lost` are characters of words that come to the text and go from it. `fields` names what is otherwise:
    `paragraphs` where the same words are set otherwise, `removed_kinds` where the same pieces are called otherwise.
    `cut` and `kept` are the kinds of pieces that are cut now and were not, and of those that were and are not now.
    """

    changes: tuple[AnswerChange, ...] = ()
    gained: int = 0
    lost: int = 0
    fields: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    reason: str = ""

    @property
    def size(self) -> int:
        """Return how much changes, to put the most first: characters, and for a field as much as a short line."""
        return self.gained + self.lost + 20 * len(self.fields)


def compare_answers(before: CleanArticle | None, after: CleanArticle | Refused) -> AnswerComparison:
    """Compare what stands, None for what was refused, with today's answer to the same event."""
    if isinstance(after, Refused):
        if before is None:
            return AnswerComparison(reason=after.reason)
        lost = _length(_counted(before.paragraphs))
        return AnswerComparison(("now_refused",), lost=lost, reason=after.reason)
    if before is None:
        return AnswerComparison(("now_accepted",), gained=_length(_counted(after.paragraphs)))
    gained, lost = _difference(before.paragraphs, after.paragraphs)
    fields = [name for name in COMPARED_FIELDS if getattr(before, name) != getattr(after, name)]
    if not gained and not lost:  # or they follow from the text
        fields += ["removed_kinds"] if set(before.removed_kinds) != set(after.removed_kinds) else []
        fields += ["paragraphs"] if before.paragraphs != after.paragraphs else []
    told: dict[AnswerChange, bool] = {
        "text_gained": gained > 0,
        "text_lost": lost > 0,
        "metadata_changed": bool(fields),
    }
    return AnswerComparison(
        tuple(change for change, much in told.items() if much),
        gained,
        lost,
        tuple(fields),
        _new_kinds(before.removed, after.removed),
        _new_kinds(after.removed, before.removed),
    )


def _difference(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """Return the characters of words that came and that went; what is in both as it was is not looked into."""
    if before == after:
        return 0, 0
    was, now = Counter(before), Counter(after)
    gone, come = _counted((was - now).elements()), _counted((now - was).elements())
    return _length(come - gone), _length(gone - come)


def _counted(paragraphs: Iterable[str]) -> Counter[str]:
    return Counter(word for text in paragraphs for word in words(text))


def _length(counted: Counter[str]) -> int:
    return sum(len(word) * times for word, times in counted.items())


def _new_kinds(before: Sequence[Removed], after: Sequence[Removed]) -> tuple[str, ...]:
    """Return the kind of each piece of `after` whose text is no piece of `before`."""
    known = Counter(piece.text for piece in before)
    found = []
    for piece in after:
        if known[piece.text]:
            known[piece.text] -= 1
        else:
            found.append(piece.kind)
    return tuple(found)
