"""Bylines in text: the names of the people in `By Jane Roe and John Doe`."""

import re

_BY = re.compile(
    r"^\W*(?:by|written by|words by|text by|reported by|story by|posted by|authors?"
    r"|von|text|par|por|di|de|door|af|av|auteurs?|autore?s?|autori|redacci[oó]n|автор\w*|текст|przez|yazan|haber"
    r"|oleh|penulis|tác giả|"
    r"بقلم|كتبت?|الكاتب|作者|记者|記者|文|撰文|執筆|글|기자)\b\s*[:：|/]?\s*",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\s{0,4}(?:,|;|/|、|，|&|\band\b|\bund\b|\bet\b|\by\b|\be\b|\bi\b|\ben\b|\bog\b|\boch\b"
    r"|\bи\b|\bта\b|\bve\b|\bdan\b|(?<=\s)و(?=\s))\s*",
    re.IGNORECASE,
)
_REST = re.compile(
    r"\s{0,4}(?:[|•·–—(]|\d|\bfor\b|\bin\b|\bat\b|\bis\b|@"
    r"|, (?:in|aus|à|en|senior|staff|chief|political|reporter|editor|correspondent)\b).*$",
    re.IGNORECASE,
)
_JOBS = re.compile(
    r"\b(?:staff|writer|reporter|editor|correspondent|desk|news|agency|team|redaktion|redakteur\w*|rédaction|redacción|redação|redazione|редакция|редакція|bureau|online|service|press|media)\b",
    re.IGNORECASE,
)
LONGEST_NAME = 40


def read_authors(text: str) -> tuple[str, ...]:
    """The people a byline names, in order, each once; empty when it names none that reads like a person."""
    rest = _BY.sub("", text.strip(), count=1)
    rest = _REST.sub("", rest)
    names = [part.strip(" .,:;-") for part in _BETWEEN.split(rest)]
    return tuple(dict.fromkeys(name for name in names if _is_person(name)))


def _is_person(name: str) -> bool:
    words = name.split()
    if not name or len(name) > LONGEST_NAME or _JOBS.search(name) or any(c.isdigit() for c in name):
        return False
    if not any(c.islower() or c.isupper() for c in name):
        return 2 <= len(name) <= 20
    small = {"de", "da", "del", "van", "von", "der", "di", "la", "le", "al", "bin", "el", "dos", "den", "ter"}
    return 2 <= len(words) <= 5 and all(w[0].isupper() or w.lower() in small for w in words)
