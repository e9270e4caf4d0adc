"""`make fuzz`: clean pages and texts made by chance until the time is up; print how many, stop at what breaks."""

import argparse
import time
from collections import Counter

from hypothesis import HealthCheck, given, seed, settings

from tests.support.fuzzing import check, pages, texts

BATCH = 500


def main() -> None:
    """Run for `--seconds`; `--seed` begins elsewhere. Raises what broke, with the smallest input that does."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--seed", type=int, default=0)
    given_ = parser.parse_args()
    counts = Counter[str]()
    until, number = time.monotonic() + given_.seconds, given_.seed
    while time.monotonic() < until:
        for kind, made in (("text/html", pages), ("text/plain", texts)):
            _batch(kind, made, number, counts)
        number += 1
    told = ", ".join(f"{count:,} {what}" for what, count in sorted(counts.items()))
    print(f"{counts.total():,} documents, seeds {given_.seed} to {number - 1}: {told}; none broke the cleaner")


def _batch(kind: str, made, number: int, counts: Counter[str]) -> None:  # type: ignore[no-untyped-def]
    @seed(number)
    @settings(max_examples=BATCH, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(made)
    def one(content: str) -> None:
        counts[f"{kind} {check(content, kind)}"] += 1

    one()


if __name__ == "__main__":
    main()
