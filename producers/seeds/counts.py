"""Count the rows, bytes and problems of a run of the seed producer, for its display."""

import logging
from collections import Counter
from dataclasses import dataclass, field

_ERRORS_KEPT, _KINDS_SHOWN = 1000, 6
logger = logging.getLogger("copydesk.seeds")


@dataclass
class SeedCounts:
    """Count rows, bytes and problems as reading goes, for its display.

    `read` = `published` + `unchanged` + `refused` + `links` once all is acknowledged; a finished file that did not
    change counts with what it holds. `addresses` counts those in lists, `left_out` what is no article, by its kind;
    `problems` counts all, `errors` keeps the first 1,000 as lines for a person.
    """

    read: int = 0
    published: int = 0
    unchanged: int = 0
    refused: int = 0
    links: int = 0
    skipped: int = 0
    addresses: int = 0
    bytes_done: int = 0
    bytes_total: int = 0
    problems: int = 0
    errors: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    waiting: str = ""

    @property
    def accepted(self) -> int:
        """Count the rows that are articles or links, published now or before."""
        return self.published + self.unchanged + self.links

    def complain(self, line: str) -> None:
        """Note a problem in words."""
        self.problems += 1
        if len(self.errors) < _ERRORS_KEPT:
            self.errors.append(line)

    def leave_out(self, place: str, kind: str) -> None:
        """Count something that is no article by its kind, such as a suffix."""
        self.skipped += 1
        self.left_out[kind] += 1
        logger.info("left out %s: %s", place, kind)

    def left_out_words(self) -> str:
        """Return what was left out as one line for a person, the commonest kinds first; "" for nothing."""
        if not self.left_out:
            return ""
        kinds = [f"{count:,} {kind}" for kind, count in self.left_out.most_common(_KINDS_SHOWN)]
        others = self.left_out.total() - sum(count for _, count in self.left_out.most_common(_KINDS_SHOWN))
        shown = ", ".join(kinds) + (f" and {others:,} of other kinds" if others else "")
        hint = "" if logger.isEnabledFor(logging.INFO) else "; -v names each"
        return f"left out {self.left_out.total():,} that are no articles by their kind: {shown}{hint}"

    def line(self) -> str:
        """Return the counts of rows that are not 0 as one line for a person: `read 1,200, published 1,150`."""
        names = ("read", "published", "unchanged", "refused", "links", "skipped")
        numbers = [(name, getattr(self, name)) for name in names]
        return ", ".join(f"{name} {number:,}" for name, number in numbers if number or name == "read")
