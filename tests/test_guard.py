"""What a page would cost to parse is told by its tags as parsers see them, however they are written."""

import pytest

from copydesk.text.guard import too_costly

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
    assert "attributes" in refused.reason


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
