"""Clean a folder of pages into a table, a row an article: `python examples/folder_to_data_frame.py FOLDER OUT.csv`.

The rows are plain dictionaries: `pandas.DataFrame(rows)` and `polars.DataFrame(rows)` take them as they are. So this
needs no library of data frames, and writes the table as CSV, which every one of them reads.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import copydesk

COLUMNS = ("file", "title", "authors", "published_at", "language", "characters", "removed", "refused", "text")


def table(folder: Path, workers: int = 2) -> Iterator[dict[str, Any]]:
    """Yield a row for each page of the folder, in order of their names; one that is no article says why."""
    files = sorted(folder.glob("*.html"))
    pages = (file.read_bytes() for file in files)
    for file, found in zip(files, copydesk.clean_many(pages, workers=workers), strict=True):
        row: dict[str, Any] = dict.fromkeys(COLUMNS)
        row["file"] = file.name
        if isinstance(found, copydesk.Refused):
            row["refused"] = found.reason
        else:
            row |= {
                "title": found.title,
                "authors": "; ".join(found.authors),
                "published_at": found.published_at,
                "language": found.language,
                "characters": len(found.text),
                "removed": len(found.removed),
                "text": found.text,
            }
        yield row


def main(folder: str, out: str) -> None:
    """Write the table of a folder."""
    with open(out, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(table(Path(folder)))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
