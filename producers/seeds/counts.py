"""Count the rows, bytes and problems of a run of the seed producer, for its display."""

from dataclasses import dataclass, field

_ERRORS_KEPT = 1000


@dataclass
class SeedCounts:
    """Count rows, bytes and problems as reading goes, for its display.

    `read` = `published` + `unchanged` + `refused` + `links` once all is acknowledged; a finished file that did not
    change counts with what it holds. `problems` counts all, `errors` keeps the first 1,000 as lines for a person.
    """

    read: int = 0
    published: int = 0
    unchanged: int = 0
    refused: int = 0
    links: int = 0
    skipped: int = 0
    bytes_done: int = 0
    bytes_total: int = 0
    problems: int = 0
    errors: list[str] = field(default_factory=list)
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

    def line(self) -> str:
        """Return the counts of rows that are not 0 as one line for a person: `read 1,200, published 1,150`."""
        names = ("read", "published", "unchanged", "refused", "links", "skipped")
        numbers = [(name, getattr(self, name)) for name in names]
        return ", ".join(f"{name} {number:,}" for name, number in numbers if number or name == "read")
