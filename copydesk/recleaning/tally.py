"""Count what cleaning the past again would change, by source, kind and field, with the articles that change most."""

from collections import Counter
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from copydesk.cleaning.report import Shown, article_in_order
from copydesk.events import CleanArticle, Refused
from copydesk.recleaning.verdict import ALL_CHANGES, AnswerComparison

MOST_EXAMPLES = 20
_MOST_BLOCKS, _MOST_CHARACTERS = 300, 1_000
"""What is kept of a document as an example: a report is read in minutes."""

Passed = Literal["older", "waiting", "repeated", "unreadable", "failed", "still_refused"]
"""Why an event is compared with nothing: a higher revision stands; it is not in the index yet; the same revision came
twice; it is no event; the cleaning did not come to an answer; it was refused, and is."""


class Example(Struct, frozen=True, omit_defaults=True):
    """Show one article that changes: its blocks as they stand and as they would be, none on the side of a refusal."""

    id: str
    revision: int
    source: str
    url: str | None
    title: str
    comparison: AnswerComparison
    before: tuple[Shown, ...] = ()
    after: tuple[Shown, ...] = ()


class KindCount(Struct):
    """Count the pieces of one kind that are cut now and were not, and that were cut and are not now."""

    cut: int = 0
    kept: int = 0


class Tally(Struct):
    """Hold the counts of a run. An article may gain and lose text: `changed` counts it once."""

    read: int = 0
    compared: int = 0
    unchanged: int = 0
    changed: int = 0
    changes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ALL_CHANGES, 0))
    passed: dict[Passed, int] = {}
    sources: dict[str, dict[str, int]] = {}
    kinds: dict[str, KindCount] = {}
    fields: dict[str, int] = {}
    reasons: dict[str, int] = {}
    most_changed: list[Example] = []

    def passed_over(self, why: Passed) -> None:
        """Count an event that is compared with nothing."""
        self.passed[why] = self.passed.get(why, 0) + 1

    def add(self, before: CleanArticle | None, after: CleanArticle | Refused, found: AnswerComparison) -> None:
        """Count an article, and keep it as an example where it is among those that change most."""
        shown = after if isinstance(after, CleanArticle) else before
        if shown is None:
            self.passed_over("still_refused")
            return
        self.compared += 1
        source = self.sources.setdefault(shown.source, {})
        _count(source, ("changed", *found.changes) if found.changes else ("unchanged",))
        if not found.changes:
            self.unchanged += 1
            return
        self.changed += 1
        _count(self.changes, found.changes)
        _count(self.fields, found.fields)
        if "now_refused" in found.changes:
            _count(self.reasons, (found.reason,))
        for kind in (*found.cut, *found.kept):
            self.kinds.setdefault(kind, KindCount())
        for kind in found.cut:
            self.kinds[kind].cut += 1
        for kind in found.kept:
            self.kinds[kind].kept += 1
        self._keep(before, after, shown, found)

    def _keep(
        self, before: CleanArticle | None, after: CleanArticle | Refused, shown: CleanArticle, found: AnswerComparison
    ) -> None:
        most = self.most_changed
        if len(most) == MOST_EXAMPLES and found.size <= most[-1].comparison.size:
            return
        del most[MOST_EXAMPLES - 1 :]
        most.append(
            Example(
                shown.id,
                shown.revision,
                shown.source,
                shown.url,
                shown.title,
                found,
                _blocks(before),
                _blocks(after if isinstance(after, CleanArticle) else None),
            )
        )
        most.sort(key=lambda each: -each.comparison.size)


def tally_document(tally: Tally) -> Tally:
    """Return the tally as `reclean --json` prints it: examples without their blocks, sources by what changes most."""
    sources = sorted(tally.sources.items(), key=lambda item: (-item[1].get("changed", 0), item[0]))
    return replace(
        tally,
        sources=dict(sources),
        most_changed=[replace(each, before=(), after=()) for each in tally.most_changed],
    )


def _count(counts: dict[str, int], names: tuple[str, ...]) -> None:
    for name, times in Counter(names).items():
        counts[name] = counts.get(name, 0) + times


def _blocks(article: CleanArticle | None) -> tuple[Shown, ...]:
    if article is None:
        return ()
    return tuple(
        block._replace(text=block.text[:_MOST_CHARACTERS]) for block in article_in_order(article)[:_MOST_BLOCKS]
    )
