"""Say of an article that comes in how it changed since the revision before it. Pure."""

from collections.abc import Collection, Iterable

import msgspec

from copydesk.events import ALL_CHANGE_CLASSES, ChangeClass, Changes, CleanArticle
from copydesk.history.compare import compare
from copydesk.history.records import TextChange, Version


def followed(before: CleanArticle | None, article: CleanArticle) -> CleanArticle:
    """Return the article with `changed_at` and `changes`, as they follow from the revision before it, with its own.

    What changed trivially alone, in spelling, punctuation or spacing, did not change; nor did what was cleaned anew or
    otherwise, as after a correction, or was withdrawn in between.
    """
    if before is None:
        return msgspec.structs.replace(article, changed_at=None, changes=None)
    changed_at, changes = before.changed_at, before.changes
    same = before.revision == article.revision or before.withdrawn or article.withdrawn
    if not same and before.content_hash != article.content_hash:
        classes = set(classes_of(compare(version_of(before), version_of(article)))) - {"trivial"}
        if classes:
            count = changes.count if changes else 0
            classes |= set(changes.classes if changes else ())
            changed_at, changes = article.fetched_at, Changes(count=count + 1, classes=_in_order(classes))
    return msgspec.structs.replace(article, changed_at=changed_at, changes=changes)


def version_of(article: CleanArticle) -> Version:
    """Return what is compared of an article: what people read of it, and what was cut."""
    cut = {" ".join(piece.text.split()): piece.why for piece in article.removed}
    return Version(article.title, article.paragraphs, article.language, cut)


def classes_of(changes: Iterable[TextChange]) -> tuple[ChangeClass, ...]:
    """Return the classes of the changes that the source made, in one order always."""
    return _in_order({change.class_ for change in changes if change.ours is None})


def _in_order(classes: Collection[ChangeClass]) -> tuple[ChangeClass, ...]:
    return tuple(name for name in ALL_CHANGE_CLASSES if name in classes)
