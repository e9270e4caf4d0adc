"""Map the keys of somebody's rows to the fields that are read, and guess the map that would fit."""

import shlex
from collections.abc import Iterable, Mapping

import msgspec

from copydesk.errors import InputError

FieldNames = Mapping[str, str]
"""Names of fields by the keys that rows have for them."""

_USUAL: Mapping[str, tuple[str, ...]] = {
    "text": (
        "body", "content", "fulltext", "maintext", "articlebody", "articletext", "bodytext", "storytext", "story",
        "article", "plaintext", "rawtext", "paragraphs", "inhalt", "texte", "texto", "volltext",
    ),
    "html": ("bodyhtml", "contenthtml", "htmlbody", "htmlcontent", "rawhtml", "page", "pagehtml", "markup"),
    "title": ("headline", "heading", "name", "articletitle", "titel", "titre", "titulo", "hed"),
    "published_at": (
        "date", "published", "pubdate", "datepublished", "publishedat", "publisheddate", "publicationdate",
        "publishdate", "publishedon", "publishtime", "publishedtime", "firstpublished", "timestamp", "datetime",
        "time", "createdat", "created", "datum", "fecha",
    ),
    "modified_at": (
        "updated", "updatedat", "modified", "modifiedat", "lastmodified", "datemodified", "lastupdated", "modifieddate",
    ),
    "authors": (
        "author", "byline", "by", "writer", "writers", "creator", "authornames", "journalist", "autor", "auteur",
    ),
    "url": ("link", "address", "uri", "permalink", "href", "articleurl", "sourceurl", "weburl", "webpage"),
    "canonical_url": ("canonical", "canonicallink", "canonicalurl"),
    "id": ("guid", "uuid", "uid", "key", "identifier", "articleid", "docid", "documentid", "rowid"),
    "site": ("outlet", "publisher", "source", "sourcename", "newspaper", "publication", "domain", "medium"),
    "language": ("lang", "languagecode", "sprache"),
    "section": ("category", "rubric", "topic", "desk", "channel", "ressort"),
    "tags": ("keywords", "tag", "keyword", "topics", "labels", "categories"),
    "fetched_at": ("fetched", "crawledat", "scrapedat", "downloadedat", "retrievedat", "retrieved", "datescraped"),
}  # fmt: skip
"""Keys that tables often have, by the field they mean: likelier ones first, without case and marks."""

_MOST_KEYS_NAMED, _LONGEST_KEY = 12, 40


def read_field_names(told: str | None, fields: Iterable[str]) -> FieldNames:
    """Read `body=text,headline=title`: the rows' key, and the field it means. Raises InputError."""
    known, names = tuple(fields), dict[str, str]()
    for pair in filter(None, (part.strip() for part in (told or "").split(","))):
        key, _, field = (part.strip() for part in pair.partition("="))
        if not key or not field:
            raise InputError(f"--map {pair}: say a key of the rows and the field it means, such as body=text")
        if field not in known:
            raise InputError(f"--map {pair}: no field is called {field!r}; there are {', '.join(known)}")
        if field in names.values():
            raise InputError(f"--map {pair}: two keys would be the {field}")
        names[key] = field
    return names


def under_fields(fields: Mapping[str, object], names: FieldNames) -> dict[str, object]:
    """Return the fields under the names that are read; a key that is mapped wins over one of that name."""
    mapped = {field: fields[key] for key, field in names.items() if key in fields}
    return {key: value for key, value in fields.items() if key not in names} | mapped if mapped else dict(fields)


def renamed_line(line: bytes, names: FieldNames) -> bytes:
    """Return a line of JSON with its keys renamed; one that is no object stays as it is."""
    try:
        fields = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return line
    return msgspec.json.encode(under_fields(fields, names))


def likely_names(keys: Iterable[str], fields: Iterable[str]) -> dict[str, str]:
    """Return the map that would fit rows of these keys: each field once, none that the rows name as it is read."""
    there = {_bare(key): key for key in reversed(list(keys))}
    missing = [field for field in fields if field not in there.values()]
    found: dict[str, str] = {}
    for field in missing:
        key = next((there[usual] for usual in map(_bare, (field, *_USUAL.get(field, ()))) if usual in there), None)
        if key is not None and key not in found:
            found[key] = field
    return found


def advice(keys: Iterable[str], fields: Iterable[str], rows: int) -> str:
    """Say which keys a file's rows without a text have, how many these are, and which `--map` would fit."""
    keys = list(keys)
    names = likely_names(keys, fields)
    shown = ", ".join(key[:_LONGEST_KEY] for key in keys[:_MOST_KEYS_NAMED])
    more = f" and {len(keys) - _MOST_KEYS_NAMED} more" if len(keys) > _MOST_KEYS_NAMED else ""
    if not {"text", "html"} & set(names.values()):
        fit = "name the one that holds the article with --map KEY=text"
    else:
        fit = f"try --map {shlex.quote(','.join(f'{key}={field}' for key, field in names.items()))}"
    who = "1 row of the file has" if rows == 1 else f"{rows:,} rows of the file have"
    return f"{who} {shown}{more}, and neither `text` nor `html`: {fit}"


def _bare(key: str) -> str:
    return "".join(filter(str.isalnum, key.lower()))
