"""Write the tables of docs/ that come from the code, and the drawings; `make docs` runs it, a test holds the result.

A page marks the place of a table by two comments, `<!-- begin NAME -->` and `<!-- end NAME -->`. What the code cannot
say, a few words on each field and variable, stands in docs/words.toml.
"""

import re
import tomllib
import types
import typing
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from copydesk import errors, settings
from copydesk.cleaning.boilerplate.labels import WHY
from copydesk.cleaning.lexicon import LANGUAGES
from copydesk.cleaning.metadata.metadata import SITE_RULES
from copydesk.cleaning.metadata.precedence import INSTANTS, WHO_WINS
from copydesk.events import (
    BY_TYPE,
    Alarm,
    AlarmArticle,
    CleanArticle,
    Correction,
    DeadLetter,
    Hints,
    Image,
    Kind,
    Link,
    PageVisit,
    RawArticle,
    Removed,
)
from copydesk.pipeline import (
    ALERTS,
    CLEAN,
    CORRECTIONS,
    DEAD,
    FEEDS_STATE,
    FURNITURE,
    HEALTH,
    HOT,
    LINK_DELAYS,
    LINKS,
    PAGES_STATE,
    RAW,
    SEEDS_STATE,
    YOUNG_DELAYS,
)
from copydesk.pipeline import TOPICS as TOPIC_LIST
from copydesk.producers.seeds.kinds.table import SEED_KINDS
from copydesk.telemetry.figures import FIGURES
from scripts.command_tables import command_list, command_sections
from scripts.draw_docs import drawings
from scripts.markdown import table
from tests.project.layers import LAYERS

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
WORDS: dict[str, dict[str, str]] = tomllib.loads((DOCS / "words.toml").read_text(encoding="utf-8"))
RECORDS = (
    Link, RawArticle, CleanArticle, DeadLetter, Alarm, Correction, Hints, PageVisit, Removed, Image, AlarmArticle,
)  # fmt: skip
_MARK = re.compile(r"(<!-- begin ([\w-]+) -->\n).*?(<!-- end \2 -->)", re.DOTALL)
_UNSET = {
    "COPYDESK_LOG": "embedded",
    "COPYDESK_INDEX": "embedded",
    "COPYDESK_WORKERS": "the cores",
    "COPYDESK_RETENTION_DAYS": "for ever",
}
"""Defaults that `Settings` holds as nothing, or as a number that `load` does not keep."""
_TOPIC_WORDS = {
    LINKS: ("Link", "feeds, seeds", "pages", "Pages to fetch"),
    **{name: ("Link", "pages", "pages", f"Links that wait {seconds} s") for name, seconds in LINK_DELAYS.items()},
    **{
        name: ("Link", "pages", "pages", f"Young pages, asked again in {seconds} s")
        for name, seconds in YOUNG_DELAYS.items()
    },
    RAW: ("RawArticle", "seeds, feeds, pages", "clean", "Articles as they came in"),
    CLEAN: ("CleanArticle", "clean", "index, watch-sources", "Articles as they go out"),
    DEAD: (
        "DeadLetter",
        "every producer and stage",
        "`copydesk dead`, watch-sources",
        "What could not go on, with the reason",
    ),
    ALERTS: ("Alarm", "watch-sources", "whoever wants to know", "What changed at a source, and that it is over"),
    FEEDS_STATE: ("state", "feeds", "feeds", "Each feed: ETag, next visit, items seen"),
    PAGES_STATE: ("state", "pages, feeds", "pages", "Revisions of pages; when a host is asked next"),
    SEEDS_STATE: ("state", "seeds", "seeds", "How far each file was read; revisions of its articles"),
    HOT: ("state", "every producer", "every producer", "Sources whose articles are spread over partitions"),
    FURNITURE: ("state", "clean, `copydesk sources`", "clean", "Recurring text of each source"),
    CORRECTIONS: (
        "Correction",
        "desk, `copydesk sources correct`",
        "clean",
        "What people decided on texts",
    ),
    HEALTH: ("state", "watch-sources", "watch-sources, `copydesk sources health`", "Figures and open alarms of each"),
}


def documents() -> dict[Path, str]:
    """Map each written file to what it must hold."""
    found = {DOCS / "img" / name: text for name, text in drawings().items()}
    for page in (ROOT / "README.md", *sorted(DOCS.rglob("*.md"))):
        text = page.read_text(encoding="utf-8")
        written = _MARK.sub(lambda mark: f"{mark[1]}\n{TABLES[mark[2]]()}\n{mark[3]}", text)
        if _MARK.search(text):
            found[page] = written
    return found


def _topics() -> str:
    rows = [
        [f"`{topic.name}`", *_TOPIC_WORDS[topic.name], "latest per key" if topic.compacted else "all"]
        for topic in TOPIC_LIST
    ]
    return table(["topic", "record", "written by", "read by", "holds", "keeps"], rows)


def _records() -> str:
    return "\n".join(_record(record) for record in RECORDS)


def _record(record: type[msgspec.Struct]) -> str:
    level = "###" if record in BY_TYPE.values() else "####"
    hints = typing.get_type_hints(record)
    rows = [
        [
            f"`{field.encode_name}`",
            _type(hints[field.name]),
            "yes" if field.required else "",
            WORDS[record.__name__][field.encode_name],
        ]
        for field in msgspec.structs.fields(record)
    ]
    return f"{level} {record.__name__}\n\n{table(['field', 'type', 'always there', 'meaning'], rows)}"


def _type(hint: Any) -> str:
    """Name a type as JSON has it."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        named = [_type(part) for part in inner if part not in {type(None), msgspec.UnsetType}]
        return " or ".join([*named, *(["null"] if type(None) in inner else [])])
    if origin is tuple:
        return f"list of {_type(inner[0])}"
    if origin is typing.Literal:
        return "kind" if hint is Kind else " or ".join(f"`{value}`" for value in inner)
    if origin is dict:
        return f"object of {_type(inner[1])}"
    names = {str: "string", int: "integer", float: "number", bool: "true or false", datetime: "instant"}
    return names.get(hint, "JSON" if hint in {msgspec.Raw, Any} else f"`{hint.__name__}`")


_VOICES = {"given": "given", SITE_RULES: "site rules", "feed": "feed", "read": "document", "hint": "hint"}


def _who_wins() -> str:
    rows = []
    for field, order in WHO_WINS.items():
        dated = "feed" in order and field in INSTANTS
        words = ["feed or document, the more exact one, else the feed" if dated and voice == "feed" else _VOICES[voice]
                 for voice in order if not (dated and voice == "read")]  # fmt: skip
        rows.append([f"`{field}`", "; ".join(words)])
    return table(["field", "who is believed, first to last"], rows)


def _kinds() -> str:
    return table(["kind", "reason as told"], ([f"`{kind}`", WHY[kind]] for kind in typing.get_args(Kind)))


def _variables() -> str:
    return table(["variable", "default", "meaning"], _variable_rows())


def variables() -> list[str]:
    """List the variables that settings.py reads."""
    return settings.all_variables()


def _variable_rows() -> Iterator[list[str]]:
    unset = settings.Settings()
    for name, meaning in WORDS["variables"].items():
        value = getattr(unset, name.removeprefix("COPYDESK_").lower(), "")
        shown = "" if value in (None, "") else f"`{value}`"
        yield [f"`{name}`", _UNSET.get(name, shown), meaning]


def _rooms() -> str:
    rows = (
        [
            f"`{name}`",
            "<br>".join(f"`{held.removeprefix('copydesk.')}`" for held in room.holds),
            ", ".join(f"`{other}`" for other in room.may_import) or "nothing of ours",
        ]
        for name, room in LAYERS.items()
    )
    return table(["room", "packages and modules", "may import"], rows)


def _errors() -> str:
    tree = str(errors.__doc__).split("\n\n", 1)[1].strip()
    return f"```text\n{tree}\n```\n"


def _file_kinds() -> str:
    rows = (
        [
            ", ".join(f"`{suffix}`" for suffix in kind.suffixes),
            kind.becomes,
            f"`{kind.extra}`" if kind.extra else "",
        ]
        for kind in SEED_KINDS
    )
    return table(["file", "becomes", "extra"], rows)


def _file_suffixes() -> str:
    return " ".join(f"`{kind.suffixes[0]}`" for kind in SEED_KINDS) + ", each also packed\n"


def _languages() -> str:
    return ", ".join(f"`{code}`" for code in LANGUAGES) + "\n"


def _figures() -> str:
    rows = []
    for figure in FIGURES:
        name = f"{figure.name}_total" if figure.kind == "counter" else figure.name
        rows.append([f"`{name}`", figure.kind, ", ".join(f"`{label}`" for label in figure.labels), figure.meaning])
    return table(["figure", "kind", "labels", "meaning"], rows)


TABLES: dict[str, Callable[[], str]] = {
    "topics": _topics,
    "records": _records,
    "who-wins": _who_wins,
    "kinds": _kinds,
    "variables": _variables,
    "rooms": _rooms,
    "command-list": command_list,
    "commands": command_sections,
    "errors": _errors,
    "file-kinds": _file_kinds,
    "file-suffixes": _file_suffixes,
    "languages": _languages,
    "figures": _figures,
}


if __name__ == "__main__":
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")
