"""Section, key words, pictures, paywall, canonical address and origins, on pages of fictional outlets."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.cleaning.article import clean_article
from copydesk.cleaning.metadata.section_and_tags import MOST_TAGS
from copydesk.cleaning.metadata.title import choose_title
from copydesk.cleaning.page.stated import read_facts
from copydesk.cleaning.page.tree_walk import read_page
from copydesk.events import Refused
from tests.support.documents import raw_page
from tests.support.stated import TEXT, URL, article, json_ld, stated

NOW = datetime(2026, 1, 1, tzinfo=UTC)
STORIES = {
    "en": (
        "Rain ends in the valley",
        "Jane Roe",
        "Nine days of rain ended in the valley on Friday, and the river fell by a metre before noon.",
    ),
    "de": (
        "Der Regen im Tal endet",
        "Sabine Größe",
        "Neun Tage lang hat es im Tal geregnet, am Freitag sank der Fluss bis zum Mittag um einen Meter.",
    ),
    "fr": (
        "La pluie cesse dans la vallée",
        "Élodie Dubois",
        "Neuf jours de pluie ont pris fin vendredi dans la vallée, et la rivière a baissé d’un mètre.",
    ),
    "es": (
        "La lluvia cesa en el valle",
        "María Ortega",
        "Nueve días de lluvia terminaron el viernes en el valle y el río bajó un metro antes del mediodía.",
    ),
    "pt": (
        "A chuva acaba no vale",
        "João Costa",
        "Nove dias de chuva acabaram na sexta-feira no vale, e o rio desceu um metro antes do meio-dia.",
    ),
    "it": (
        "La pioggia finisce nella valle",
        "Giulia Santi",
        "Nove giorni di pioggia sono finiti venerdì nella valle e il fiume è sceso di un metro.",
    ),
    "nl": (
        "De regen in de vallei stopt",
        "Sanne Bakker",
        "Negen dagen regen eindigden vrijdag in de vallei, en de rivier zakte voor de middag een meter.",
    ),
    "pl": (
        "Deszcz w dolinie ustał",
        "Zofia Nowak",
        "Dziewięć dni deszczu skończyło się w piątek w dolinie, a rzeka opadła o metr przed południem.",
    ),
    "tr": (
        "Vadide yağmur dindi",
        "Ayşe Demir",
        "Vadide dokuz gün süren yağmur cuma günü dindi, nehir öğleden önce bir metre alçaldı.",
    ),
    "ru": (
        "Дождь в долине закончился",
        "Иван Петров",
        "Девять дней дождя закончились в долине в пятницу, и река до полудня опустилась на метр.",
    ),
    "uk": (
        "Дощ у долині вщух",
        "Олена Коваль",
        "Дев’ять днів дощу скінчилися в долині у п’ятницю, і річка до полудня впала на метр.",
    ),
    "ar": (
        "توقف المطر في الوادي",
        "أحمد النهري",
        "انتهت تسعة أيام من المطر في الوادي يوم الجمعة، وانخفض النهر مترا واحدا قبل الظهر.",
    ),
    "zh": (
        "山谷雨势终于停歇",
        "李河",
        "连续九天的降雨于星期五在山谷停歇，河水在中午之前下降了一米，居民开始清理街道和房屋。",
    ),
    "ja": (
        "谷の雨、九日ぶりにやむ",
        "山田川子",
        "九日間続いた谷の雨は金曜日にやみ、川の水位は正午までに一メートル下がった。住民は片付けを始めている。",
    ),
    "ko": (
        "골짜기 비 그쳐",
        "홍강물",
        "아흐레 동안 이어진 비가 금요일 골짜기에서 그쳤고 강물은 정오 전에 일 미터 낮아졌다고 주민들은 말했다.",
    ),
}


def page_in(language: str) -> str:
    """A whole page: JSON-LD, metas, menu, headline, byline, picture, five paragraphs, footer."""
    title, author, text = STORIES[language]
    fields = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": title, "articleSection": "Wetter",
        "author": {"@type": "Person", "name": author}, "datePublished": "2024-05-03T23:30:00-07:00",
        "dateModified": "2024-05-04T08:00:00Z", "keywords": ["Tal", "#Regen", "tal"], "isAccessibleForFree": "False",
        "publisher": {"@type": "Organization", "name": "Valley Courier"},
    }  # fmt: skip
    paragraphs = "".join(f"<p>{text} {text}</p>" for _ in range(5))
    return f"""<!doctype html><html lang="{language}"><head><title>{title} | Valley Courier</title>
        <link rel="canonical" href="/local/rain-ends"><script type="application/ld+json">{json.dumps(fields)}</script>
        </head><body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav><main><article><h1>{title}</h1>
        <div class="byline">{author}</div><figure><img src="/bridge.jpg"><figcaption>{title}: {author}</figcaption>
        </figure>{paragraphs}</article></main><footer>© Valley Courier</footer></body></html>"""


@pytest.mark.parametrize("language", STORIES)
def test_a_page_in_any_language_comes_out_with_its_facts(language: str) -> None:
    url = "https://user:secret@www.courier.example/local/rain-ends?utm_source=mail"
    found = clean_article(raw_page(page_in(language), url, fetched_at=NOW))
    assert not isinstance(found, Refused)
    title, author, _ = STORIES[language]
    assert (found.title, found.authors, found.language) == (title, (author,), language)
    assert found.published_at == datetime(2024, 5, 4, 6, 30, tzinfo=UTC)
    assert found.modified_at == datetime(2024, 5, 4, 8, tzinfo=UTC)
    assert found.originals["published_at"] == "2024-05-03T23:30:00-07:00"
    assert found.canonical_url == "https://www.courier.example/local/rain-ends"
    assert (found.section, found.tags, found.paywalled) == ("Wetter", ("Tal", "Regen"), True)
    assert {field: found.provenance[field] for field in ("title", "authors", "published_at", "tags", "paywalled")} == {
        "title": "json-ld", "authors": "json-ld", "published_at": "json-ld", "tags": "json-ld", "paywalled": "json-ld",
    }  # fmt: skip
    assert found.provenance["canonical_url"] == "markup"
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        ("/local/rain-ends", URL),
        ("https://jane:pw@www.courier.example/local/rain-ends", URL),
        ("//www.courier.example/local/rain-ends", URL),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("ftp://www.courier.example/rain", None),
        ("file:///etc/passwd", None),
        ("https://[bad/", None),
        ("https://www.courier.example/", None),
        ("?\ud800", "https://www.courier.example/local/rain-ends??"),
    ],
)
def test_a_canonical_address_is_safe(link: str, wanted: str | None) -> None:
    assert stated(f'<link rel="canonical" href="{link}">').metadata.canonical_url == wanted


def test_open_graph_names_the_address_only_on_the_site_itself() -> None:
    ours = stated('<meta property="og:url" content="https://www.courier.example/a">').metadata
    assert (ours.canonical_url, ours.provenance["canonical_url"]) == ("https://www.courier.example/a", "open-graph")
    other = stated('<meta property="og:url" content="https://mirror.example/a">').metadata
    assert other.canonical_url is None
    assert stated('<meta property="og:url" content="/a">', url=None).metadata.canonical_url is None


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        (article('"headline":"Rain","articleSection":"Local"'), ("Local", "json-ld")),
        (article('"headline":"Rain","articleSection":["Local","Weather"]'), ("Local", "json-ld")),
        (article('"headline":"Rain","articleSection":"Local|Weather"'), ("Local", "json-ld")),
        ('<meta property="article:section" content="Погода">', ("Погода", "open-graph")),
        ('<meta name="section" content="天气">', ("天气", "meta")),
        ('<meta property="article:section" content="article">', (None, None)),
        ("", (None, None)),
    ],
)
def test_the_section_as_stated(head: str, wanted: tuple[str | None, str | None]) -> None:
    found = stated(head).metadata
    assert (found.section, found.provenance.get("section")) == wanted


def test_the_section_from_a_trail_of_links() -> None:
    steps = ["Startseite", "Valley Courier", "Wetter", "Der Regen endet"]
    items = [{"@type": "ListItem", "position": i, "name": name} for i, name in enumerate(steps, 1)]
    head = '<meta property="og:site_name" content="Valley Courier">'
    trail = json_ld(json.dumps({"@type": "BreadcrumbList", "itemListElement": items}))
    assert stated(head + trail).metadata.section == "Wetter"
    nested = [
        {"@type": "ListItem", "item": {"@id": "/w", "name": "Погода"}},
        {"@type": "ListItem", "item": {"name": "Дождь"}},
    ]
    assert (
        stated(json_ld(json.dumps({"@type": "BreadcrumbList", "itemListElement": nested}))).metadata.section == "Погода"
    )


@pytest.mark.parametrize(
    ("head", "tags"),
    [
        (article('"headline":"Rain","keywords":"rain, river,, Rain ,flood"'), ("rain", "river", "flood")),
        (article('"headline":"Rain","keywords":["rain","river"]'), ("rain", "river")),
        (article('"headline":"Rain","keywords":[{"@type":"DefinedTerm","name":"rain"}]'), ("rain",)),
        (
            '<meta property="article:tag" content="дождь"><meta property="article:tag" content="река">',
            ("дождь", "река"),
        ),
        ('<meta name="keywords" content="مطر، نهر">', ("مطر", "نهر")),
        ('<meta name="news_keywords" content="雨、川，洪水">', ("雨", "川", "洪水")),
        ('<meta name="keywords" content="@group-a, _seo, no_ads, Category: Rain, 4711, #rain, Courier">', ("rain",)),
    ],
)
def test_key_words_stand_once_and_read_like_words(head: str, tags: tuple[str, ...]) -> None:
    found = stated(head).metadata.tags
    assert found == tuple(tag for tag in tags if len(tag) > 1)


def test_the_number_of_key_words_is_bounded() -> None:
    words = ", ".join(f"word{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(400))
    assert len(stated(f'<meta name="keywords" content="{words}">').metadata.tags) == MOST_TAGS


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        (article('"headline":"Rain","isAccessibleForFree":false'), (True, "json-ld")),
        (article('"headline":"Rain","isAccessibleForFree":"True"'), (False, "json-ld")),
        (article('"headline":"Rain","isAccessibleForFree":"http://schema.org/False"'), (True, "json-ld")),
        (article('"headline":"Rain","isAccessibleForFree":0'), (True, "json-ld")),
        (article('"headline":"Rain","hasPart":{"isAccessibleForFree":"False"}'), (True, "json-ld")),
        (article('"headline":"Rain","isAccessibleForFree":"maybe"'), (None, None)),
        ('<meta property="article:content_tier" content="locked">', (True, "open-graph")),
        ('<meta property="article:content_tier" content="free">', (False, "open-graph")),
        ("", (None, None)),
    ],
)
def test_a_paywall_as_stated(head: str, wanted: tuple[bool | None, str | None]) -> None:
    found = stated(head).metadata
    assert (found.paywalled, found.provenance.get("paywalled")) == wanted


def test_a_walls_markup_is_weak_evidence_and_marked_so() -> None:
    wall = '<div class="paywall-offer">Subscribe to read on</div>'
    found = stated(end=wall).metadata
    assert found.paywalled is True
    assert found.provenance["paywalled"].startswith("weak")
    free = stated(article('"headline":"Rain","isAccessibleForFree":true'), end=wall).metadata
    assert (free.paywalled, free.provenance["paywalled"]) == (False, "json-ld")


def pictures_of(head: str, top: str) -> list[tuple[str | None, str | None, str | None]]:
    """Address, caption and credit of the pictures of a cleaned page."""
    content = (
        f"<html><head>{head}</head><body><article><h1>Rain ends in the valley</h1>{top}<p>{TEXT * 4}</p></article>"
    )
    found = clean_article(raw_page(content, URL, fetched_at=NOW))
    assert not isinstance(found, Refused)
    return [(image.url, image.caption, image.credit) for image in found.images]


def test_a_figure_gives_address_caption_and_credit() -> None:
    figure = """<figure><img src="/bridge.jpg"><figcaption>The old bridge stands again. <span class="credit"></span>
        Photo: Ann Poe/Valley Photos</figcaption></figure>"""
    assert pictures_of("", figure) == [
        ("https://www.courier.example/bridge.jpg", "The old bridge stands again.", "Ann Poe/Valley Photos")
    ]


def test_without_a_caption_the_head_names_the_picture() -> None:
    head = '<meta property="og:image" content="https://jane:pw@www.courier.example/lead.jpg">'
    assert pictures_of(head, "") == [("https://www.courier.example/lead.jpg", None, None)]
    fields = (
        '"headline":"Rain","image":[{"@type":"ImageObject","url":"/l.jpg","caption":"Rain","creditText":"Ann Poe"}]'
    )
    assert pictures_of(article(fields), "") == [("https://www.courier.example/l.jpg", "Rain", "Ann Poe")]
    assert pictures_of('<meta property="og:image" content="data:image/gif;base64,R0">', "") == []


def test_each_field_that_is_set_names_its_origin() -> None:
    head = article(
        '"headline":"Rain ends","author":"Jane Roe","datePublished":"2024-05-03","keywords":"rain",'
        '"articleSection":"Local","isAccessibleForFree":true,"dateModified":"2024-05-04"'
    )
    found = stated(head + '<link rel="canonical" href="/local/rain-ends">').metadata
    fields = ("authors", "published_at", "modified_at", "canonical_url", "section", "tags", "paywalled", "title")
    assert set(found.provenance) == {*fields, "language"}
    assert set(stated().metadata.provenance) == {"language"}


DEEP = 100_000
HOSTILE = {
    "json-ld of 5 MB": article('"headline":"x","articleBody":"' + "rain " * 1_000_000 + '"'),
    "many authors": article('"headline":"x","author":[' + ",".join(['{"@type":"Person","name":"A B"}'] * 90_000) + "]"),
    "deep lists": json_ld("[" * DEEP + "]" * DEEP),
    "deep objects": json_ld('{"@type":"NewsArticle","author":' * 20_000 + "1" + "}" * 20_000),
    "not json": json_ld("{" + " " * 1_000_000 + "x" + ",  " * 300_000),
    "100,000 metas": "".join(f'<meta name="author" content="Jane Roe {i}">' for i in range(DEEP)),
    "100,000 tags": "".join(f'<meta property="article:tag" content="tag {i}">' for i in range(DEEP)),
    "a title of 1 MB": f'<meta property="og:title" content="{"a | " * 250_000}"><title>{"：" * 300_000}</title>',
    "names of 1 MB": f'<meta name="author" content="{"By a@" * 200_000}">'
    f'<meta name="{".author1" * 90_000}" content="a b">',
    "wrong types": article(
        '"headline":{"a":[[[1]]]},"author":[[["x"]],1,null,{"name":{"name":{"name":3}}}],"datePublished":[{}],'
        '"image":[[]],"keywords":{"x":1},"publisher":[[]],"hasPart":[1],"isAccessibleForFree":{"@id":"x"}'
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_head_is_read_without_raising(name: str) -> None:
    found = stated(HOSTILE[name], "<h1>Rain ends in the valley</h1>")
    assert len(found.metadata.tags) <= MOST_TAGS
    assert all(len(author) <= 60 for author in found.metadata.authors)
    assert len(found.title.text) <= 400


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["@type", "@id", "name", "url", "item", "isAccessibleForFree", "itemListElement"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
KEYS = [
    "headline", "author", "creator", "datePublished", "dateModified", "image", "keywords", "articleSection",
    "publisher", "hasPart", "mainEntity", "isAccessibleForFree", "itemListElement", "name", "dateCreated",
]  # fmt: skip


@settings(max_examples=60)
@given(
    st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=10),
    st.sampled_from(["NewsArticle", "BreadcrumbList", "Organization", "WebPage", "", None, 3, ["Article", "x"]]),
    st.lists(
        st.tuples(st.sampled_from(["author", "og:title", "keywords", "article:section", "og:url", "date"]), st.text())
    ),
    st.text(max_size=60),
)
def test_no_head_makes_reading_raise(
    fields: dict[str, object], kind: object, metas: list[tuple[str, str]], url: str
) -> None:
    script = json.dumps({"@type": kind, **fields}).replace("<", "\\u003c")
    head = json_ld(script) + "".join(f"<meta name='{name}' content='{value}'>" for name, value in metas)
    found = stated(head, "<h1>Rain</h1>", url=url)
    assert found.metadata.tags == tuple(dict.fromkeys(found.metadata.tags))
    repr(found).encode()


@settings(max_examples=60)
@given(st.text(max_size=400), st.text(max_size=100))
def test_no_page_makes_reading_raise(html: str, url: str) -> None:
    page = read_page(html)
    facts = read_facts(page, url)
    title = choose_title(page, facts)
    assert title.at is None or 0 <= title.at < len(page.runs)
