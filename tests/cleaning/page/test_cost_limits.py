"""What a page would cost to parse is told by its tags as parsers see them, however they are written."""

import pytest

from copydesk.cleaning.page.cost_limits import too_costly

MANY = 20_000
NAMES = [f"a{i}" for i in range(MANY)]
STORY = "<p>The ferry sails again from Monday, the harbour office said.</p>"


@pytest.mark.parametrize(
    "attributes",
    [
        " ".join(NAMES),
        "/".join(NAMES),
        "".join(f"{name}='x'" for name in NAMES),
        " ".join(f"{name}='>'" for name in NAMES),
        " ".join(f'{name}="</p>"' for name in NAMES),
        '" ' + " ".join(NAMES) + ' "',
        "title='<script>' " + " ".join(NAMES),
        "title='<!--' " + " ".join(NAMES),
    ],
    ids=["spaced", "slashed", "glued", "ends in quotes", "tags in quotes", "stray quotes", "script", "comment"],
)
def test_attributes_are_counted_however_they_are_parted(attributes: str) -> None:
    refused = too_costly(f"{STORY}<p {attributes}>word</p>")
    assert refused is not None
    assert "attributes" in refused


@pytest.mark.parametrize(
    "before", ["<!-->", "<!--->", "<!-- x --!>", "<title><!--</title>", "<textarea><script></textarea>"]
)
def test_what_follows_the_end_of_a_comment_or_a_raw_element_is_read(before: str) -> None:
    assert too_costly(f"{before}<p {' '.join(NAMES)}>word</p>") is not None


@pytest.mark.parametrize("hidden", ["<!--{}-->", "<script>'{}'</script>", "<p title='{}'>"])
def test_end_tags_that_are_none_close_nothing(hidden: str) -> None:
    unclosed = "".join(f"<b id=b{i}>" for i in range(2_000))
    assert too_costly(unclosed + hidden.format("</ " * 2_000) + STORY) is not None


@pytest.mark.parametrize(
    "page",
    [
        f"<script>{'if (a<b) c(1, 2); ' * MANY}</script>{STORY}",
        f"<!-- <p {' '.join(NAMES)}> -->{STORY}",
        f"<div data-state='{'word, ' * MANY}'>{STORY}</div>",
        f'<div class="{" ".join(NAMES)}">{STORY}</div>',
        " ".join(NAMES),
    ],
    ids=["script", "comment", "long value", "long class", "words"],
)
def test_words_that_are_no_attributes_cost_nothing(page: str) -> None:
    assert too_costly(page) is None


MASSES = "<p>x" * 260_000


@pytest.mark.parametrize(
    "page",
    [
        f"<svg><style>{MASSES}</style>",
        f"<MATH><title>{MASSES}</title>",
        f"<svg><desc><p></svg></p></desc><style>{MASSES}</style>",
        f"<svg><svg></svg><script>{MASSES}</script>",
        f"<svg a=b/><style>{MASSES}</style>",
        f'<svg a="</svg>"><!--</svg>--><style>{MASSES}</style>',
        f'<svg><![CDATA[ > <p a=" ]]></svg>{MASSES}">',
        f'<script><!--<script></script> <p a=" --> </script>{MASSES}">',
        f'<title></titlex <p a="> </title>{MASSES}">',
        *(f"<script{blank}>{MASSES}</script>" for blank in "\x0b\x1c\xa0"),
        f"<\u017fcript>{MASSES}</\u017fcript>",
        f"<style></\u017ftyle><p a='</style>{MASSES}'>",
        *(f'<{begin} <p a=">{MASSES}">' for begin in ("!x", "?x", "/3", "/ ", "\ud800", "/\ud800", "!DOCTYPE html")),
        *(f'<p{rest}>{MASSES}">' for rest in (' ="x', ' a=b="x', ' a="b"="x', ' a=="x', '="x', '/="x')),
        *(f'<p a={blank}">{MASSES}">' for blank in "\x0b\xa0"),
        f"<iframe>{MASSES}</iframe>",
        f"<iframe><!--</iframe><iframe><p {' '.join(NAMES)}></iframe>",
        "<noembed>" + "".join(f"<p><b id=b{i}>x</p>" for i in range(2_000)) + "</noembed>",
        f"<iframe><p {' '.join(NAMES)}></iframe>",
    ],
)  # fmt: skip
def test_tags_are_seen_wherever_a_parser_sees_them(page: str) -> None:
    assert too_costly(page) is not None


@pytest.mark.parametrize("end", ["</div\xe9>", "</div\0>", "</div:>"])
def test_an_end_tag_of_another_name_ends_nothing(end: str) -> None:
    assert too_costly(f"<div>{end}" * 60_000) is not None


BOLD = [f"<b id=b{i}>" for i in range(2_000)]


@pytest.mark.parametrize(
    "page",
    [
        "<p>" + "".join(BOLD) + "</p>" + "<p>x</p>" * 3_000 + "</b>" * 2_000,
        "</b>" * 2_000 + "<p>" + "".join(BOLD) + "</p>" + "<p>x</p>" * 3_000,
        "<p>" + "".join(f"{bold}<table></b></table>" for bold in BOLD) + "</p>" + "<p>x</p>" * 3_000,
        "<p>" + "".join(f"{bold}</b\xe9>" for bold in BOLD) + "</p>" + "<p>x</p>" * 3_000,
        "<p>" + "".join(f"<b title='{'x' * 220}' id=b{i}>" for i in range(2_000)) + "</p>" + "<p>x</p>" * 3_000,
    ],
    ids=["closed at the end", "closed before", "closed out of reach", "closed by another name", "long attributes"],
)
def test_formatting_counts_while_it_is_open(page: str) -> None:
    refused = too_costly(page)
    assert refused is not None
    assert "open" in refused


def test_attributes_of_many_tags_are_counted_together() -> None:
    assert too_costly(("<p " + " ".join(NAMES[:110]) + ">x</p>") * 20_000) is not None
    assert (
        too_costly("".join("<html " + " ".join(f"a{i}x{j}" for i in range(60)) + ">" for j in range(900))) is not None
    )


@pytest.mark.parametrize(
    "page",
    [
        "<svg><style><![CDATA[ .a { color: red } ]]></style></svg>",
        "<svg><title>Share</title><desc>A bird</desc></svg>" + f"<script>{'if (a<b) c(1, 2); ' * MANY}</script>",
        '<svg viewBox="0 0 1 1"/>' + f"<script>{'if (a<b) c(1, 2); ' * MANY}</script>",
        f"<svg><script>{'if (a<b) c(1, 2); ' * 100}</script></svg>",
    ],
)
def test_ordinary_drawings_are_let_pass(page: str) -> None:
    assert too_costly(page + STORY) is None


@pytest.mark.parametrize("unit", ["</p a{}=b>", "<p a{}=b>x"])
def test_different_attributes_are_counted(unit: str) -> None:
    assert too_costly("".join(unit.format(i) for i in range(80_000))) is not None


def test_nested_groups_of_options_are_deep() -> None:
    assert too_costly("<select>" + "<optgroup><option>x" * 20_000) is not None


def test_paragraphs_in_nested_drawings_are_deep() -> None:
    assert too_costly("<svg><foreignObject><p>x" * 20_000) is not None
