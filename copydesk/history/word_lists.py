"""Load the words that show what a change is, of all languages at once, from `words.toml`."""

import tomllib
from functools import cache
from importlib.resources import files

from copydesk.history.sentences import key_of


@cache
def word_list(topic: str, code: str = "") -> frozenset[str]:
    """Return the words of a topic, as sentences are compared: of one language that has some, else of all."""
    listed = _read()[topic]
    chosen = [listed[code]] if code in listed else listed.values()
    return frozenset(key_of(word) for words in chosen for word in words)


@cache
def _read() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files("copydesk.history") / "words.toml").read_text(encoding="utf-8"))


def is_correction(text: str) -> bool:
    """Whether a sentence is a note that says what was corrected."""
    key = f"{key_of(text)} "
    return any(key.startswith(f"{start} ") for start in word_list("correction_starts")) or any(
        f"{part} " in key for part in word_list("correction_anywhere")
    )
