"""What the worst documents cost: CPU seconds, memory and what became of each, against the design's bar."""

import sys

from bench.worst import HTML, MEBIBYTES, SECONDS, TEXT, measure


def main() -> None:
    """Measure each in a process of its own and print a table; exit 1 when one is over the bar."""
    over = 0
    print(f"{'document':<42}{'CPU s':>8}{'MiB':>8}{'peak':>8}  what became of it (bar: {SECONDS} s, {MEBIBYTES} MiB)")
    for name in [*HTML, *TEXT]:
        [cost] = measure(name)
        bad = cost.seconds > SECONDS or cost.grown > MEBIBYTES
        over += bad
        mark = "! " if bad else "  "
        print(f"{name:<42}{cost.seconds:>8.2f}{cost.grown:>8.0f}{cost.peak:>8.0f}{mark}{cost.result[:60]}")
    print(f"{over} of {len(HTML) + len(TEXT)} over the bar")
    sys.exit(over > 0)


if __name__ == "__main__":
    main()
