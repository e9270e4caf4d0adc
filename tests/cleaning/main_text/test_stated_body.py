"""Bodies that only a page's data hold: JSON-LD, JSON in scripts, shadow roots."""

import json

import pytest

from tests.support.articles import STORY, TITLE, cleaned, p, page, story

LONG = (*STORY, "The miller of 1965, now ninety, was given the first loaf and asked for butter.")
EMPTY = '<div id="app"></div><noscript>Please enable JavaScript.</noscript>'


def _script(kind: str, text: str) -> str:
    return f'<script type="{kind}">{text}</script>'


def _node(body: str, kind: str = "NewsArticle") -> str:
    node = {"@type": kind, "headline": TITLE, "articleBody": body, "datePublished": "2025-05-04T10:00:00Z"}
    return _script("application/ld+json", json.dumps(node))


@pytest.mark.parametrize("body", ["\n\n".join(LONG), p(*LONG), p(*LONG).replace("<", "&lt;").replace(">", "&gt;")])
def test_the_body_in_json_ld_is_the_text_of_a_page_that_shows_none(body: str) -> None:
    found = cleaned(page(EMPTY, head=_node(body)))
    assert found.paragraphs == LONG
    assert found.provenance["paragraphs"] == "json-ld"


POST = {"title": TITLE, "slug": "mill", "content": {"rendered": p(*LONG)}}
NEXT = {"props": {"pageProps": {"post": POST}}}
OTHER = {
    "headlines": {"basic": "Another"},
    "website_url": "/b",
    "content_elements": [{"content": "Not this one. " * 90}],
}
ELEMENTS = {
    "headlines": {"basic": TITLE},
    "content_elements": [{"type": "text", "content": text} for text in LONG],
    "related": [OTHER],
}
PIECES = {
    "article": {
        "headline": TITLE,
        "body": [
            {
                "type": "paragraph",
                "children": [{"text": f"{first} "}, {"text": second, "bold": True}, {"text": f" {rest}"}],
            }
            for first, second, rest in (text.split(" ", 2) for text in LONG)
        ],
    }
}


@pytest.mark.parametrize(
    "script",
    [
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(NEXT)}</script>',
        _script("text/javascript", f"window.App=window.App||{{}};App.content={json.dumps(ELEMENTS)};App.ready=1;"),
        _script("text/javascript", f"window.__STATE__ = {json.dumps(PIECES)}"),
        _script("text/javascript", f"var state = JSON.parse({json.dumps(json.dumps(PIECES))});"),
    ],
    ids=["one string of markup", "a list of texts", "pieces of lines", "JSON in a string"],
)
def test_json_in_a_script_is_the_text_where_the_page_shows_its_first_paragraph_alone(script: str) -> None:
    found = cleaned(page(story(p(LONG[0])), below=script))
    assert found.paragraphs == LONG
    assert found.provenance["paragraphs"] == "script"
    assert [piece.text for piece in found.removed].count(LONG[0]) == 1


def test_what_the_page_shows_wins_over_as_much_in_its_data() -> None:
    found = cleaned(page(story(), head=_node("Another wording of it. " * 20)))
    assert found.paragraphs == STORY
    assert "paragraphs" not in found.provenance


def test_data_of_another_article_are_not_the_text() -> None:
    other = {"title": "Trams return", "body": p(*(text.replace("mill", "tram") for text in LONG * 3))}
    found = cleaned(page(story(p(*STORY[:2])), below=_script("application/json", json.dumps(other))))
    assert found.paragraphs == STORY[:2]


def test_a_stated_body_is_cleaned_as_any() -> None:
    appeal = "Please support our independent journalism: donate today and help us keep our reporting free for everyone."
    found = cleaned(page(EMPTY, head=_node("\n".join([*LONG, "$$ADVERT_SLOT$$", appeal]))))
    assert found.paragraphs == LONG
    assert appeal in {piece.text for piece in found.removed}


def test_entries_of_a_live_blog_are_read_with_their_headlines() -> None:
    entries = [{"@type": "BlogPosting", "headline": f"Hour {n}", "articleBody": text} for n, text in enumerate(STORY)]
    node = {"@type": "LiveBlogPosting", "headline": TITLE, "liveBlogUpdate": entries}
    found = cleaned(page(EMPTY, head=_script("application/ld+json", json.dumps(node))))
    assert found.paragraphs == tuple(line for n, text in enumerate(STORY) for line in (f"Hour {n}", text))


@pytest.mark.parametrize("attribute", ['shadowrootmode="open"', "shadowrootmode=closed", 'shadowroot="open"'])
def test_text_in_a_shadow_root_is_read(attribute: str) -> None:
    shadow = f"<mill-story><template {attribute}><style>p{{margin:0}}</style>{story()}</template></mill-story>"
    assert cleaned(page(shadow)).paragraphs == STORY


def test_other_templates_are_not_read() -> None:
    hidden = (
        "<template><p>A card that a script fills in with the name of the next reader's village and mill.</p></template>"
    )
    shadow = f'<x-s><template shadowrootmode="open">{hidden}{story()}</template></x-s>'
    assert cleaned(page(shadow)).paragraphs == STORY


def test_paragraphs_of_markup_in_a_list_are_the_body_and_the_headline_is_not() -> None:
    parts = [{"type": "paragraph", "html": f"<p>{text}</p>"} for text in LONG]
    data = {"story": {"headline": TITLE, "teaser": "In short.", "elements": parts}}
    assert cleaned(page(EMPTY, head=_script("application/json", json.dumps(data)))).paragraphs == LONG
