"""Measure what a step of each threshold of the cleaning costs: `nice python -m scripts.threshold_steps DATA`.

DATA is a folder of `*.jsonl.gz` with pages (`web2026`), scraped texts (`scraped_andy424`) and pages by type (`gate`).
A step is a fifth of the number, 1 at least of a whole one, and never more than half of what a share lacks to 1. Prints
a table of what changes: the F1 of the main text in shingles of four words, by the mean precision and recall, and the
shares of articles and of lists that are refused. Every twentieth row is read, by the shipped models.

All documents are cleaned once by numbers that are watched; a step is then measured on those where it came to bear, in
a process of its own. What changes nothing goes to stderr as it is found, and
into the table's last row.
"""

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from scripts.sampled_scores import Row, Scores, differences, sample, share, told
from scripts.watched_number import Number, Watched

Step = tuple[str, int]
"""A threshold's name, and 0 for the step down or 1 for the step up."""
EVERY = 20
ROOM = "copydesk.cleaning.thresholds"
HOURS = {"ANEW_AFTER", "FURTHEST_ZONE", "DAY_ALONE_ENDS", "ADDRESS_DAY_ENDS", "ZONE_STEP", "ZONE_STEP_SLACK"}
"""Not watched, as `timedelta` takes nothing else for a number: measured on all documents."""
FORK = get_context("fork")
_SECONDS = 900


def main() -> None:
    """Measure all of them."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--every", type=int, default=EVERY, help="read one row in so many")
    arguments.add_argument(
        "--rooms", nargs="+", help="modules of thresholds, in the order to measure; all unless given"
    )
    given = arguments.parse_args()
    rows = sample(given.data, given.every)
    steps = {name: steps_of(value) for name, value in in_child(partial(thresholds, given.rooms)).items()}
    seen = in_child(partial(watch, rows, steps))
    importlib.import_module("copydesk.loaded_models")
    today = in_child(partial(scores, rows, list(range(len(rows)))))
    print("today:", told(today, rows), flush=True)
    places = {(name, side): seen.places((name, side), today) for name in steps for side in (0, 1)}
    idle = [name for name in steps if not places[name, 0] and not places[name, 1]]
    print(f"| {len(idle)} that bear on no document: {names(idle)} | none | none |", flush=True)
    same = []
    for name, (value, *others) in steps.items():
        if name in idle:
            continue
        cells = []
        for side, other in enumerate(others):
            step = (name, side)
            found = in_child(partial(scores, rows, places[step], {name: other}, anew=step in seen.loading))
            cells.append("fails" if found is None else differences(rows, today, {**today, **found}))
        row = " | ".join(f"{other:,}: {cell}" for other, cell in zip(others, cells, strict=True))
        changes = set(cells) != {"none"}
        print(f"| `{name}` {value:,} | {row} |", file=sys.stdout if changes else sys.stderr, flush=True)
        same += [] if changes else [name]
    print(f"| {len(same)} that change no figure: {names(same)} | none | none |")


def names(thresholds: list[str]) -> str:
    """Return names as Markdown."""
    return ", ".join(f"`{name}`" for name in thresholds)


class Seen(NamedTuple):
    """Hold the steps that come to bear when modules are imported, when models are loaded too, and by document."""

    importing: set[Step]
    loading: set[Step]
    documents: list[tuple[Scores, set[Step]] | None]

    def places(self, step: Step, today: Scores) -> list[int]:
        """Return the documents that a step may change: those, too, that watching itself has changed."""
        return [
            place
            for place, document in enumerate(self.documents)
            if document is None or document[0][place] != today[place] or step in document[1] | self.importing
        ]


def thresholds(rooms: list[str] | None = None) -> dict[str, Number]:
    """Return every threshold that is one number, of some rooms or all; those of trained models' features last."""
    package = importlib.import_module(ROOM)
    found = [module.name for module in pkgutil.iter_modules(package.__path__)]
    modules = [importlib.import_module(f"{ROOM}.{room}") for room in rooms or sorted(found, key=_is_features)]
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, int | float)
    }


def _is_features(room: str) -> bool:
    return room.endswith("features")


def steps_of(value: Number) -> tuple[Number, Number, Number]:
    """Return a number with a step down and a step up."""
    if isinstance(value, int):
        step = max(1, round(abs(value) / 5))
        return value, value - step, value + step
    up = abs(value) / 5
    if 0 < value < 1:
        up = min(up, (1 - value) / 2)
    return value, round(value - abs(value) / 5, 4), round(value + up, 4)


def put(values: Row) -> None:
    """Set thresholds in every module that has them."""
    for path, module in list(sys.modules.items()):
        if path.startswith("copydesk.cleaning."):
            vars(module).update({name: value for name, value in values.items() if name in vars(module)})


def watch(rows: list[Row], steps: dict[str, tuple[Number, Number, Number]]) -> Seen:
    """Clean each document by watched numbers, in a process of its own: what functions have kept is not watched."""
    thresholds()
    felt: set[Step] = set()
    put(
        {name: Watched(name, value, (down, up), felt) for name, (value, down, up) in steps.items() if name not in HOURS}
    )
    importlib.import_module("copydesk.api")
    importing = felt | {(name, side) for name in HOURS for side in (0, 1)}
    documents = [in_child(partial(_watched, rows, place, felt)) for place in range(len(rows))]
    importlib.import_module("copydesk.loaded_models")
    return Seen(importing, felt | importing, documents)


def _watched(rows: list[Row], place: int, felt: set[Step]) -> tuple[Scores, set[Step]]:
    return scores(rows, [place]), felt


def in_child(work: Callable[[], Any]) -> Any:
    """Return what a function returns in a process of its own; None where it fails or takes minutes."""
    reader, writer = FORK.Pipe(duplex=False)
    process = FORK.Process(target=lambda: writer.send(work()))
    process.start()
    writer.close()
    try:
        return reader.recv() if reader.poll(_SECONDS) else None
    except EOFError:
        return None
    finally:
        process.kill()
        process.join()


def scores(rows: list[Row], places: list[int], values: Row | None = None, *, anew: bool = False) -> Scores:
    """Clean documents with some thresholds changed, `anew` in modules that are imported again; return their scores."""
    if anew:
        for path in [path for path in sys.modules if path.partition(".")[0] == "copydesk"]:
            del sys.modules[path]
        thresholds()
    put(values or {})
    api = importlib.import_module("copydesk.api")
    found: Scores = {}
    for place in places:
        row = rows[place]
        article = (api.clean_text if "text" in row else api.clean)(row.get("text") or row["html"], row.get("url"))
        found[place] = share(row, getattr(article, "text", "")) if "truth" in row else (float(not article),)
    return found


if __name__ == "__main__":
    main()
