"""Decode bytes: by byte order mark, as UTF-8, as declared, else by the best guess; or return why it cannot be done.

Labels are read as browsers read them (WHATWG: `iso-8859-1` is windows-1252, `gb2312` is gb18030, …).
"""

import codecs
import re
from typing import NamedTuple

from charset_normalizer import from_bytes

from copydesk.events import Refused
from copydesk.web.alphabets import SAMPLE, score

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)


class Decoded(NamedTuple):
    """Hold a text and the name of the encoding it came in; the name says so when broken bytes were replaced."""

    text: str
    encoding: str


_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (
    (b"%PDF-", "a PDF file"), (b"PK\x03\x04", "a ZIP or Office file"), (b"\x89PNG", "a PNG picture"),
    (b"GIF8", "a GIF picture"), (b"\xff\xd8\xff", "a JPEG picture"), (b"\x1f\x8b", "gzip data"),
    (b"BZh", "bzip2 data"), (b"\xfd7zXZ", "xz data"), (b"7z\xbc\xaf", "a 7-Zip file"), (b"(\xb5/\xfd", "zstd data"),
    (b"\x7fELF", "a program"), (b"SQLite format 3\x00", "an SQLite file"), (b"{\\rtf", "a rich text (RTF) file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"), (b"OggS", "an Ogg file"), (b"ID3", "an MP3 file"),
)  # fmt: skip
_GUESSES = (
    "cp1252", "cp1251", "gb18030", "cp932", "big5hkscs", "cp949", "euc_jp", "cp1250", "iso8859_2", "cp1254", "cp1253",
    "iso8859_7", "cp1256", "iso8859_6", "cp1255", "cp874", "koi8_u", "koi8_r", "iso8859_5", "cp866", "cp1257",
    "iso8859_15",
)  # fmt: skip
"""Encodings that news comes in, the commonest first: the first of equals wins."""

_NAMES = {
    "cp932": "shift_jis", "cp949": "euc-kr", "big5hkscs": "big5", "cp866": "ibm866", "euc_jp": "euc-jp",
    "iso2022_jp": "iso-2022-jp", "iso2022_jp_ext": "iso-2022-jp", "koi8_u": "koi8-u", "koi8_r": "koi8-r",
}  # fmt: skip
_AS_BROWSERS = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs",
    "cp950": "big5hkscs", "koi8-r": "koi8_u", "iso2022_jp": "iso2022_jp_ext", "utf-16": "utf-8", "utf-16-le": "utf-8",
    "utf-16-be": "utf-8", "utf-7": "utf-8", "utf-8-sig": "utf-8",
}  # fmt: skip
"""Python's name of a declared encoding to the one to decode with; a declared UTF-16 without its mark is a mistake."""

_OTHER_LABELS = {
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ks_c_5601-1987": "cp949",
    "windows-874": "cp874",
    "x-gbk": "gb18030",
}
_HEAD, _WINDOW = 4096, 256 << 10
_META = re.compile(rb"""<meta\b[^>]{0,512}?\bcharset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{2,40})""")
_HIGH = re.compile(rb"[\x80-\xff]")
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_STRETCH = re.compile(rb"[^\n<>]+")
_CLEAR, _GOOD = 0.55, 0.35
_FEW = 8
"""Of fewer letters beyond ASCII a declaration knows more than their look tells."""


def decode_text(data: bytes, declared: str | None = None, *, repair: bool = False) -> Decoded | Refused:
    """Return the text of `data` and its encoding, or Refused where it cannot be told; newlines stay as they are.

    `declared` is a label from outside, such as the charset of an HTTP header; the data's own declaration is read from
    its first 4 kB when it begins like HTML or XML. With `repair`, single broken bytes become U+FFFD, counted in the
    encoding's name (`utf-8, 2 broken bytes replaced`), as browsers show them; without, the text is refused and the
    reason names the byte. Never raises.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], name, repair)
    if b"\x00" in data:
        found = _without_mark(data)
        if found is None and repair and data.count(0) * 1000 <= len(data):
            return decode_text(data.replace(b"\x00", b""), declared, repair=True)
        return found or Refused(f"The document is {_kind(data)}, not text")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        broken_at = error.start
    else:
        if "\x1b" in text and (escaped := _try(data, "iso2022_jp_ext")) and score(escaped) >= _CLEAR:
            return Decoded(escaped, "iso-2022-jp")
        return (
            Refused(f"The document is {_kind(data)}, not text")
            if data.startswith((b"{\\rtf", b"%PDF-"))
            else Decoded(text, "utf-8")
        )
    if data.startswith(tuple(magic for magic, _ in _MAGIC)):
        return Refused(f"The document is {_kind(data)}, not text")
    return _not_utf8(data, broken_at, declared, repair)


def declared_in(data: bytes) -> str | None:
    """Return the encoding an HTML or XML document names in its first 4 kB, None when it names none."""
    head = data[:_HEAD]
    if not head.lstrip().startswith(b"<"):
        return None
    found = _XML.search(head) or _META.search(head)
    return found[1].decode() if found else None


def binary_kind(head: bytes) -> str | None:
    """Name what a file is, by its first bytes, that cannot be lines in UTF-8; None for what may be."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "text in UTF-16"
    return _kind(head) if b"\x00" in head or head.startswith(tuple(magic for magic, _ in _MAGIC)) else None


def _not_utf8(data: bytes, broken_at: int, declared: str | None, repair: bool) -> Decoded | Refused:
    """Read broken UTF-8, or an older encoding: the declared one where its text looks like writing, else a guess."""
    labels = [python for label in (declared, declared_in(data)) if label and (python := _python_name(label))]
    around = data[max(0, broken_at - _WINDOW) : broken_at + _WINDOW]
    whole = _SEQUENCE.findall(around)
    stray = len(_HIGH.findall(around)) - sum(map(len, whole))
    if len(whole) >= stray:  # in the older encodings pairs that look like UTF-8 come by chance, 2 for 5 others
        return _strict(data, "utf-8", repair)
    sample = _sample(data)
    enough = _GOOD if stray >= _FEW else -0.5
    for name in labels:
        if name != "utf-8" and (text := _try(data, name)) is not None and _worth(sample, name) >= enough:
            return Decoded(text, _name(name))
    guessed = _guess(data, sample)
    if guessed is not None:
        return guessed
    for name in labels:
        if name != "utf-8" and (repair or _try(data, name) is not None):
            return _strict(data, name, repair)
    if repair and whole:
        return _strict(data, "utf-8", repair)
    return Refused("The document is text in an encoding that cannot be told; save it as UTF-8")


def _guess(data: bytes, sample: bytes) -> Decoded | None:
    best, chosen = 0.0, ""
    for name in _GUESSES:
        worth = _worth(sample, name)
        if worth > best + 0.01 and _try(data, name) is not None:
            best, chosen = worth, name
    if best < _CLEAR:
        other = from_bytes(sample).best()
        if other is not None and (worth := _worth(sample, other.encoding)) > best:
            best, chosen = worth, other.encoding
    text = _try(data, chosen) if best >= _CLEAR else None
    return Decoded(text, _name(chosen)) if text is not None else None


def _sample(data: bytes) -> bytes:
    """Return the stretches with bytes beyond ASCII, so that markup and English menus do not drown the rest."""
    parts, size = list[bytes](), 0
    for found in _STRETCH.finditer(data):
        if not found[0].isascii():
            parts.append(found[0])
            size += len(found[0])
            if size >= 2 * SAMPLE:
                break
    return b" ".join(parts)[: 2 * SAMPLE]


def _worth(sample: bytes, name: str) -> float:
    """Score how much the sample looks like writing in an encoding; its last character may be cut. -1 when not in it."""
    try:
        return score(codecs.getincrementaldecoder(name)().decode(sample))
    except UnicodeDecodeError:
        return -1.0


def _without_mark(data: bytes) -> Decoded | None:
    """Read UTF-16 without a byte order mark: most of its NULs are on one side."""
    if len(data) % 2 or data.startswith(tuple(magic for magic, _ in _MAGIC)):
        return None
    even, odd = data[: 64 << 10 : 2].count(0), data[1 : 64 << 10 : 2].count(0)
    for name, here, there in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if here > there:
            text = _try(data, name)
            if text is not None and "\x00" not in text and score(text) >= _GOOD:
                return Decoded(text, name)
    return None


def _strict(data: bytes, name: str, repair: bool) -> Decoded | Refused:
    try:
        return Decoded(data.decode(name), _name(name))
    except UnicodeDecodeError as error:
        if not repair:
            line = data.count(b"\n", 0, error.start) + 1
            where = f"byte 0x{data[error.start]:02x} in its line {line}"
            return Refused(f"The document looks like {_name(name)} but is broken: {where}")
    text = data.decode(name, "replace")
    count = text.count("\ufffd")
    return Decoded(text, f"{_name(name)}, {count} broken byte{'s' if count != 1 else ''} replaced")


def _try(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return None


def _python_name(label: str) -> str | None:
    """Return the codec of a declared label, None for one that is unknown or no text encoding."""
    label = label.strip().strip("\"'").lower()
    label = _OTHER_LABELS.get(label, label)
    try:
        found = codecs.lookup(label)
    except (LookupError, ValueError):
        return None
    if not found._is_text_encoding:
        return None
    return _AS_BROWSERS.get(found.name, found.name)


def _name(python: str) -> str:
    if python in _NAMES:
        return _NAMES[python]
    if python.startswith("cp125") or python == "cp874":
        return f"windows-{python[2:]}"
    return re.sub(r"^iso8859[_-]", "iso-8859-", python).replace("_", "-")


def _kind(data: bytes) -> str:
    return next((words for magic, words in _MAGIC if data.startswith(magic)), "a binary file")


def charset_of(content_type: str | None) -> str | None:
    """Return the charset a Content-Type header names."""
    found = _CHARSET.search(content_type or "")
    return found[1] if found else None
