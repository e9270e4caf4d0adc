"""Bytes become text by mark, UTF-8, declaration or guess; what cannot be told is refused with its reason."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.events import Refused
from copydesk.web.charset import Decoded, declared_in, decode_text

TEXTS = {
    "de": "Die Stadträte beschlossen am Montag, die Brücke über den Mühlbach für größere Fahrzeuge zu schließen. "
    "„Das überrascht mich nicht“, sagte Bürgermeisterin Käthe Möller – sie hält das Bauwerk längst für gefährlich.",
    "fr": "Le conseil régional a présenté jeudi son projet de médiathèque : l’élue à la culture espère qu’elle ouvrira "
    "dès l’été prochain, malgré les réserves exprimées à plusieurs reprises par des élèves et leurs aînés.",
    "es": "El alcalde señaló que la decisión se tomará mañana; según los vecinos, el próximo año habrá más autobuses. "
    "«¿Quién pagará la construcción?», preguntó una pequeña empresaria del barrio.",
    "pt": "A prefeitura anunciou na terça-feira a reabertura da estação de trens; não há previsão, porém, de novas "
    "ligações com a região, disse o secretário, que já não esperava a decisão da câmara.",
    "sv": "Kommunen säger att färjan kommer att gå även på söndagar. Frågan är om det räcker, säger Åsa Öberg.",
    "pl": "Rada miasta przyjęła w środę budżet. Pieniądze trafią między innymi na ścieżki rowerowe i żłobki; "
    "część radnych wstrzymała się od głosu, choć wcześniej zapowiadała sprzeciw.",
    "cs": "Zastupitelé v úterý schválili opravu mostu přes řeku. Řidiči budou muset až do září jezdit objížďkou, "
    "protože průjezd částí města nebude možný ani pěšky, řekl mluvčí Šťastný.",
    "hu": "A képviselő-testület kedden elfogadta a költségvetést; a hídfelújítás őszre készülhet el, közölte az "
    "önkormányzat szóvivője. A gyűlésen többen kérték, hogy ősszel új buszjáratok is induljanak.",
    "tr": "Belediye başkanı, köprünün yıl sonuna kadar açılacağını söyledi. Işıklandırma için ayrılan bütçe "
    "yeterli değil; meclis üyeleri önümüzdeki hafta yeniden görüşecek.",
    "lt": "Miesto taryba ketvirtadienį pritarė naujam maršrutui. Šią vasarą keltas plauks dažniau, žadėjo meras, "
    "tačiau bilietų kainos išaugs dėl didėjančių sąnaudų.",
    "ru": "Городской совет во вторник утвердил план ремонта набережной. По словам мэра, работы начнутся в мае и займут "
    "не больше года, а движение по мосту сохранится.",
    "uk": "Міська рада у вівторок затвердила план ремонту набережної. За словами мера, роботи розпочнуться у травні "
    "й триватимуть щонайбільше рік, а рух мостом збережеться, її заступник уточнив деталі.",
    "el": "Το δημοτικό συμβούλιο ενέκρινε την Τρίτη το σχέδιο για την αποκατάσταση της γέφυρας. Οι εργασίες θα "
    "αρχίσουν τον Μάιο, είπε ο δήμαρχος.",
    "he": "מועצת העיר אישרה ביום שלישי את התוכנית לשיפוץ הגשר. לדברי ראש העיר העבודות יתחילו בחודש מאי ויימשכו כשנה.",
    "ar": "أقر المجلس البلدي يوم الثلاثاء خطة ترميم الجسر القديم. وقال رئيس البلدية إن الأعمال ستبدأ "
    "في مايو وتستمر نحو عام.",
    "th": "สภาเมืองอนุมัติแผนซ่อมสะพานเก่าเมื่อวันอังคาร นายกเทศมนตรีกล่าวว่างานจะเริ่มในเดือนพฤษภาคมและใช้เวลาประมาณหนึ่งปี",
    "zh": "市议会周二批准了老桥的修复计划。市长表示，工程将于五月开始，为期约一年，"
    "施工期间桥上的交通不会中断，居民对此表示欢迎。",
    "zh-tw": "市議會週二通過了舊橋的修復計畫。市長表示，工程將於五月開始，為期約一年，"
    "施工期間橋上的交通不會中斷，居民對此表示歡迎。",
    "ja": "市議会は火曜日、古い橋の修復計画を承認した。市長によると、工事は五月に始まり、"
    "約一年かかる見通しで、期間中も通行はできるという。",
    "ko": "시의회는 화요일 오래된 다리의 보수 계획을 승인했다. 시장은 공사가 "
    "오월에 시작되어 약 일 년 동안 이어질 것이라고 말했다.",
    "en": "The mayor’s office said “nothing has been decided” – the ferry, it added, would run until autumn.",
}
LEGACY = [
    ("de", "windows-1252"), ("fr", "windows-1252"), ("es", "windows-1252"), ("pt", "windows-1252"),
    ("sv", "windows-1252"), ("en", "windows-1252"), ("pl", "windows-1250"), ("pl", "iso-8859-2"),
    ("cs", "windows-1250"), ("cs", "iso-8859-2"), ("hu", "windows-1250"), ("hu", "iso-8859-2"),
    ("tr", "windows-1254"), ("lt", "windows-1257"), ("ru", "windows-1251"), ("ru", "koi8-r"),
    ("ru", "iso-8859-5"), ("ru", "ibm866"), ("uk", "windows-1251"), ("uk", "koi8-u"), ("el", "windows-1253"),
    ("he", "windows-1255"), ("ar", "windows-1256"), ("th", "windows-874"), ("zh", "gb18030"), ("zh", "gbk"),
    ("zh-tw", "big5"), ("ja", "shift_jis"), ("ja", "euc-jp"), ("ja", "iso-2022-jp"), ("ko", "euc-kr"),
]  # fmt: skip
PYTHON = {"windows-874": "cp874", "ibm866": "cp866"}


def encoded(language: str, name: str) -> bytes:
    return TEXTS[language].encode(PYTHON.get(name, name))


@pytest.mark.parametrize(("language", "name"), LEGACY)
def test_an_older_encoding_is_recognised_without_a_declaration(language: str, name: str) -> None:
    found = decode_text(encoded(language, name))
    assert isinstance(found, Decoded), found
    assert found.text == TEXTS[language]
    same_letters = {"gbk": "gb18030", "koi8-r": "koi8-u"}  # and Hungarian has one spelling in two encodings
    assert found.encoding in {same_letters.get(name, name), "windows-1250" if language == "hu" else ""}


@pytest.mark.parametrize(("language", "name"), LEGACY)
def test_a_page_of_ascii_markup_does_not_drown_the_rest(language: str, name: str) -> None:
    menu = b"<nav>" + b"".join(b'<a href="/section-%d">Section %d</a>\n' % (n, n) for n in range(400)) + b"</nav>"
    found = decode_text(
        b"<!doctype html><html><body>" + menu + b"<p>" + encoded(language, name) + b"</p></body></html>"
    )
    assert isinstance(found, Decoded), found
    assert TEXTS[language] in found.text


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_read_with_and_without_its_mark(language: str, name: str) -> None:
    text = TEXTS[language] + "\r\n\r\nEnd.\n"
    found = decode_text(text.encode(name))
    assert isinstance(found, Decoded), found
    assert found.text == text
    assert found.encoding.startswith(name.removesuffix("-sig"))


@pytest.mark.parametrize(
    ("head", "label"),
    [
        (b'<html><meta charset="windows-1251">', "windows-1251"),
        (b"<html><META http-equiv='Content-Type' content='text/html; charset=windows-1251'>", "windows-1251"),
        (b'<?xml version="1.0" encoding="windows-1251"?>', "windows-1251"),
        (b"\n <html><meta charset=windows-1251>", "windows-1251"),
        (b"charset=windows-1251", None),
        (b"<p>" + b" " * 5000 + b'<meta charset="windows-1251">', None),
    ],
)
def test_what_a_page_declares_is_read_from_its_head(head: bytes, label: str | None) -> None:
    assert declared_in(head) == label


def test_a_declaration_decides_where_the_text_is_too_short_to_tell() -> None:
    short = "ё".encode("koi8-r")
    assert decode_text(b"<meta charset=koi8-r><p>" + short) == Decoded("<meta charset=koi8-r><p>ё", "koi8-u")
    assert decode_text(short * 2, "koi8-r") == Decoded("ёё", "koi8-u")


def test_utf8_wins_over_a_wrong_declaration() -> None:
    page = b"<meta charset=windows-1252>" + TEXTS["de"].encode()
    assert decode_text(page, "iso-8859-1") == Decoded(page.decode(), "utf-8")


def test_a_server_default_does_not_make_mojibake_of_cyrillic() -> None:
    found = decode_text(encoded("ru", "windows-1251"), "iso-8859-1")
    assert found == Decoded(TEXTS["ru"], "windows-1251")


@pytest.mark.parametrize("label", ["utf-8", "no-such-code", "hex", "utf-16", "", "\x00", "base64"])
def test_a_useless_label_is_passed_over(label: str) -> None:
    assert decode_text(encoded("de", "windows-1252"), label) == Decoded(TEXTS["de"], "windows-1252")


@pytest.mark.parametrize("declared", [None, "utf-8", "windows-1252"])
@pytest.mark.parametrize("language", ["de", "fr", "ru", "ja"])
def test_utf8_with_a_stray_byte_is_refused_and_never_mojibake(language: str, declared: str | None) -> None:
    data = b"First line.\n" + TEXTS[language].encode() + b" \xff end.\n"
    found = decode_text(data, declared)
    assert found == Refused("The document looks like utf-8 but is broken: byte 0xff in its line 2")


def test_a_cut_character_at_the_end_is_named_too() -> None:
    found = decode_text(TEXTS["ru"].encode() + b"\xd0")
    assert isinstance(found, Refused)
    assert "0xd0" in found.reason


def test_repair_replaces_broken_bytes_and_says_so() -> None:
    found = decode_text(TEXTS["fr"].encode() + b" \xff and \xfe.", repair=True)
    assert found == Decoded(TEXTS["fr"] + " \ufffd and \ufffd.", "utf-8, 2 broken bytes replaced")
    page = b"<!doctype html><p>One\x00 byte" + b"." * 2000
    assert decode_text(page, repair=True) == Decoded(page.replace(b"\x00", b"").decode(), "utf-8")


def test_latin_letters_that_make_no_sense_together_are_refused() -> None:
    found = decode_text(bytes(range(0xA1, 0xFF)) * 3 + b" and so on")
    assert found == Refused("The document is text in an encoding that cannot be told; save it as UTF-8")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "a PDF file"),
        (b"PK\x03\x04\x14\x00\x08", "a ZIP or Office file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a PNG picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a JPEG picture"),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "gzip data"),
        (b"\x7fELF\x02\x01\x01\x00", "a program"),
        (b"%PDF-1.4 of ASCII alone", "a PDF file"),
        (b"{\\rtf1\\ansi plain}", "a rich text (RTF) file"),
        (bytes(range(256)) * 8, "a binary file"),
        (b"An article with one \x00 in it.", "a binary file"),
        (b"\x00" * 4096, "a binary file"),
    ],
)
def test_what_is_no_text_is_called_by_its_name(data: bytes, words: str) -> None:
    assert decode_text(data) == Refused(f"The document is {words}, not text")


def test_a_broken_utf16_file_is_refused() -> None:
    found = decode_text("Слова".encode("utf-16") + b"\x04")
    assert isinstance(found, Refused)
    assert "utf-16-le" in found.reason


@pytest.mark.parametrize(
    "data",
    [b"a" * 4_000_000 + b"\xe9", b"\xe9" * 2_000_000, b"<" * 2_000_000 + b"\xff", b"\xc3\xa9" * 1_000_000 + b"\xff"],
)
def test_large_input_takes_linear_time(data: bytes) -> None:
    start = time.process_time()
    decode_text(data)
    assert time.process_time() - start < 10.0  # quadratic time would be hours


@given(st.binary(max_size=200), st.booleans())
def test_no_bytes_raise(data: bytes, repair: bool) -> None:
    found = decode_text(data, repair=repair)
    assert found.reason if isinstance(found, Refused) else found.encoding


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufeff\x1b")))
def test_all_utf8_is_read_as_utf8(text: str) -> None:
    assert decode_text(text.encode()) == Decoded(text, "utf-8")
