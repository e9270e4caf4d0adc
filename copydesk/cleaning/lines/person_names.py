"""Names of people out of a line that credits them: `By Jane Roe and John Doe, Reuters` -> Jane Roe, John Doe."""

import re
from collections.abc import Iterator, Sequence

from copydesk.cleaning.normalise import bare, plain

MOST = 12
LONGEST = 60
LONGEST_LINE = 240

BY = re.compile(
    r"^[\W_]*(?:"
    r"(?i:(?:written|words|text|reported|reporting|story|posted|published|report|analysis|opinion|comment) by"
    r"|by|von"
    r"|par|por|di|de|du|door|af|av|przez|oleh|de către"
    r"|a cura di|propos recueillis par|publié par|rédigé par"
    r"|escrito por|publicado por|geschrieben von|verfasst von"
    r"|(?:eine? )?(?:gast)?(?:beitrag|kommentar|interview|analyse|kolumne|essay|reportage|bericht|rezension|mitteilung"
    r"|pressemitteilung|(?:im )?wortlaut) von"
    r"|(?:του|της|γράφ(?:ει|ουν)(?: (?:ο|η|οι))?)|piše|írta|kirjoittanut|skrevet av|skriven av|geschreven door"
    r"|napisał[ai]?|opracował[ai]?|napsala?|โดย|द्वारा)\s*[:：]?(?=\s|$)"
    r"|(?i:(?:text|interview|protokoll|words|story)(?: ?(?:und|and|&|\+) ?\w{1,20})?|authors?|texte?"
    r"|story|reporter|writer|autor(?:in/autor|/in|i?n|en|es|as?|e|i|ka)?"
    r"|auteure?s?"
    r"|autrice|forfatter|journalist|teksti?|tekst|foto og tekst|tekst og foto|redactor[ae]?|redattore|redakteur(?:in)?"
    r"|redaktion|redaktör|reportero|penulis|editor|tác giả|yazan|yazar|haber|muhabir|szerző|συντάκτης|kirjoittaja"
    r"|(?:автор|текст|фото и текст|корреспондент|журналист|автор(?:и|ка|ы|/ка)"
    r"|кореспондент(?:ка)?|журналіст(?:ка)?)"
    r"|بقلم|كتبت?|الكاتب|إعداد|تحرير|المؤلف|نویسنده|خبرنگار|מאת|כתב|लेखक|रिपोर्ट|লেখক|ผู้เขียน)"
    r"\s*(?:[:：|/—–=-]|[-–—]\s)\s*"
    r"|(?:(?i:authors?|autor(?:in/autor|/in|in|en|a)?|penulis|szerző|yazar|journalist|автор(?:ка)?)|بقلم|كتبت?|إعداد|מאת)\s+(?=\S)"
    r"|By(?=[A-Z])"
    r"|(?:本报|本報|本刊|\w{2,4}[网網社报報])?(?:记者|記者|通讯员|撰稿人?|作者|編集|執筆|撰文|文責|特派員|글·사진|글)\s*[:：／/|=＝]?\s*"
    r"|文(?:[・·][^\s=＝]{1,4})?\s*[:：／/=＝]\s*"
    r")\s*"
)
"""What stands before the names. A bare word counts where it takes no noun (`von`); a noun needs a mark (`Autor:`)."""

_NOT_BY = re.compile(
    r"(?i:(?:edit(?:ed|ing)|photos?|photograph(?:y|s|ed)|pictures?|illustrat(?:ed|ions?)|translat(?:ed|ion)|images?) by"
    r"|(?:fotos?|bilder|bild|photos?|illustration|редактор|фото|übersetzt|aus dem \w+) ?(?::|von|de|par)"
    r"|写真|撮影|사진|摄影|编辑|責任編輯|责编)"
)
"""What stands before the names of people who did something else than write."""

_COMPANY = re.compile(r"\b(?:gmbh|ltd|inc|llc|plc|e\.\s?v|s\.a|departe?ment|minist\w+|stiftung|foundation)\b", re.I)
_MARKUP = re.compile(r"<[^<>]*>")
_STRONG = re.compile(r"\s{0,4}(?:;|\||•|·|\n|、|，|／|/|&|＆|,\s{1,4}(?:and|und|et|y|e|en|og|och|и|і|та|و)\s)\s{0,4}")
_AND = re.compile(
    r"\s{1,4}(?i:and|und|with|mit|sowie|avec|con)\s{1,4}|\s{1,4}(?:et|og|och|en|и|та|ve|dan|και|și|és|ja|và|och|oraz|و)\s{1,4}"
)
_WEAK = re.compile(r"\s{1,4}(?:y|e|i|a|і|й)\s{1,4}")
_COMMA = re.compile(r"\s{0,4},\s{0,4}")
_AFTER = re.compile(
    r"\s{0,2}(?:\s(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s{1,4}\d.*"
    r"|(?<=[a-z])(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?\s{1,4}\d.*"
    r"|[(\[（【].*|\s[-–—|•]\s.*|@\S+.*|\S{1,64}@\S+.*|\d{1,4}[.:/ ].*|https?:.*|,?\s{0,4}\d.*"
    r"|\s(?:[Ll]e|am|on|el|il|den|vom)\s{1,4}(?:[^\W\d]{2,12}\s{1,4})?\d.*"
    r"|\s(?i:mo|tu|we|th|fr|sa|su|di|mi|do|so)[a-z]{0,8}[.,]?\s{1,4}\d.*"
    r"|\s(?:for|für|pour|para|per|voor) (?:the )?[A-ZÀ-Ý].*|,? as told to .*)$",
    re.S,
)
_JOB_AFTER = re.compile(
    r"\s{0,2}(?:기자|특파원|앵커|논설위원|記者|记者|特派員|編集委員"
    r"|(?<=\s)(?:The )?(?:Associated Press|Reuters|AFP|AP|dpa|EFE|ANSA|PA|TT|NTB))$"
)
_ROLE_WORDS = r"""
    staff writers? reporters? editors? correspondents? contributors? columnist columnists? journalists? producer
    presenter anchor critic author intern freelance freelancer photographer director chief manager president ceo
    professor analyst developer guest special bureau desk newsroom news media press agency agencies service team
    online admin administrator editorial magazine channel times post globe tribune journal gazette report enquirer
    webmaster user unknown anonymous sponsored partner redaktion redaktions\w* redakteur\w* chefredakteur\w*
    korrespondent\w* journalistin agentur agenturen nachrichten zeitung rundfunk autorin gastautor\w* volontär\w*
    reporterin ressort\w* leiter leiterin redacci[oó]n redactora? redactores periodista corresponsal agencias
    agencia editora? colaborador\w* reportera? redazione redattore redattrice giornalista inviato inviata
    corrispondente direttore rédaction rédacteur rédactrice journaliste correspondante? envoyée? agence auteur
    redação repórter jornalista colunista correspondente redatora? equipe redactie redacteur verslaggever
    redaksjonen? redaksjon redaksjonssjef redaktör redaktionen journalisten redakcja redaktor dziennikarz
    dziennikarka redakce redaktorka novinář\w* redakcija szerkesztő\w* újságíró toimitus toimittaja редакция
    редакція редактор\w* корреспондент\w* кореспондент\w* журналист\w* журналіст\w* обозреватель оглядач\w*
    агентство новости новини служба muhabir\w* haber servisi gazeteci editör\w* merkezi redaksi wartawan jurnalis
    συντακτική ομάδα department departement bundes\w*amt amt ministry ministerium bundesministerium ministère
    ministerio stiftung foundation fundación verband verein gmbh ltd inc llc institut institute universit\w* council
    committee association partei fraktion pressemitteilung\w* ehrenamt\w* rezepte? datum [aä]nderung\w* antwort
"""
_ROLE = re.compile(
    r"\b(?:" + "|".join(_ROLE_WORDS.split()) + r")\b|编辑部|編集部|新华社|通讯社|通信社|新聞|新闻|報導|报道|뉴스|편집국"
    r"|频道|頻道|مراسل|جريدة|صحيفة|وكالة|وكالات|هيئة التحرير",
    re.I,
)
_AGENCY_NAMES = """
    afp ap dpa apa sda ats efe ansa pa tt ntb ritzau stt lusa anp belga pap čtk ctk mti interfax reuters tass тасс
    риа интерфакс уніан укрінформ xinhua pti ani ians antara bernama yonhap kyodo jiji afpbb sid epd kna cna aa dha
    iha
"""
_AGENCIES = frozenset(_AGENCY_NAMES.split())
_NO_NAME = re.compile(
    r"^(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?$"
    r"|(?:last )?(?:published|updated|posted|modified)\b|copyright"
    r"|publi|pubbl|veröff|aktual|actuali|atuali|aggiorn|stand\b|опублик|обновл|оновл|yayın|güncel|diterbit"
    r"|gepubl|bijgew|oppdat|uppdat|opdat"
    r"|(?:read|show|view|see|more|follow|share|subscribe|sign|log|listen|watch|about|contact|click|get|all|latest"
    r"|full|leave|buy|all[ea]|zu[rm]|über|im|ihr|dein\w*)\b"
    r"|(?:min|minutes?|mins) read|image|immagine|imagen|bild\b|photo|picture|foto|getty|archiv"
    r"|quelle|source|fuente|fonte|この|記事)",
    re.I,
)
_SMALL_WORDS = """
    de da del della di do dos das du van von der den ter ten la le lo al el bin ibn ben bint abu zu zum y e i af av
    ap o'
"""
_SMALL = frozenset(_SMALL_WORDS.split())
_ENDS = " .,:;-–—|/•·"
_BRACKETS = " ()[]（）【】「」"
_LATIN_NAME = re.compile(r"^[^\W\d_][\w'’´`.-]*$")


def people(texts: Sequence[str], site: frozenset[str], stated: bool) -> tuple[str, ...]:
    """People's names out of lines of text, each once, in order. What is not stated as a name must read like one."""
    found: dict[str, str] = {}
    for text in texts:
        line = plain(_MARKUP.sub(";", text[: 4 * LONGEST_LINE]))[:LONGEST_LINE].strip(_BRACKETS)
        if "www." in line or _is_site(bare(line.split(",")[0]), site) or _COMPANY.search(line):
            continue
        for piece in _pieces(_without_outlet(BY.sub("", line), site), line):
            name = "" if _NOT_BY.match(piece) else _trimmed(piece, site)
            if not _is_nobody(name, site) and (stated or reads_as_person(name)):
                found.setdefault(bare(name), name)
    return tuple(found.values())[:MOST]


def outlets(texts: Sequence[str]) -> tuple[str, ...]:
    """Names of teams, agencies and outlets as they stand, for where nobody else is named."""
    names = (_AFTER.sub("", BY.sub("", plain(text[:LONGEST_LINE]))).strip(_ENDS) for text in texts)
    named = [name for name in names if 2 <= len(name) <= LONGEST and len(bare(name)) > 1 and ":" not in name]
    return tuple(dict.fromkeys(name for name in named if not _NO_NAME.match(name)))[:MOST]


def before_date(line: str) -> str:
    """What stands in a line before its first number, date or bracket."""
    return _AFTER.sub("", line)


def names_outlet(text: str, site: frozenset[str]) -> bool:
    """Whether a line names the outlet, an agency or a team, and nothing else."""
    name = _AFTER.sub("", BY.sub("", plain(text[:LONGEST_LINE]))).strip(_ENDS)
    if bare(name) in site or bare(name) in _AGENCIES:
        return True
    return bool(len(name.split()) <= 5 and not name[:1].islower() and _ROLE.search(name))


def reads_as_person(name: str) -> bool:
    """Two to five words with capitals, small words between them aside; two to twenty letters without letter case."""
    words = name.split()
    if not words or any(c.isdigit() for c in name) or _ROLE.search(name):
        return False
    if not any(c.islower() or c.isupper() for c in name):
        return 2 <= len(name) <= 24 and len(words) <= 5 and not any(c in "。，：:？！?!" for c in name)
    own = [word for word in words if word.lower() not in _SMALL]
    return (
        2 <= len(words) <= 5
        and len(own) >= 2
        and words[-1] is own[-1]
        and any(len(word) > 2 for word in own)
        and all(word[0].isupper() and _LATIN_NAME.match(word) for word in own)
    )


def _pieces(rest: str, line: str) -> Iterator[str]:
    """The rest of a line cut between its names."""
    spaced = line.lstrip("（(【 ").startswith(("记者", "本报记者", "通讯员"))
    for part in _STRONG.split(rest):
        for side in _AND.split(part):
            halves = _WEAK.split(side)
            for half in halves if all(len(half.split()) > 1 for half in halves) else [side]:
                for piece in _COMMA.split(half):
                    yield from piece.split() if spaced and not piece.isascii() else [piece]


def _without_outlet(line: str, site: frozenset[str]) -> str:
    """The line without the outlet's own name behind the people: `Jane Roe The Valley Courier` -> `Jane Roe`."""
    words = line.split()
    for start in range(2, len(words)):
        rest = bare("".join(words[start:]))
        if len(rest) > 3 and (rest in site or "the" + rest in site or rest.removeprefix("the") in site):
            return " ".join(words[:start])
    return line


def _trimmed(piece: str, site: frozenset[str]) -> str:
    """The name alone: without `by`, what follows it, a job, an agency or the outlet behind it."""
    name = _AFTER.sub("", BY.sub("", piece)).strip(" .,:;-–—|/【】（）()")
    name = _JOB_AFTER.sub("", name).strip(" .,:;-–—|/")
    words = name.split()
    for count in (2, 1, 3):
        if len(words) > count + 1 and bare("".join(words[-count:])) in site:
            return " ".join(words[:-count])
    return name


def _is_site(key: str, site: frozenset[str]) -> bool:
    return key in site or (key.startswith("the") and key[3:] in site)


def _is_nobody(name: str, site: frozenset[str]) -> bool:
    key = bare(name)
    return (
        name.startswith("The ")
        or name in {"The", "Der", "Die"}
        or not 2 <= len(name) <= LONGEST
        or not key
        or _is_site(key, site)
        or key in _AGENCIES
        or (name.isupper() and name.isascii() and len(name) <= 5 and " " not in name)
        or any(mark in name for mark in ("@", "//", "http"))
        or bool(_ROLE.search(name) or _NO_NAME.match(name))
        or "." in name.rstrip(".").rsplit(" ", 1)[-1][1:]
        or len(name.split()) > 6
    )
