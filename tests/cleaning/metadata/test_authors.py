"""Authors come out as a clean list of people, in many languages and from many places; outlets only where nobody is."""

import json

import pytest

from copydesk.cleaning.thresholds.metadata import MOST_STATED_AUTHORS
from tests.support.stated import article, stated

TITLE = "<h1>Rain ends in the valley</h1>"
BYLINES = [
    ("By Jane Roe and John Doe", ("Jane Roe", "John Doe")),
    ("ByJane Roe", ("Jane Roe",)),
    ("By Jane Roe, Staff Writer", ("Jane Roe",)),
    ("Written by Jane Roe | The Valley Courier", ("Jane Roe",)),
    ("By JANE ROE, Associated Press", ("JANE ROE",)),
    ("Reporting by Jane Roe; Editing by John Doe", ("Jane Roe",)),
    ("Von Sabine Größe und Ömer Yıldız", ("Sabine Größe", "Ömer Yıldız")),
    ("Ein Gastbeitrag von Anna von der Heide", ("Anna von der Heide",)),
    ("Text: Jan Maier", ("Jan Maier",)),
    ("Par Élodie Dubois et Jean-Luc Le Goff", ("Élodie Dubois", "Jean-Luc Le Goff")),
    ("Por María José Ortega y Luis de la Cruz", ("María José Ortega", "Luis de la Cruz")),
    ("Por João Costa e Silva", ("João Costa e Silva",)),
    ("di Giulia De Santis", ("Giulia De Santis",)),
    ("Door Sanne van den Berg en Piet de Boer", ("Sanne van den Berg", "Piet de Boer")),
    ("Av Åse Nordli og Øyvind Bakke", ("Åse Nordli", "Øyvind Bakke")),
    ("Autor: Zofia Nowak", ("Zofia Nowak",)),
    ("Autor: Jana Nováková", ("Jana Nováková",)),
    ("Szerző: Kovács Éva", ("Kovács Éva",)),
    ("Γράφει ο Νίκος Παππάς", ("Νίκος Παππάς",)),
    ("Haber: Ayşe Demir", ("Ayşe Demir",)),
    ("Oleh Budi Santoso", ("Budi Santoso",)),
    ("Tác giả: Nguyễn Văn An", ("Nguyễn Văn An",)),
    ("Автор: Иван Петров и Мария Сидорова", ("Иван Петров", "Мария Сидорова")),
    ("Текст: Анна Ветрова", ("Анна Ветрова",)),
    ("Автор: Олена Коваль та Ігор Мельник", ("Олена Коваль", "Ігор Мельник")),
    ("Авторка: Леся Дзвінка", ("Леся Дзвінка",)),
    ("بقلم: أحمد الوادي", ("أحمد الوادي",)),
    ("كتبت سارة النهري", ("سارة النهري",)),
    ("מאת: דנה נהר", ("דנה נהר",)),
    ("लेखक: राम नदी", ("राम नदी",)),
    ("本报记者 李河", ("李河",)),
    ("記者王小河／台北報導", ("王小河",)),
    ("文：陈山", ("陈山",)),
    ("【山田川子】", ()),
    ("文・山田川子", ()),
    ("執筆：山田川子", ("山田川子",)),
    ("글 홍강 기자", ("홍강",)),
    ("글·사진 홍강물", ("홍강물",)),
]


@pytest.mark.parametrize(("line", "names"), BYLINES)
def test_a_byline_under_the_headline_names_the_authors(line: str, names: tuple[str, ...]) -> None:
    head = '<meta property="og:site_name" content="The Valley Courier">'
    found = stated(head, f"{TITLE}<div>{line}</div>").metadata
    assert found.authors == names
    assert found.provenance.get("authors") == ("text" if names else None)


@pytest.mark.parametrize("name", ["홍강물 기자", "홍강물기자", "李河 记者", "山田川子記者"])
def test_a_job_behind_a_name_is_cut_without_spaces_too(name: str) -> None:
    found = stated(top=f'{TITLE}<div class="byline">{name}</div>').metadata
    assert found.authors == (name.replace("기자", "").replace("记者", "").replace("記者", "").strip(),)


@pytest.mark.parametrize(
    "line",
    [
        "Jane Roe | 3 May 2024",
        "Jane Roe - May 3, 2024",
        "3. Mai 2024 • Jane Roe • 3 Minuten",
        "Jane Roe May 3, 2024",
        "Jane RoeMay 3, 2024",
        "Jane Roe | 03.05.2024 - Güncelleme: 04.05.2024",
    ],
)
def test_a_name_beside_a_date_is_the_author(line: str) -> None:
    assert stated(top=f"{TITLE}<div>{line}</div>").metadata.authors == ("Jane Roe",)


@pytest.mark.parametrize(
    "line",
    [
        "<div>Letzte Änderung 03.05.2024</div>",
        "<div>Pressemitteilung Aktuell 3 May 2024</div>",
        "<div>Ort Talheim Datum 03.05.2024</div>",
        "<div>Sanfter Regen – drei Tage lang im ganzen Tal... 03.05.2024</div>",
        '<div class="rating"><p>Jane Roe am 3.5.2024</p></div>',
    ],
)
def test_not_all_words_beside_a_date_are_a_name(line: str) -> None:
    assert stated(top=TITLE + line, language="de").metadata.authors == ()


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ('{"@type":"Person","name":"Jane Roe"}', ("Jane Roe",)),
        ('[{"@type":"Person","name":"Jane Roe"},{"@type":"Person","name":"Jane  Roe"}]', ("Jane Roe",)),
        ('"Jane Roe"', ("Jane Roe",)),
        ('["Jane Roe", "John Doe"]', ("Jane Roe", "John Doe")),
        ('{"@type":"Person","name":["Jane Roe"]}', ("Jane Roe",)),
        ('{"@type":"Person","name":"Jane Roe, John Doe and Ann Poe"}', ("Jane Roe", "John Doe", "Ann Poe")),
        ('{"@type":"Person","givenName":"Jane","familyName":"Roe"}', ("Jane Roe",)),
        ('{"@type":"Person","name":"By Jane Roe, Senior Editor"}', ("Jane Roe",)),
        ('{"@type":"Person","name":"Jane Roe jane.roe@courier.example"}', ("Jane Roe",)),
        ('{"@type":"Person","name":"Jane Roe @janeroe"}', ("Jane Roe",)),
        ('{"@type":"Person","name":"Jane Roe (Reuters)"}', ("Jane Roe",)),
        ('{"@type":"Person","name":"Jane Roe, AFP"}', ("Jane Roe",)),
        ('{"@type":"Person","name":"<a href=\\"/x\\">Jane Roe</a><a>John Doe</a>"}', ("Jane Roe", "John Doe")),
        ('[{"@type":"Organization","name":"AFP"},{"@type":"Person","name":"Jane Roe"}]', ("Jane Roe",)),
        ('{"@type":"Person","name":"Молоко Мария"}', ("Молоко Мария",)),
        ('{"@type":"Person","name":"李河、王山"}', ("李河", "王山")),
    ],
)
def test_json_ld_names_people_in_many_shapes(author: str, names: tuple[str, ...]) -> None:
    found = stated(article(f'"headline":"Rain","author":{author}')).metadata
    assert (found.authors, found.provenance["authors"]) == (names, "json-ld")


def test_authors_are_found_by_their_id() -> None:
    graph = (
        '{"@graph":[{"@type":"NewsArticle","headline":"Rain","author":{"@id":"#jane"}},'
        '{"@type":"Person","@id":"#jane","name":"Jane Roe"}]}'
    )
    assert stated(f'<script type="application/ld+json">{graph}</script>').metadata.authors == ("Jane Roe",)


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="author" content="Jane Roe">',
        '<meta property="article:author" content="Jane Roe">',
        '<meta name="parsely-author" content="Jane Roe">',
        '<meta name="dc.creator" content="Jane Roe">',
        '<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Jane Roe">',
        '<meta name="twitter:label2" content="Verfasst von"><meta name="twitter:data2" content="Jane Roe">',
    ],
)
def test_metas_name_the_author(head: str) -> None:
    found = stated(head).metadata
    assert (found.authors, found.provenance["authors"]) == (("Jane Roe",), "meta")


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:author" content="https://social.example/courier">',
        '<meta name="twitter:creator" content="@courier">',
        '<meta name="author" content="admin">',
        '<meta name="twitter:label1" content="Reading time"><meta name="twitter:data1" content="3 minutes">',
        '<meta name="generator" content="Press Maker 4">',
        '<meta name="author" content="The Valley Courier"><meta property="og:site_name" content="Valley Courier">',
    ],
)
def test_what_names_nobody_gives_no_person(head: str) -> None:
    assert stated(head).metadata.authors in {(), ("The Valley Courier",)}


@pytest.mark.parametrize(
    "line",
    [
        '<a rel="author" href="/jane">Jane Roe</a>',
        '<span itemprop="author">Jane Roe</span>',
        '<div class="article__byline">Jane Roe</div>',
        '<p class="post-author"><span>Jane Roe</span></p>',
    ],
)
def test_markup_names_the_author(line: str) -> None:
    found = stated(top=f"{TITLE}<div>{line}</div>").metadata
    assert (found.authors, found.provenance["authors"]) == (("Jane Roe",), "markup")


def test_people_come_before_outlets_whoever_states_them() -> None:
    outlet = article('"headline":"Rain","author":{"@type":"Organization","name":"The Valley Courier"}')
    assert stated(outlet).metadata.authors == ("The Valley Courier",)
    assert stated(outlet, f"{TITLE}<div>By Jane Roe</div>").metadata.authors == ("Jane Roe",)


def test_an_agency_comes_before_the_outlet_itself() -> None:
    fields = '"headline":"Rain","publisher":{"name":"Courier"},"author":{"@type":"Organization","name":"Courier"}'
    found = stated(article(fields), f"{TITLE}<div>By Associated Press</div>").metadata
    assert (found.authors, found.provenance["authors"]) == (("Associated Press",), "text")


def test_bylines_at_the_end_count_where_the_top_names_nobody() -> None:
    for end in ("<p>Jane Roe</p>", "<ul><li>Autorin/Autor Jane Roe</li></ul>", "<div>Автор: Jane Roe</div>"):
        assert stated(top=TITLE, end=end).metadata.authors == ("Jane Roe",)
    top = f"{TITLE}<div>By John Doe</div>"
    assert stated(top=top, end="<p>Jane Roe</p>").metadata.authors == ("John Doe",)


@pytest.mark.parametrize(
    "other",
    [
        '<figure><figcaption class="author">Photo: John Doe</figcaption></figure>',
        '<div class="author" style="display:none">John Doe</div>',
        '<div class="comment-author">John Doe</div>',
        "<div>Photos by John Doe</div>",
        "<div>Published May 3, 2024</div>",
        "<div>Read More Stories | 3 May 2024</div>",
    ],
)
def test_photographers_hidden_lines_and_buttons_are_no_authors(other: str) -> None:
    assert stated(top=TITLE + other).metadata.authors == ()


def test_a_teaser_above_the_headline_names_no_author_when_one_stands_below() -> None:
    teaser = '<div class="teaser-card"><h3>Sun ahead</h3><div>By John Doe</div></div>'
    assert stated(top=teaser + TITLE + "<div>By Jane Roe</div>").metadata.authors == ("Jane Roe",)


def test_the_number_of_authors_is_bounded() -> None:
    authors = json.dumps(
        [{"@type": "Person", "name": f"Jane {chr(65 + i % 26)}{'e' * (i // 26 + 1)}"} for i in range(400)]
    )
    assert 1 < len(stated(article(f'"headline":"Rain","author":{authors}')).metadata.authors) <= MOST_STATED_AUTHORS


LINES_WITH_MORE = [
    ("en", "Posted on March 17, 2025 by Jane Roe", ("Jane Roe",)),
    ("en", "17 March 2025 by Jane Roe and John Doe", ("Jane Roe", "John Doe")),
    ("en", "Written by Jane Roe in Weather on 17 March 2025 at 08:34 PM EDT. 51 Comments", ("Jane Roe",)),
    ("en", "By Jane Roe Published in Weather March 17, 2025", ("Jane Roe",)),
    ("en", "This post was written by Jane Roe, Senior Reporter", ("Jane Roe",)),
    ("en", "By Jane Roe Senior Weather Reporter", ("Jane Roe",)),
    ("en", "By Jane Roe ⋅ Head of Maps ⋅ Updated March 5, 2025", ("Jane Roe",)),
    ("de", "Veröffentlicht am 17. März 2025 von Sabine Größe", ("Sabine Größe",)),
    ("fr", "Publié le 17 mars 2025 par Élodie Dubois dans Météo", ("Élodie Dubois",)),
    ("es", "17 de marzo de 2025 por María Ortega", ("María Ortega",)),
    ("it", "17 marzo 2025 di Giulia De Santis", ("Giulia De Santis",)),
]


@pytest.mark.parametrize(("language", "line", "names"), LINES_WITH_MORE)
def test_a_byline_with_date_section_or_job_names_the_authors_alone(
    language: str, line: str, names: tuple[str, ...]
) -> None:
    assert stated(top=f"{TITLE}<div>{line}</div>", language=language).metadata.authors == names


@pytest.mark.parametrize(
    "credit",
    [
        '<a href="/author/jane-roe">Jane Roe</a>',
        '<a href="https://www.courier.example/about/editors/jane-roe/">Jane Roe</a>',
        '<a rel="author" href="/j"><span>Jane</span> <span>Roe</span></a><span>Weather desk</span>',
        'All Weather. Edited by <span itemprop="author" itemscope><span itemprop="name">Jane Roe</span></span> with',
        '<span class="author-name">Jane Roe</span> keeps the rain gauges of this valley for us',
        "<span>By</span> <span>Jane Roe</span><span>Senior Reporter</span>",
        "<span>Jane Roe</span><span>Senior Reporter</span> <span>May 3, 2024</span>",
    ],
)
def test_what_markup_sets_apart_is_read_apart(credit: str) -> None:
    assert stated(top=f"{TITLE}<div class=byline>{credit}</div>").metadata.authors == ("Jane Roe",)


def test_a_link_to_a_topic_or_one_within_the_text_is_no_author() -> None:
    topic = '<div><a href="/topics/river-dale">River Dale</a></div>'
    within = f'<p>The mayor, <a href="/people/john-doe">John Doe</a>, said so. {"Rain fell on all of it. " * 9}</p>'
    assert stated(top=TITLE + topic + within).metadata.authors == ()


@pytest.mark.parametrize(
    ("head", "names"),
    [
        ('<meta name="author" content="Roe, Jane">', ("Jane Roe",)),
        (
            '<meta name="author" content="Roe, Jane"><meta name="author" content="Doe, John B.">',
            ("Jane Roe", "John B. Doe"),
        ),
        ('<meta name="author" content="Jane Roe, John Doe">', ("Jane Roe", "John Doe")),
        ('<meta name="author" content="Jane Roe, M.D., PhD">', ("Jane Roe",)),
        ('<meta name="author" content="Jane Roe III">', ("Jane Roe III",)),
        ('<meta name="author" content="Lillibet">', ("Lillibet",)),
    ],
)
def test_metas_name_surnames_first_degrees_and_accounts(head: str, names: tuple[str, ...]) -> None:
    assert stated(head).metadata.authors == names


def test_an_account_gives_way_to_the_name_that_readers_see() -> None:
    head = article('"headline":"Rain ends in the valley","author":{"@type":"Person","name":"JaneR"}')
    assert stated(head, TITLE + "<div>By Jane Roe</div>").metadata.authors == ("Jane Roe",)
    assert stated(head, TITLE).metadata.authors == ("JaneR",)


def test_the_house_that_holds_the_copyright_is_no_author_beside_one() -> None:
    head = '<meta name="author" content="Brook Hill"><meta property="article:author" content="Jane Roe">'
    assert stated(head, TITLE, "<footer><p>© 2024 Brook Hill. All rights reserved.</p></footer>").metadata.authors == (
        "Jane Roe",
    )
    assert stated(head, TITLE).metadata.authors == ("Brook Hill", "Jane Roe")


@pytest.mark.parametrize(
    ("above", "end", "names"),
    [
        ("", "<h3>About Jane Roe</h3><p>Jane Roe covers rain.</p>", ("Jane Roe",)),
        ("<div>Written by</div>", "", ("Jane Roe",)),
        ("", "", ()),
        ("", "<ul><li>Jane Roe</li></ul>", ()),
    ],
)
def test_a_name_alone_counts_where_the_page_bears_it_out(above: str, end: str, names: tuple[str, ...]) -> None:
    top = f"<h1>Rain ends in the valley</h1>{above}<div>Jane Roe</div><div>Nine days of it</div>"
    assert stated(top=top, end=end).metadata.authors == names


def test_a_desk_that_wants_letters_is_no_author() -> None:
    end = '<div class="writer"><p>《ミナト》</p></div><div class="author"><a href="/c">編集局へ手紙を送る</a></div>'
    assert stated(top="<h1>長い雨が谷でやむ</h1>", end=end, language="ja").metadata.authors == ("ミナト",)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By: Paula Rivers", ("Paula Rivers",)),
        ("By Jane Roe", ("Jane Roe",)),
        ("By Jane RoePublished: Jun 25, 2025", ("Jane Roe",)),
        ("By Paula Rivers and Jane Roe", ("Jane Roe",)),
        ("by the river", ("Jane Roe",)),
    ],
)
def test_the_byline_that_readers_see_names_the_author_and_not_who_posted_it(line: str, names: tuple[str, ...]) -> None:
    posted = '<meta name="author" content="Jane Roe">'
    assert stated(posted, f"{TITLE}<div>{line}</div>").metadata.authors == names


def test_dots_of_any_make_end_a_name() -> None:
    line = "by Jane Roe ● December 23, 2025 ● 6 min read"
    assert stated(top=f"{TITLE}<div>{line}</div>").metadata.authors == ("Jane Roe",)
