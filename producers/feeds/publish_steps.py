"""Split the news of a visit into steps, so that a kill at any moment repeats events and makes no new ones. Pure.

What is going to be sent is written down first, revision and all; then it is sent. Who comes after a kill finds in the
feed's head from which revision on (`floor`) nothing is certain, and sends such items again as they are written down.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from copydesk.producers.feeds.new_items import Comparison, News
from copydesk.producers.feeds.state import Seen


class PublishStep(NamedTuple):
    """Hold seen items to write, all of them, then news to publish.

    While it is under way, what has a revision of `floor` or above may be unpublished; everything below it is published.
    """

    floor: int
    seen: dict[str, Seen]
    news: Sequence[News]


def publish_steps(
    compared: Comparison, before: Mapping[str, Seen], told: Collection[str], floor: int, moment: int, size: int
) -> Iterator[PublishStep]:
    """Yield the steps of a visit, at least one, each of `size` news at most; the last one's `seen` is what stays.

    `before` are the seen items as they are written now, `told` the ids of new articles that another feed brought
    already, `moment` (ms) is the one the news was compared at, never below `floor`.
    """
    again = [each for each in compared.news if each.kind == "again"]
    for start in range(0, len(again), size):
        yield PublishStep(floor, dict(before), again[start : start + size])
    fresh = [each for each in compared.news if each.kind != "again" and each.id not in told]
    settled = {key: _below(each, floor) if each.id in told else each for key, each in compared.seen.items()}
    for number, start in enumerate(range(0, max(1, len(fresh)), size)):
        # Revisions grow from step to step: so a floor tells the steps that are done from those that are not.
        now = [each._replace(revision=max(each.revision, moment + number)) for each in fresh[start : start + size]]
        later = {each.id for each in fresh[start + size :]}
        revisions = {each.id: each.revision for each in now}
        settled = {key: _at(each, revisions.get(each.id)) for key, each in settled.items()}
        seen = {key: before.get(key) if each.id in later else each for key, each in settled.items()}
        lowest = floor if number == 0 else moment + number
        yield PublishStep(lowest, {key: each for key, each in seen.items() if each is not None}, now)


def _below(each: Seen, floor: int) -> Seen:
    """Return an item that is not sent from here: nothing about it is uncertain."""
    return msgspec.structs.replace(each, revision=min(each.revision, floor - 1))


def _at(each: Seen, revision: int | None) -> Seen:
    return each if revision is None or revision == each.revision else msgspec.structs.replace(each, revision=revision)
