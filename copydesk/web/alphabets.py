"""Score a decoded text by the alphabets of the languages that come in several encodings.

A wrong decoding gives letters that no single language uses together, capitals inside words, or rare characters; a
right one gives the common letters of one language. So a text is scored by the alphabet that explains it best.
"""

import re
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

SAMPLE = 16 << 10
"""How many characters are scored; more changes nothing."""


class Alphabet(NamedTuple):
    """Hold the characters beyond ASCII that a language uses: often, sometimes; of `dense` scripts, all its letters."""

    often: frozenset[str]
    rest: frozenset[str]
    dense: bool


_PUNCTUATION = frozenset("–—‘’‚“”„…«»‹›·•°§©®™€£´×½¼²³\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2028\ufeff№")
_LATIN = (
    "äöüß",  # German
    "éèàêçâîôûùëïœ",  # French
    "éëïöüèáóíêç",  # Dutch
    "áéíóúñü¿¡ºª",  # Spanish
    "ãçáéíóõâêôàúºª",  # Portuguese
    "àèéìòùî",  # Italian
    "àéèíïòóúüç·",  # Catalan
    "åäöé",  # Swedish, Finnish
    "åæøéèòôü",  # Danish, Norwegian
    "áðéíóúýþæö",  # Icelandic
    "ąćęłńóśźż",  # Polish
    "áčďéěíňóřšťúůýž",  # Czech
    "áäčďéíĺľňóôŕšťúýž",  # Slovak
    "áéíóöőúüű",  # Hungarian
    "ăâîșțşţ",  # Romanian
    "čćđšž",  # Croatian, Slovenian
    "çğıöşüâîİ",  # Turkish
    "əçğıöşüİ",  # Azerbaijani
    "ąčęėįšųūž",  # Lithuanian
    "āčēģīķļņšūž",  # Latvian
    "äõöüšž",  # Estonian
    "ëç",  # Albanian
)
_DENSE = (
    ("оеаинтсрвлкмдпуя", "ыьгзбчйхжшюцщэфъё"),  # Russian
    ("оаиніерствлкудпмья", "яьїйзбгчжхшюцщєфґ"),  # Ukrainian
    ("аоеитнрсвлпкдмзу", "ъябгцчщжхшйюьф"),  # Bulgarian
    ("аоеинрјстувдкмлпз", "бгцчњшљжхћђџф"),  # Serbian
    ("αοιετνσρηπκμλυςίό", "άέήύώγδθβφχωξζψϊϋΐΰ"),  # Greek
    ("יוהלאתרבשמנ", "דקעםחפןסגכטצךףזץ"),  # Hebrew
    ("اليمنوتربةعدسفهكقأحج", "شطصخإضذثىئءغآظؤزپچگیکًٌٍَُِّْ،؛؟ـ"),  # Arabic, Persian
    ("านรอกเงมยลวดทสตะปบคหแจพชขใไโผถซณศษธภญฐ", "่้ัิีึืุู็์ำๆฯฉฎฏฆฌฬฮฝฟฑฒฃฅฤฦๅ๊๋ํ๎"),  # Thai
    (
        "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
        "十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形"
        "相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展"
        "市场将被记报京据称",
        "",
    ),  # Chinese, simplified
    (
        "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動同工也能下過子說產種面而方後多定行學法所民得經"
        "十三之進著等部度家電力裡如水化高自二理起小物現實加量都兩體制機當使點從業本去把性好應開它合還因由其些然前外天政四日那社義事平形"
        "相全表間樣與關各重新線內數正心反你明看原又麼利比或但質氣第向道命此變條只沒結解問意建月公無系軍很情者最立代想已通並提直題黨程展"
        "市場將被記報據稱台灣區",
        "",
    ),  # Chinese, traditional
    (
        "のにるたはをとがしてでなれさいもこらあっよりうきまんどつめせくじえそスントルーアイリシクラッドレマコジタカサテフ"
        "日一国人年大十二本中長出三時行見月後前生五間上東四今金九入学高円子外八六下来気小七山話女北午百書先名川千水半男西電校語土木聞食"
        "車何南万毎白天母火右読友左休父雨会同事自社発者地業方新場員立開手力問代明動京目通言理体田主題意不作用度強公持野以思家世多正安"
        "院心界教文元重近考画海売知道集別物使品計死特私始朝運終台広住真有口少町料工建空急止送切転研足究楽起着店病質待試族銀早映親験英"
        "医仕去味写字答夜音注帰古歌買悪図週室歩風紙黒花春赤青館屋色走秋夏習駅洋旅服夕借曜飲肉貸堂鳥飯勉冬昼茶弟牛魚兄犬妹姉漢市政"
        "党民経済部記議選氏県対表決合全関性化団相内議定調査所区保府第関連米約首指価",
        "",
    ),  # Japanese
    (
        "이다는에의을가고하지로를은사기리도인서한자어정시일대나수부해전있들과국상그원제공장스보라여성으아만구신주위동조소경안오비무유중"
        "관계금방미연영산실적우생회학내개년월선진물통세행당문발명모교업재히습니까요했었면며게것때두된될할함합데거노박김최민집울야총달",
        "",
    ),  # Korean
)
_CJK_PUNCTUATION = frozenset("、。，！？：；（）「」『』《》〈〉【】〔〕・～　％０１２３４５６７８９")


def _alphabets() -> tuple[Alphabet, ...]:
    latin = [Alphabet(frozenset(letters + letters.upper()), frozenset(), dense=False) for letters in _LATIN]
    dense = [
        Alphabet(frozenset(often), frozenset(rest + often.upper() + rest.upper()) - frozenset(often), dense=True)
        for often, rest in _DENSE
    ]
    return (*latin, *dense)


_ALPHABETS = _alphabets()
_BAD = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ue000-\uf8ff\ufff0-\uffff\U000f0000-\U0010ffff]")
_BEYOND = re.compile(r"[^\x00-\x7f]+")
_INSIDE = re.compile(r"[^\W\d_]+")
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")
_MIXED = re.compile("[A-Za-z][\u0370-\u0e7f]|[\u0370-\u0e7f][A-Za-z]|[a-z][\u3400-\u9fff\uac00-\ud7a3][a-z]")
_LOOSE_THAI = re.compile(
    "(?<![\u0e01-\u0e2e\u0e31\u0e34-\u0e3a\u0e47-\u0e4d])[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]|[\u0e40-\u0e44](?![\u0e01-\u0e2e])"
)
_SIGNS = (_BAD, _HALF_WIDTH, _MIXED, _LOOSE_THAI)
"""What hardly stands in writing, and often in what a wrong encoding makes of it."""


def score(text: str) -> float:
    """Score a text from about -1 (not writing) to 1 (the common letters of one language); plain ASCII is 1.

    What a good text reaches: 0.6 and more. Looks at SAMPLE characters.
    """
    text = text[:SAMPLE]
    counts = Counter(char for run in _BEYOND.findall(text) for char in run)
    total = counts.total()
    if not total:
        return -1.0 if _BAD.search(text) else 1.0
    bad = sum(len(pattern.findall(text)) for pattern in _SIGNS) + _broken_words(text)
    plain = sum(counts[char] for char in _PUNCTUATION & counts.keys())
    letters = total - plain
    if not letters:
        return 0.7 - min(1.7, 5.0 * bad / total)
    return max(_fit(alphabet, counts, letters, plain) for alphabet in _ALPHABETS) - min(1.0, 3.0 * bad / letters)


def _fit(alphabet: Alphabet, counts: Counter[str], letters: int, plain: int) -> float:
    often = sum(counts[char] for char in alphabet.often & counts.keys())
    rest = sum(counts[char] for char in alphabet.rest & counts.keys())
    if not alphabet.dense:
        return 2.0 * often / letters - 1.0
    marks = sum(counts[char] for char in _CJK_PUNCTUATION & counts.keys())
    # where every letter is beyond ASCII, punctuation is a small part; the commonest letters are most of a text
    excess = max(0.0, plain - 0.2 * (letters + plain))
    return min(1.0, 1.4 * (often + 0.35 * rest) / max(1.0, letters - marks + excess))


def _broken_words(text: str) -> int:
    """Count capitals after small letters inside a word where either is beyond ASCII, as wrong code pages give."""
    found = 0
    for word in _INSIDE.findall(text):
        if not word.isascii() and not word.islower() and not word.isupper() and not word.istitle():
            found += sum(
                before.islower() and after.isupper() and not (before + after).isascii()
                for before, after in pairwise(word)
            )
    return found
