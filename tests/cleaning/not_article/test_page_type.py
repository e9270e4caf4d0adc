"""Pages are named by type; lists are refused in words, forums, products and services only where a setting says so."""

from datetime import UTC, datetime

import numpy as np
import pytest

import copydesk
from copydesk.cleaning.article import clean_blocks
from copydesk.cleaning.not_article.page_type import Evidence, least_odds, list_odds, measure_type
from copydesk.cleaning.page.stated import read_facts
from copydesk.cleaning.page.tree_walk import read_page
from copydesk.cleaning.records import Cleaned
from copydesk.cleaning.thresholds.page_type import AMONG_TEASERS
from copydesk.errors import InputError
from copydesk.events import ALL_PAGE_TYPES, LIST_TYPES, PageType, Refused
from tests.support.documents import raw_page

NOW = datetime(2026, 3, 4, tzinfo=UTC)
WARES = [f"{what} {size}" for what in ("Oak bench", "Pine table", "Ash stool", "Elm shelf") for size in "SML"]
ANSWERS = [
    "I had the same trouble with mine after the winter, and a drop of oil on the hinge was all it took to cure it.",
    "Oil only helps for a week or so. In the end I took the door off and put in a new pin, which cost next to nothing.",
    "Before you take it off, look whether the frame has moved. Ours had, and no pin in the world would have helped.",
    "Thanks to you all, it was the frame. I have put a wedge under it for now and it closes again as it should.",
]


def category() -> str:
    cards = "".join(
        f"<li class=product-card><a href=/p/{i}><img><h3>{name}</h3></a><span class=price>${90 + i}.00</span>"
        "<button>Add to cart</button></li>"
        for i, name in enumerate(WARES)
    )
    return (
        "<html lang=en><head><title>Benches and tables | Marlow Joinery</title><meta property=og:type content=website>"
        "</head><body class=collection><nav><a href=/>Home</a> <a href=/cart>Cart</a></nav><h1>Benches and tables</h1>"
        "<p>Made by hand of wood from the valley, oiled and ready to use.</p>"
        f"<div class=filters><button>Filter</button> <button>Sort by</button></div><ul class=product-grid>{cards}</ul>"
        "<footer>© 2026 Marlow Joinery</footer></body></html>"
    )


def thread() -> str:
    posts = "".join(
        f"<article class=message><h4 class=message-name><a href=/u/{i}>keeper{i}</a></h4><span>Joined: 2019</span>"
        f"<span>Messages: {40 * i}</span><div class=message-body><p>{text}</p></div>"
        "<a href=#>Reply</a> <a href=#>Quote</a>"
        "</article>"
        for i, text in enumerate(ANSWERS)
    )
    return (
        "<html lang=en><head><title>Door will not close | Allotment Forum</title></head><body><nav>"
        "<a href=/>Forums</a> "
        "<a href=/new>New posts</a></nav><h1>Door will not close</h1><div class=thread>"
        f"{posts}</div><p>You must log in or register to reply here.</p></body></html>"
    )


def cleaned(html: str, url: str, refuse: tuple[PageType, ...] = LIST_TYPES) -> Cleaned | Refused:
    return clean_blocks(raw_page(html, url, fetched_at=NOW), refuse=refuse)


def test_a_shop_category_is_refused_as_a_list_of_products() -> None:
    found = cleaned(category(), "https://joinery.example/collections/benches")
    assert isinstance(found, Refused)
    assert found.page_type == "collection"
    assert "a list of products" in found.reason
    assert "12 prices stand on it" in found.reason


def test_a_forum_thread_is_named_and_refused_only_by_setting() -> None:
    address = "https://allotment.example/forums/threads/door-will-not-close.4711/"
    kept = cleaned(thread(), address)
    assert isinstance(kept, Cleaned)
    assert kept.page_type == "forum"
    assert kept.page_type_confidence is not None
    assert kept.page_type_confidence > 1 / len(ALL_PAGE_TYPES)
    refused = cleaned(thread(), address, refuse=(*LIST_TYPES, "forum"))
    assert isinstance(refused, Refused)
    assert (refused.page_type, "forum page" in refused.reason) == ("forum", True)


def test_a_list_is_not_refused_for_being_one_where_nothing_is() -> None:
    found = copydesk.Cleaner(refuse=()).clean(category(), "https://joinery.example/collections/benches")
    assert isinstance(found, copydesk.CleanArticle) or "list of products" not in found.reason


@pytest.mark.parametrize("refuse", ["forum", ["blog"], 3])
def test_what_names_no_types_is_a_wrong_call(refuse: object) -> None:
    with pytest.raises(InputError):
        copydesk.Cleaner(refuse=refuse)  # type: ignore[arg-type]


def test_a_text_has_no_type() -> None:
    found = copydesk.clean_text("\n\n".join(ANSWERS))
    assert found
    assert found.page_type is None


def test_the_odds_of_a_list_are_none_where_another_type_is_clearly_likelier() -> None:
    def odds(article: float, listing: float, product: float) -> float:
        likely = np.zeros(len(ALL_PAGE_TYPES))
        for name, value in (("article", article), ("listing", listing), ("product", product)):
            likely[[ALL_PAGE_TYPES.index(each) for each in ALL_PAGE_TYPES if each == name]] = value
        return list_odds(likely)

    assert odds(0.1, 0.4, 0.5) == pytest.approx(0.8)
    assert odds(0.1, 0.2, 0.7) == 0.0


def test_evidence_is_the_sum_over_the_root_of_the_number_of_known_words() -> None:
    known = Evidence(
        ["cart", "price"], np.array([[10] * len(ALL_PAGE_TYPES), [30] * len(ALL_PAGE_TYPES)], dtype=np.int8)
    )
    assert known.of(["cart", "price", "unheard"]) == pytest.approx([4 / 2**0.5] * len(ALL_PAGE_TYPES))
    assert known.of(["unheard"]) == [0.0] * len(ALL_PAGE_TYPES)


def test_evidence_does_not_hang_on_the_order_of_the_words() -> None:
    words = ["cart", "price", "reply"]
    known = Evidence(words, np.array([[n] * len(ALL_PAGE_TYPES) for n in (1, 2, 3)], dtype=np.int8))
    assert known.of(words) == known.of(words[::-1])


def test_items_are_counted_by_their_make() -> None:
    page = read_page(category())
    counts = measure_type(page, read_facts(page, None), [False] * len(page.runs), None).counts
    assert round(np.expm1(counts["card_items"])) == len(WARES)
    assert round(np.expm1(counts["priced"])) == len(WARES)
    assert counts["card_with_link"] == 1.0


def test_the_words_of_title_and_first_headings_are_evidence() -> None:
    page = read_page(
        "<html><head><title>Garden Chairs</title><meta property=og:title content='Chairs for 2 &amp; Tables'></head>"
        "<body><h1>All <a href=/oak>Oak</a> Benches</h1><h1>Outlet</h1><h1>Imprint</h1>"
        "<p>Every bench is made by hand.</p></body></html>"
    )
    heads = measure_type(page, read_facts(page, None), [False] * len(page.runs), None).heads
    assert heads == {"garden", "chairs", "for", "tables", "all", "oak", "benches", "outlet"}


def test_less_is_enough_for_a_list_where_what_was_kept_stands_among_teasers() -> None:
    teasers = {"article_dated": 0.0, "teasers": 3.0}
    assert least_odds(teasers, 0.7) == AMONG_TEASERS
    assert least_odds(teasers, 0.1) == 0.1
    assert least_odds({**teasers, "article_dated": 1.0}, 0.7) == 0.7
