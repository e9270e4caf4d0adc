"""The documents in seeds/ are worth a first run: many, in many languages, all readable, and the first one untouched."""

import hashlib
from collections import Counter

from copydesk.web.charset import Decoded, decode_text
from tests.support.fakes import MemoryLog
from tests.support.places import SEEDS
from tests.support.seeding import articles, seed


def test_the_moscow_times_text_is_byte_for_byte_what_came_in() -> None:
    data = (SEEDS / "moscow_times_atacms.txt").read_bytes()
    assert hashlib.sha256(data).hexdigest() == "26750176658699c2778101a70810ed25d93f3a6030e8712e42401ee29327baf0"


def test_there_are_enough_documents_in_enough_languages() -> None:
    own = [path for path in SEEDS.iterdir() if path.suffix in {".html", ".txt"} and "moscow" not in path.name]
    languages = Counter(path.name[:2] for path in own)
    assert len(own) >= 22
    assert len(languages) >= 8
    assert Counter(path.suffix for path in own)[".html"] >= 11


def test_every_document_is_read_and_none_is_refused() -> None:
    log = MemoryLog()
    counts = seed(log, SEEDS)
    assert (counts.refused, counts.skipped, counts.errors) == (0, 0, [])
    assert counts.published == counts.read >= 30
    assert {article.fetch["encoding"] for article in articles(log)} == {"utf-8", "windows-1251"}
    assert all(len(article.content) > 500 for article in articles(log))


def test_no_document_lost_a_letter_on_its_way_here() -> None:
    for path in SEEDS.glob("*.*"):
        found = decode_text(path.read_bytes())
        assert isinstance(found, Decoded), path
        assert "\ufffd" not in found.text, path
