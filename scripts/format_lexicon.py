"""Format the word lists of `copydesk/cleaning/lexicon/`: one phrase a line, sorted, each once.

`python -m scripts.format_lexicon` writes the files; with `--check` it writes nothing, names each file that is not
formatted, and fails if there is one. A phrase that a language shares with English is left to `en.toml`, which is merged
into every language. Comments stand above a table or a key; one inside a list would lose its place and is refused.
Tables and keys keep their order, and so do lists whose order counts (`ORDERED`).

`--duplicates` writes nothing either: it reports phrases that the matcher cannot tell apart, those that a stem of the
same list covers, and those in several lists of a language; of all languages, or of the one whose code follows. None is
removed, and none fails: each phrase that is found counts, and two kinds may share one, so a list with fewer phrases
would change answers. Who removes one runs the benchmark. The words of `lines/` are matched as they are written, accents
and all, and are left out.
"""

import argparse
import json
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from copydesk.cleaning.lexicon.tokens import phrase_tokens
from copydesk.cleaning.normalise import fold_letters

FOLDER = Path(__file__).parents[1] / "copydesk" / "cleaning" / "lexicon"
ORDERED = frozenset({"months.names"})
"""Lists that are no sets of phrases."""
SHARED = "en.toml"


def main() -> None:
    """Write the files, or say which are not formatted."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true", help="write nothing; fail if a file is not formatted")
    arguments.add_argument(
        "--duplicates", nargs="?", const="*", metavar="CODE", help="write nothing; report phrases that say the same"
    )
    given = arguments.parse_args()
    if given.duplicates:
        for path in sorted(FOLDER.glob(f"{given.duplicates}.toml")):
            for line in duplicates(path.read_text("utf-8")):
                sys.stdout.write(f"{path.name}: {line}\n")
        return
    changed = dict(unformatted(FOLDER))
    for path, text in changed.items():
        if given.check:
            sys.stderr.write(f"{path.relative_to(FOLDER.parents[2])} is not formatted: make lexicon\n")
        else:
            path.write_text(text, "utf-8")
    sys.exit(1 if given.check and changed else 0)


def unformatted(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file whose text would change, with the text it should have."""
    english = tomllib.loads((folder / SHARED).read_text("utf-8"))
    for path in sorted(folder.rglob("*.toml")):
        text = path.read_text("utf-8")
        shared = english if path.parent == folder and path.name != SHARED else {}
        if (wanted := formatted(text, shared)) != text:
            yield path, wanted


def formatted(text: str, shared: Mapping[str, Any]) -> str:
    """Return the text of a file as it should stand, without the phrases that `shared` has in the same list.

    Raises ValueError where a comment stands inside a list.
    """
    content, comments = tomllib.loads(text), _comments(text)
    lines = [*comments.pop("", [])]
    lines += _keys("", content, shared, comments)
    for name, table in _tables(content):
        lines += ["", *comments.pop(f"[{name}]", []), f"[{name}]"]
        lines += _keys(name, table, _at(shared, name), comments)
    if comments:
        raise ValueError(f"comments in places that have none: {comments}")
    return "\n".join(lines).strip("\n") + "\n"


def duplicates(text: str) -> Iterator[str]:
    """Yield what a language's file says twice, one sentence each: first within each list, then across lists."""
    lists = {
        name: {phrase: phrase_tokens(phrase) for phrase in dict.fromkeys(phrases)}
        for name, phrases in _phrase_lists(tomllib.loads(text))
    }
    where: dict[tuple[str, ...], dict[str, str]] = {}
    for name, phrases in lists.items():
        for phrase, parts in phrases.items():
            where.setdefault(parts, {}).setdefault(name, phrase)
        for one, other in combinations(phrases, 2):
            if phrases[one] == phrases[other]:
                yield f"{name}: {_quoted(one)} and {_quoted(other)} are the same"
            elif _covers(phrases[other], phrases[one]):
                yield f"{name}: {_quoted(one)} is covered by {_quoted(other)}"
            elif _covers(phrases[one], phrases[other]):
                yield f"{name}: {_quoted(other)} is covered by {_quoted(one)}"
    for names in where.values():
        if len(names) > 1:
            yield f"{_quoted(next(iter(names.values())))} stands in {', '.join(names)}"


def _phrase_lists(content: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield each list of phrases by its name; endings and patterns of `[voice]`, whose keys have a `_`, are none."""
    for table, lists in _tables(content):
        for key, value in lists.items():
            name = f"{table}.{key}"
            if isinstance(value, list) and name not in ORDERED and "_" not in key:
                yield name, value


def _covers(stems: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    """Whether a phrase with stems is found wherever the other is, word for word."""
    return len(stems) == len(parts) and all(map(_takes, stems, parts))


def _takes(stem: str, part: str) -> bool:
    return stem == part or (stem[-1] == "*" and part != "_" and part.startswith(stem[:-1]))


def _tables(content: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each table with keys of its own, by its dotted name, as the file has them."""
    for name, value in content.items():
        if isinstance(value, dict):
            if any(not isinstance(one, dict) for one in value.values()):
                yield above + name, value
            yield from _tables(value, f"{above}{name}.")


def _at(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    for part in name.split("."):
        content = content.get(part, {})
    return content


def _keys(
    table: str, content: Mapping[str, Any], shared: Mapping[str, Any], comments: dict[str, list[str]]
) -> Iterator[str]:
    for key, value in content.items():
        name = f"{table}.{key}".lstrip(".")
        if isinstance(value, dict):
            continue
        yield from comments.pop(name, [])
        if not isinstance(value, list):
            yield f"{key} = {_quoted(value)}"
        elif name in ORDERED:
            yield from (f"{key} = [", *(f"  [{', '.join(map(_quoted, same))}]," for same in value), "]")
        elif kept := set(value) - set(shared.get(key, ())):
            yield from (f"{key} = [", *(f"  {_quoted(phrase)}," for phrase in _in_order(kept)), "]")


def _in_order(phrases: set[str]) -> Sequence[str]:
    """Return phrases as a reader looks for them: letter case and accents only decide between those alike."""
    return sorted(phrases, key=lambda phrase: (fold_letters(phrase), phrase))


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _comments(text: str) -> dict[str, list[str]]:
    """Return the comment lines by what they stand above: `` (the file, before a blank line), `[table]`, `table.key`."""
    found: dict[str, list[str]] = {}
    held: list[str] = []
    table, inside = "", False
    for line in map(str.strip, text.splitlines()):
        if line.startswith("#"):
            if inside:
                raise ValueError(f"a comment stands inside a list: {line}")
            held.append(line)
        elif inside:
            inside = line != "]"
        elif not line:
            found, held = (found or {"": held}), ([] if not found else held)
        else:
            table = line.strip("[]") if line.startswith("[") else table
            name = line if line.startswith("[") else f"{table}.{line.partition('=')[0].strip()}".lstrip(".")
            inside = line.endswith("= [")
            found[name if found or table else ""] = held
            held = []
    if held:
        raise ValueError(f"a comment ends the file: {held}")
    return {name: lines for name, lines in found.items() if lines}


if __name__ == "__main__":
    main()
