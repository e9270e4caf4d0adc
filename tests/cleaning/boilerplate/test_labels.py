"""Naming: what is furniture gets its kind, and articles about furniture keep their text."""

import pytest

from copydesk.cleaning.boilerplate.labels import label_blocks
from copydesk.cleaning.lexicon import LANGUAGES, lexicon
from copydesk.cleaning.records import Block
from copydesk.events import Kind
from tests.cleaning.test_metamorphic import cleaned
from tests.support.appeals import HARD_NEGATIVES

NAMED: tuple[tuple[str, str, Kind], ...] = (
    ("en", "We rely on readers like you. Please consider making a donation.", "donation_appeal"),
    ("en", "Sign up for our daily briefing, delivered to your inbox", "newsletter_signup"),
    ("en", "Subscribe today for unlimited access. Cancel anytime.", "subscription_offer"),
    ("en", "We use cookies to improve your experience. Accept all", "cookie_privacy_notice"),
    ("en", "© 2024 Example Media. All rights reserved.", "copyright_notice"),
    ("en", "Share this article on Facebook", "social_follow"),
    ("en", "Be the first to comment", "comments_prompt"),
    ("en", "Read more: Storm closes the coast road", "related_links"),
    ("en", "Photo: Jane Roe / Example Agency", "photo_credit"),
    ("en", "Jane Roe is a staff writer at Example. Follow her on Twitter.", "author_bio"),
    ("en", "Article continues below advertisement", "advertisement"),
    ("en", "Skip to main content", "navigation"),
    ("de", "Jetzt Newsletter abonnieren und nichts mehr verpassen", "newsletter_signup"),
    ("de", "Alle Rechte vorbehalten. Nachdruck nur mit Genehmigung.", "copyright_notice"),
    ("de", "Diesen Artikel teilen", "social_follow"),
    ("es", "Suscríbete para seguir leyendo", "subscription_offer"),
    ("es", "Lee también: La tormenta cierra la carretera", "related_links"),
    ("fr", "À lire aussi : La tempête ferme la route", "related_links"),
    ("fr", "En poursuivant votre navigation, vous acceptez les cookies", "cookie_privacy_notice"),
    ("pt", "Compartilhe esta notícia no WhatsApp", "social_follow"),
    ("it", "Iscriviti alla newsletter", "newsletter_signup"),
    ("pl", "Wszelkie prawa zastrzeżone", "copyright_notice"),
    ("tr", "Yorum yapmak için giriş yapın", "comments_prompt"),
    ("ru", "Читайте также: Шторм закрыл дорогу", "related_links"),
    ("ru", "Нашли ошибку? Выделите текст и нажмите Ctrl+Enter", "comments_prompt"),
    ("uk", "Підписуйтесь на наш Telegram-канал", "social_follow"),
    ("uk", "Ваша підтримка допомагає нам працювати. Підтримайте нас", "donation_appeal"),
    ("ar", "جميع الحقوق محفوظة", "copyright_notice"),
    ("ar", "اقرأ أيضا: عاصفة تغلق الطريق الساحلي", "related_links"),
    ("ar", "اشترك في نشرتنا البريدية", "newsletter_signup"),
    ("zh", "未经授权不得转载，版权所有", "copyright_notice"),
    ("zh", "扫描二维码，关注我们的微信公众号", "social_follow"),
    ("ja", "無断転載を禁じます", "copyright_notice"),
    ("nl", "Schrijf je in voor onze nieuwsbrief", "newsletter_signup"),
    ("nl", "Lees ook: Storm sluit de kustweg", "related_links"),
    ("ko", "무단 전재 및 재배포 금지", "copyright_notice"),
    ("ko", "여러분의 후원이 필요합니다. 지금 후원해 주세요.", "donation_appeal"),
    ("no", "Støtt oss med en gave. Ditt bidrag betyr mye.", "donation_appeal"),
    ("no", "Les også: Stormen stengte kystveien", "related_links"),
    ("sv", "Prenumerera på vårt nyhetsbrev", "newsletter_signup"),
    ("sv", "Vi använder cookies för att förbättra din upplevelse", "cookie_privacy_notice"),
    ("da", "Denne artikel er kun for abonnenter. Log ind for at læse videre.", "subscription_offer"),
    ("cs", "Čtěte také: Bouře uzavřela silnici", "related_links"),
    ("cs", "Podpořte nás. Každý příspěvek pomáhá.", "donation_appeal"),
    ("id", "Baca juga: Badai menutup jalan pesisir", "related_links"),
    ("de", "Spendenkonto: DE12 3456 7890 1234 5678 90", "payment_widget"),
    ("ja", "この記事は会員限定です。続きを読むには会員登録が必要です。", "subscription_offer"),
)


@pytest.mark.parametrize(("language", "text", "kind"), NAMED)
def test_furniture_is_named_for_what_it_is(language: str, text: str, kind: Kind) -> None:
    (label,) = label_blocks([Block(text)], [False], language)
    assert label.kind == kind
    assert label.why
    assert 0 < label.confidence <= 1


@pytest.mark.parametrize("language", [*LANGUAGES, None])
def test_every_lexicon_can_be_read(language: str | None) -> None:
    assert lexicon(language).find(["xyzzy"]) == []


@pytest.mark.parametrize("language", ["en", None])
def test_every_cut_block_has_a_kind_and_no_kept_one_has(language: str | None) -> None:
    texts = ["A paragraph about the sea.", "xyzzy", "12", "…", "Read more", "\u200b"]
    labels = label_blocks([Block(t) for t in texts], [True] + [False] * 5, language)
    assert labels[0].kind is None
    assert all(label.kind is not None and label.why for label in labels[1:])


def test_markup_names_what_words_do_not() -> None:
    block = Block("Storm closes the coast road for a week", tag="a", link_share=1.0, names=("related",))
    assert label_blocks([block], [False], "en")[0].kind == "related_links"


def test_a_list_under_its_heading_is_named_for_it() -> None:
    texts = [
        "Most read",
        "Storm closes the coast road",
        "Mayor resigns after the vote",
        "Ferry stuck in ice for a third day",
    ]
    labels = label_blocks([Block(t) for t in texts], [False] * 4, "en")
    assert [label.kind for label in labels] == ["related_links"] * 4


@pytest.mark.parametrize("name", HARD_NEGATIVES)
def test_articles_about_furniture_keep_their_text(name: str) -> None:
    title, *paragraphs = HARD_NEGATIVES[name]
    found = cleaned("\n\n".join((title, *paragraphs)))
    assert found.title == title
    assert found.paragraphs == tuple(paragraphs), [(p.text, p.kind, p.evidence) for p in found.removed]


def test_a_sentence_in_a_box_named_for_a_menu_is_called_no_button() -> None:
    standfirst = Block("The mill turned again on Sunday, to the surprise of its owner.", names=("header",))
    button, told = (label_blocks([one], [False], "en")[0] for one in (Block("Mills", names=("header",)), standfirst))
    assert (button.kind, told.kind, told.why) == ("navigation", "other", "Stands outside the article's text")
