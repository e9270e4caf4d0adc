"""Count the dead letters again and again, reading only those that are new."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec
from msgspec import UNSET

from copydesk.answers.letters import FoundLetter, read_letter_record, take_in, with_what_became
from copydesk.index_port import Index
from copydesk.log_port import Log, PartitionStatus
from copydesk.pipeline import DEAD, PAGES_STAGE

JUDGED_EVERY = 10.0
"""Seconds between two looks at what became of the letters, which asks the index for each."""


class LetterCounts:
    """Follow the dead letters, without the documents in them. For one thread."""

    def __init__(self, log: Log, index: Index) -> None:
        self._log, self._index = log, index
        self._latest: dict[tuple[str, ...], FoundLetter] = {}
        self._ends: dict[int, int] = {}
        self._resolved: set[str] = set()
        self._judged_at = -JUDGED_EVERY

    def now(self, status: Sequence[PartitionStatus]) -> dict[str, int]:
        """Count them by class, and apart from them those that were resolved or discarded since.

        `status` is what the log says now. Raises LogUnavailable.
        """
        ends = {each.partition.number: each.end for each in status if each.partition.topic == DEAD}
        if any(end > self._ends.get(number, 0) for number, end in ends.items()):
            self._read_new(ends)
        if self._latest and time.monotonic() - self._judged_at >= JUDGED_EVERY:
            known = with_what_became(list(self._latest.values()), self._log, self._index)
            self._resolved = {each.handle for each in known if each.state == "resolved"}
            self._judged_at = time.monotonic()
        counts = Counter(refused=0, failed=0)
        counts.update(map(self._word, self._latest.values()))
        return dict(counts)

    def _read_new(self, ends: Mapping[int, int]) -> None:
        for record in self._log.scan(DEAD, self._ends):
            letter = read_letter_record(record)
            if letter.stage != PAGES_STAGE.name:  # of which the address is needed; others hold whole pages
                letter = msgspec.structs.replace(letter, event=UNSET, event_text=None)
            take_in(self._latest, record, letter)
            self._ends[record.partition] = record.offset + 1
        self._ends = {number: max(end, self._ends.get(number, 0)) for number, end in ends.items()}

    def _word(self, found: FoundLetter) -> str:
        if found.state != "open":
            return found.state
        return "resolved" if found.handle in self._resolved else found.letter.class_
