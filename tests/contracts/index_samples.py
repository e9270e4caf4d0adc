"""Articles for the index contract: a maker of them, and sentences in many languages with what must find them."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from copydesk.events import CleanArticle, Removed

NOON = datetime(2024, 3, 10, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

_BLANK = CleanArticle(
    id="", revision=1, source="contract.example", url=None, canonical_url=None, title="A title", paragraphs=(),
    authors=(), published_at=None, modified_at=None, fetched_at=NOON, seen_at=NOON, language="en", images=(),
    section=None, tags=(), removed=(), removed_kinds=(), provenance={}, originals={}, content_hash="0" * 32,
    confidence=1.0, paywalled=None, cleaner_version="1", furniture_version=None,
)  # fmt: skip


def unique(length: int = 16) -> str:
    """Return a word that no other text holds, of letters that no stemmer touches."""
    return "zk" + "".join("bcdfghkmqvwxzjpt"[int(digit, 16)] for digit in uuid.uuid4().hex[:length])


def article(*paragraphs: str, **fields: Any) -> CleanArticle:
    """Return an article of these paragraphs, its id new unless given."""
    return msgspec.structs.replace(_BLANK, **{"id": uuid.uuid4().hex, "paragraphs": paragraphs, **fields})


def appeal(text: str) -> Removed:
    """Return a removed donation appeal."""
    return Removed(text=text, kind="donation_appeal", why="it asks for money", position=4, confidence=0.9)


SENTENCES = [
    (
        "en",
        "The harbour council voted on Tuesday to close the old ferry terminal.",
        'FERRY | harbour | "ferry terminal"',
    ),
    (
        "en",
        "Its “smart” cafe\u0301 doesn’t open before 9:30, said a co-owner.",
        "café | smart | doesn't | co-owner",
    ),
    (
        "fr",
        "Le préfet a rouvert l’École des pêcheurs, à côté de l’œuvre d’art.",
        "ecole | PECHEURS | œuvre | cote",
    ),
    (
        "de",
        "Die Straße nach Lönnersdorf bleibt wegen Überschwemmung gesperrt.",
        "strasse | STRASSE | lonnersdorf | überschwemmung",
    ),
    (
        "es",
        "La señora Ibáñez inauguró la estación de Peñarrubia.",
        "estacion | IBAÑEZ | penarrubia",
    ),
    (
        "pt",
        "A câmara aprovou o orçamento da região.",
        "camara | orcamento | REGIÃO",
    ),
    (
        "pl",
        "Wójt Łukasz Żółciński otworzył przystań w Głębocku.",
        "lukasz | żółciński | przystan",
    ),
    (
        "da",
        "Færgen til Ærø sejler igen fra Søhavn.",
        "ærø | søhavn | FÆRGEN",
    ),
    (
        "tr",
        "Belediye eski iskeleyi yarın kapatıyor; Şile sahili açık.",
        "iskeleyi | sile | açık",
    ),
    (
        "vi",
        "Hội đồng cảng đã bỏ phiếu đóng bến phà cũ.",
        "hoi dong | đồng | CẢNG",
    ),
    (
        "ru",
        "Учёные нашли йод и жёлтый лёд в Ельце, за\u0301мок закрыт.",
        "ученые | УЧЁНЫЕ | йод | желтый | замок | Ельце",
    ),
    (
        "uk",
        "Їжак перебіг дорогу біля Києва, пише «Ґазета».",
        "їжак | ЇЖАК | києва | ґазета",
    ),
    (
        "el",
        "Ο δήμαρχος της Θεσσαλονίκης μίλησε χθες.",
        "δημαρχος | ΔΗΜΑΡΧΟΣ | θεσσαλονικης",
    ),
    (
        "ar",
        "أ\u064eعْل\u064eن\u064e المُحافِظُ عن افتتاح الجس\u0640\u0640\u0640ر الجديد سنة ٢٠٢٤",
        "المحافظ | أعلن | اعلن | الجسر | 2024",
    ),
    (
        "fa",
        "شهردار پل تازهٔ رودخانه را گشود و می\u200cگوید کار تمام است.",
        "پل | شهردار | رودخانه",
    ),
    (
        "he",
        "העירייה פתחה את הַסִּפְרִיָּה החדשה",
        "העירייה | הספריה",
    ),
    (
        "hi",
        "नगर परिषद ने नया पुस्तकालय खोला",
        "पुस्तकालय | परिषद",
    ),
    (
        "zh",
        "港口委员会周二投票决定，用iPhone手机拍下的旧渡轮码头将关闭。",
        '渡轮 | 码头 | 手机 | iPhone | iphone手机 | "旧渡轮" | 渡 | 投票 关闭',
    ),
    (
        "ja",
        "港湾委員会は古いフェリー乗り場を閉鎖すると、ＡＢＣ放送が伝えた。",
        "フェリー | ﾌｪﾘｰ | 閉鎖 | 委員会 | abc | ABC放送 | 乗り場",
    ),
    (
        "ko",
        "항만 위원회는 낡은 여객터미널을 닫기로 했다.",
        "위원회 | 여객터미널 | 터미널 | 위원회는",
    ),
    (
        "th",
        "คณะกรรมการท่าเรือลงมติปิดท่าเรือเก่าที่น้ำตื้น",
        "ท่าเรือ | ลงมติ | น้ำ",
    ),
]
"""(language, a sentence, queries that each find it, between bars)."""

ABSENT = [("zh", "轮渡"), ("zh", "机手"), ("ja", "鎖閉"), ("ko", "널미터"), ("ru", "иод"), ("uk", "ижак")]
"""(language, what no sentence of that language holds): the characters may be there, in another order."""

NASTY = [
    "", " ", "\"", "\"\"", "\"\"\"", "'", "*", "**", "-", "--", "- -", "-\"", "-\"a", "\"a", "a -",
    "a -b", "-a", "-a -b", "a*", "*a", "a*b", "\"a b\"*", "NEAR(", "NEAR(a b)", "NEAR(a b, 3)",
    "a NEAR/3 b", "AND", "OR", "NOT", "a AND", "OR b", "a OR b", "a OR OR b", "a NOT b",
    "AND OR NOT", "title:a", "{title body}: a", "- title : a", "^a", "a ^ b", "a + b", "a+b", "(",
    ")", "()", "(a", "a)", "((((", "{}", "[]", "~", "a~2", "a^2", "/a/", "/.*/", "a && b", "a || b",
    "!a", "\\", "\\\\", "a\\\"b", "?", "a?b", "<b>a</b>", "' OR 1=1 --", "; DROP TABLE articles",
    "%", "_", "a_b", "\x00", "a\x00b", "\x00\x00", "\n", "a\nb", "\x1b[31m", "\ud800", "a\udc00b",
    "\ue000a\ue001", "\uffff", "\ufeff", "\u202ea", "é", "e\u0301", "\u0301", "ﾞ", "ｶﾞ", "🙂",
    "a 🙂 b", "👨\u200d👩\u200d👧", "手", "手*", "-手", "\"手 机\"", "א", "\u0640", "\u064e", "½", "①", "ﷺ",
    "İ", "ß", "ﬁ", "\U000e0001", "１２", "𝕬𝖇", "NULL", "true", "0", "-1", "1e9", "__proto__",
]  # fmt: skip
"""Texts that have broken some engine's query parser."""
