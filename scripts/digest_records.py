"""Clean all pages and texts of DATA and write a digest of each record: `python -m scripts.digest_records DATA OUT`.

A change that must not alter any answer is proved by two files that are alike (`diff BEFORE AFTER`). DATA holds
`*.jsonl.gz` files whose rows have `html` or `text`, alone or as the sides `a` and `b` of a pair. A line of OUT is the
file, the row's id and the SHA-256 of the whole record as it goes on the wire, or of the refusal with what was cut and
left; the last line is the digest of all. Clock and revision are fixed, site rules and the memory of sources off.

With `--without-evidence` the words that a cut quotes are left out: they alone may change when a word list does.
"""

import argparse
import gzip
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from copydesk.cleaning.article import clean_article
from copydesk.documents import raw_of
from copydesk.events import CleanArticle, ContentType
from copydesk.producers.seeds.rows import SeedRow

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
CHUNK = 8


def main() -> None:
    """Write the digests and print the last one."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--without-evidence", action="store_true")
    given = arguments.parse_args()
    whole = hashlib.sha256()
    with get_context("fork").Pool(given.workers) as pool, given.out.open("w", encoding="utf-8") as out:
        for line in pool.imap(partial(digest_of, evidence=not given.without_evidence), documents(given.data), CHUNK):
            whole.update(line.encode())
            out.write(line)
        out.write(f"{whole.hexdigest()}\n")
    print(whole.hexdigest())


def documents(data: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (file and id, row) of everything that can be cleaned."""
    for path in sorted(data.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8", errors="surrogatepass") as lines:
            for row in map(json.loads, lines):
                sides = {"": row} if "html" in row or "text" in row else {".a": row["a"], ".b": row["b"]}
                for side, one in sides.items():
                    for field in ("html", "text"):
                        if one.get(field):
                            yield f"{path.name} {row['id']}{side} {field}", {**one, "field": field}


def digest_of(document: tuple[str, dict[str, Any]], evidence: bool = True) -> str:
    """Return one line: the document's name and the digest of what cleaning makes of it, with or without evidence."""
    name, row = document
    kind: ContentType = "text/html" if row["field"] == "html" else "text/plain"
    seed = SeedRow(row[row["field"]], kind, "utf-8", row.get("url"), site=row.get("site"), fetched_at=WHEN)
    found = clean_article(replace(raw_of(seed), revision=1))
    if not evidence:
        found = replace(found, removed=tuple(replace(piece, evidence="") for piece in found.removed))
    record = found if isinstance(found, CleanArticle) else (found.reason, found.removed, found.left)
    return f"{name} {hashlib.sha256(msgspec.json.encode(record)).hexdigest()}\n"


if __name__ == "__main__":
    main()
