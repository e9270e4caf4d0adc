"""Split lines about pictures into caption and credit."""

import re
from typing import NamedTuple

from copydesk.cleaning.lexicon.line_words import alternatives, any_of, line_words, shortest
from copydesk.cleaning.lines.person_names import reads_as_person
from copydesk.cleaning.normalise import SENTENCE_ENDS
from copydesk.cleaning.thresholds.lines import (
    AGENCY_ALONE,
    AGENCY_BEHIND,
    AGENCY_SHORT,
    AGENCY_WITHIN,
    BRACKETED_AGENCY,
    BRACKETED_MARKED,
    CREDIT_CHARACTERS,
    CREDIT_NAME_CHARACTERS,
    CREDIT_NAME_WORDS,
    CREDIT_WORDS,
    LEAST_PHOTO_LINE,
    LONGEST_PHOTO_LINE,
    MARKED_CREDIT,
    MARKED_DOUBTED,
    PHOTO_TAIL,
    SIGNATURE_CONFIDENCE,
    SIGNATURE_LEAST,
    SIGNATURE_MOST,
    SIGNED_AGENCIES,
    SIGNED_AGENCY,
    SIGNED_ALONE,
    SIGNED_NAME,
    SIGNED_NAME_WORDS,
    SIGNED_OTHER,
    SIGNED_RIGHT,
    UNCASED_CREDIT,
    VIA_WITHIN,
)

_AGENCY = re.compile(rf"(?<!\w){any_of('picture_agency.name')}(?!\w)")
_AGENCIES = frozenset(line_words("picture_agency.name"))
_UNSURE_ALONE = frozenset(line_words("picture_agency.ambiguous"))
"""Agencies whose name alone on a line may be anything."""
_MARK = re.compile(
    rf"(?:©|\(c\)|(?<!\w){any_of('photo.mark')}\s*(?:[:/：|]| {any_of('photo.by')} |$)"
    rf"|{any_of('photo.spaceless_mark')}{any_of('photo.spaceless_source')}?\s*[:：/=＝／]"
    rf"|{any_of('photo.signature')}$)",
    re.IGNORECASE,
)
_SIGNATURES = frozenset(line_words("photo.signature"))
_BEFORE_NAME = re.compile(rf"{any_of('photo.before_name')} (?=\S)", re.IGNORECASE)
_COURTESY = re.compile(rf"{any_of('photo.courtesy')} (?=\S)", re.IGNORECASE)
_THANKS = re.compile(rf"{any_of('photo.thanks')} (?:{any_of('photo.small_word')} )*+(?=\S)", re.IGNORECASE)
_ARCHIVES = frozenset(line_words("photo.archive"))
_RIGHTS = re.compile(rf"(?:19|20)\d\d|{any_of('copyright.stem')}", re.IGNORECASE)
# One of these stands in every line that _MARK finds something in; looking for them is much faster.
_SIGNS = ("©", "(c)", *shortest([*line_words("photo.mark"), *line_words("photo.spaceless_mark"), *_SIGNATURES]))
# And one of these, unless the line ends in a sign.
_AFTER_SIGNS = (":", "/", "|", " by ", "©", "(c)", "：", "／", "=", "＝")
_PLAIN_SIGNS = tuple(sign for sign in _SIGNS if sign.isascii())
_GLUED_ON = line_words("picture_agency.glued")
_GLUED = re.compile(rf"(?<=[a-zäöüß][.!?]){alternatives(_GLUED_ON)}[\w /-]{{0,30}}$")
_VIA = re.compile(rf"(?<!\w)via {any_of('picture_agency.via')}$")
_SLASH = re.compile(r"\s{0,4}[/／|]\s{0,4}")
_SLASHES = ("/", "／", "|")
_LAST_STOP = re.compile(r"[.!?。！？؟…]['\"”’»」)]*\s*(?=\S)")
_OUTLET = re.compile(r"[,，、]?\s{0,4}(?:«[^«»]{2,40}»|“[^“”]{2,40}”|„[^„“]{2,40}“|\"[^\"]{2,40}\")$")
_PAREN = re.compile(r"[(（\[]([^()（）\[\]]{2,90})[)）\]]\s*[.。]?\s*$")
_DIGIT, _NO_NAME = re.compile(r"\d"), re.compile(r"[\d,:;]")
_BRACKETS = (")", "）", "]")
_CASED = re.compile(r"[A-Za-zÀ-ɏЀ-ӿͰ-Ͽ]")
_SMALL_WORDS = frozenset(line_words("photo.small_word"))


class Credit(NamedTuple):
    """Hold a caption (None when the line is a credit alone), who made the picture, and how sure that is, 0 to 1."""

    caption: str | None
    credit: str
    confidence: float


def read_credit(text: str) -> Credit | None:
    """Split a photo line into caption and credit; None when nothing says that the line is about a picture."""
    line = text.strip()
    if not LEAST_PHOTO_LINE <= len(line) <= LONGEST_PHOTO_LINE:
        return None
    return _bracketed(line) or _marked(line) or _named(line) or _signed(line)


def _bracketed(line: str) -> Credit | None:
    found = _PAREN.search(line[-PHOTO_TAIL:]) if line.rstrip(" .。").endswith((")", "）", "]")) else None
    if not found:
        return None
    inner, before = found[1].strip(), line[: len(line[:-PHOTO_TAIL]) + found.start()].strip()
    mark = _MARK.match(inner)
    rest = inner[mark.end() :].strip() if mark else ""
    marked = mark is not None and (not rest or mark[0].endswith((":", "：")) or _names(rest))
    signed = found[0].startswith("(") and _SLASH.search(inner) and _names(inner) and not _DIGIT.search(inner)
    agency = _AGENCY.search(inner)
    if marked or signed or (agency and _names(inner) and ("/" in inner or inner == agency[0])):
        return Credit(before or None, _without_mark(inner), BRACKETED_MARKED if marked else BRACKETED_AGENCY)
    return None


def _marked(line: str) -> Credit | None:
    """Read `Caption. Photo: Who / Agency`, `© Who`, `写真：…`."""
    start = len(line) - min(len(line), PHOTO_TAIL)
    tail = line[start:].lower()
    if not (tail[-1].isalpha() or any(map(tail.__contains__, _AFTER_SIGNS))):
        return None
    if not any(map(tail.__contains__, _PLAIN_SIGNS if tail.isascii() else _SIGNS)):
        return None
    found = None
    for found in _MARK.finditer(line, start):
        tail = line[found.end() :].strip()
        before = line[: found.start()].rstrip(" |—–-(·,/")
        if not tail and found[0].strip() not in _SIGNATURES:
            continue
        if len(tail) > CREDIT_CHARACTERS or len(tail.split()) > CREDIT_WORDS or _ends_sentence(tail):
            continue
        if found[0].startswith(("©", "(c)", "(C)")):
            # A copyright notice names years and rights; a credit names people and agencies.
            if _RIGHTS.search(line):
                return None
            if not before and not (_AGENCY.search(tail) or "/" in tail):
                return None
        elif tail and not _names(_OUTLET.sub("", tail)) and not _AGENCY.search(tail) and not _archived(tail):
            continue
        if not tail:  # 张三 摄
            cut = max(before.rfind(stop) for stop in "。，,、（( ＝") + 1
            if not SIGNATURE_LEAST <= len(before) - cut <= SIGNATURE_MOST or (not cut and len(line) > SIGNATURE_MOST):
                continue
            return Credit(line[:cut].strip() or None, line[cut:], SIGNATURE_CONFIDENCE)
        sure = not before or _AGENCY.search(tail)
        return Credit(before or None, tail, MARKED_CREDIT if sure else MARKED_DOUBTED)
    return None


def _named(line: str) -> Credit | None:
    """Read a line of its own without a colon: `Photo Jane Roe`, `Fot. Jan Lis/Archiwum`, `Courtesy of Jane Roe`."""
    if (found := _COURTESY.match(line)) and _names(line[found.end() :]):
        return Credit(None, line[found.end() :], MARKED_DOUBTED)
    found = _BEFORE_NAME.match(line) or _THANKS.match(line)
    name = line[found.end() :] if found else ""
    known = reads_as_person(_SLASH.split(name)[0]) or _archived(name) or name in _AGENCIES
    return Credit(None, name, MARKED_DOUBTED) if len(name.split()) <= SIGNED_NAME_WORDS and known else None


def _archived(text: str) -> bool:
    """Whether a credit names an archive before or behind a slash, or nothing else: `Town Museum/Archive`."""
    parts = [part.lower() for part in _SLASH.split(text)]
    return any(part in _ARCHIVES for part in (parts[0], parts[-1])) or parts[0].split(" ")[0] in _ARCHIVES


def _signed(line: str) -> Credit | None:
    """Read `Caption. Who / Agency` and `Who/Agency` without any mark."""
    if _ends_sentence(line) and not line.endswith((".", "。")):
        return None
    tail = line[-PHOTO_TAIL:]
    if not any(map(tail.__contains__, _SLASHES)):
        return _agency_alone(line)
    parts = _SLASH.split(tail)
    right = parts[-1].strip(" .。")
    if not right or len(right) > SIGNED_RIGHT or not _names(right) or line.endswith(_BRACKETS):
        return None
    known = right in _AGENCIES or any(p.strip() in _AGENCIES for p in parts[-SIGNED_AGENCIES:])
    if not known and _DIGIT.search(right):
        return None
    head = line[: len(line) - len(_rejoined(line, parts))]
    left = parts[-2]
    stops = list(_LAST_STOP.finditer(left))
    name = left[stops[-1].end() :] if stops else left
    caption = (head + line[len(head) : len(line) - len(_tail_from(line, name))]).strip()
    credit = line[len(line) - len(_tail_from(line, name)) :].strip()
    if len(parts) > 2 and not stops and all(_names(p) for p in parts):
        caption, credit = "", line.strip()
    if not _names(name) or len(name.split()) > SIGNED_NAME_WORDS or len(name) > SIGNED_NAME:
        return None
    if caption and (known or (stops and _is_name(name) and _is_caption(caption))):
        return Credit(caption, credit, SIGNED_AGENCY if known else SIGNED_OTHER)
    return Credit(None, credit, SIGNED_ALONE) if known and not caption and len(line.split()) <= CREDIT_WORDS else None


def _is_name(text: str) -> bool:
    """Whether a text is a person's name, of two words or more where the script has capitals, and no number."""
    words = text.split()
    return (len(words) > 1 or not _CASED.search(text)) and not _NO_NAME.search(text)


def _is_caption(text: str) -> bool:
    """Whether a text says more than the number of a list's item."""
    return any(map(str.isalpha, text)) and (len(text.split()) > 1 or not _CASED.search(text))


def _rejoined(line: str, parts: list[str]) -> str:
    at = line.rfind(parts[-2])
    return line[at:] if at >= 0 else line


def _tail_from(line: str, name: str) -> str:
    at = line.rfind(name) if name else -1
    return line[at:] if at >= 0 else line


def _agency_alone(line: str) -> Credit | None:
    if line in _AGENCIES and line not in _UNSURE_ALONE and (len(line) > AGENCY_SHORT or line.isupper()):
        return Credit(None, line, AGENCY_ALONE)
    via = _VIA.search(line, max(0, len(line) - VIA_WITHIN)) if "via " in line[-VIA_WITHIN:] else None
    if via:
        stops = list(_LAST_STOP.finditer(line[: via.start()]))
        at = stops[-1].end() if stops else 0
        return Credit(line[:at].strip() or None, line[at:].strip(), AGENCY_BEHIND)
    end = line[-AGENCY_WITHIN:]
    glued = _GLUED.search(line, max(0, len(line) - AGENCY_WITHIN)) if any(map(end.__contains__, _GLUED_ON)) else None
    return Credit(line[: glued.start()], glued[0], AGENCY_BEHIND) if glued else None


def _names(text: str) -> bool:
    """Whether every word could be part of a name: capitalised where the script has capitals, few, no sentence."""
    words = [w for w in re.split(r"[\s/|,·–—-]+", text.strip()) if w]
    if not 1 <= len(words) <= CREDIT_NAME_WORDS or len(text) > CREDIT_NAME_CHARACTERS:
        return False
    if text.strip() in _AGENCIES:
        return True
    if not _CASED.search(text):
        return len(text) <= UNCASED_CREDIT
    return all(not w[0].isalpha() or w[0].isupper() or w.lower() in _SMALL_WORDS or w in _AGENCIES for w in words)


def _ends_sentence(text: str) -> bool:
    return text.rstrip("\"'”’»)」 ").endswith((*SENTENCE_ENDS, ":"))


def _without_mark(text: str) -> str:
    found = _MARK.match(text)
    rest = text[found.end() :].strip() if found else text
    return rest or text
