"""Sentences that open as furniture does stay, in recipes, interviews and speeches; short furniture goes."""

import pytest

from copydesk.cleaning.boilerplate.block_signals import read_signals
from copydesk.cleaning.boilerplate.kind_scores import score_kinds
from copydesk.cleaning.boilerplate.line_classifier import classify_lines, classify_paragraph
from copydesk.cleaning.main_text.embedded_boilerplate import embedded_boilerplate
from copydesk.cleaning.records import Block
from copydesk.cleaning.thresholds.boilerplate import LINE_CUT
from copydesk.events import Kind

SPOKEN = [
    ("en", "Follow the towpath as far as the old mill."),
    ("de", "Was denken Sie über die neue Brücke?"),
    ("de", "Testen Sie die Kartoffeln mit einer Gabel."),
    ("fr", "Que pensez-vous de ce nouveau pont ?"),
    ("fr", "Merci de votre patience."),
    ("it", "Grazie di avermi ascoltato."),
    ("pt", "Obrigado por me ouvirem."),
    ("nl", "Wat vindt u van de nieuwe brug?"),
    ("tr", "Patikayı değirmene kadar takip edin."),
    ("ru", "Что вы думаете о новом мосте?"),
    ("uk", "Що ви думаєте про новий міст?"),
    ("ar", "ما رأيك في الجسر الجديد؟"),
    ("zh", "你怎么看这座新桥？"),
    ("ja", "写真の中で祖父が笑っている。"),
]
REPORTED = [
    ("fr", "Les dons ont atteint 12, 24 puis 48 euros par foyer."),
    ("fr", "Les dons sont passés de 48 € à 24 € puis à 12 € par foyer, selon la mairie."),
    ("nl", "Volgens de componist is zijn auteursrecht geschonden, omdat het lied zonder toestemming werd gebruikt."),
    ("ar", "ويقول الملحن إن استخدام أغنيته من دون إذن ينتهك حقوق النشر."),
]
SOURCED = [
    ("en", "The swimmers kept the slates under the ice for years. Nobody could read them any more. [B2 / B3]"),
    ("de", "Die Schwimmer hoben die Tafeln jahrelang unter dem Eis auf. Lesen konnte sie keiner mehr. [B2 / B3]"),
]
SHORT: list[tuple[str, str, Kind]] = [
    ("en", "Accept all Manage choices Reject all", "cookie_privacy_notice"),
    ("it", "Rifiuta tutti Accetta tutti", "cookie_privacy_notice"),
    ("pl", "20 zł 40 zł 80 zł Inna kwota", "payment_widget"),
    ("pt", "R$ 15 R$ 30 R$ 60 Outro valor", "payment_widget"),
    ("fr", "Votre montant : 12 € 24 € 48 €", "payment_widget"),
    ("nl", "Gesponsorde inhoud", "advertisement"),
    ("uk", "Партнерський матеріал", "advertisement"),
    ("ar", "مادة إعلانية", "advertisement"),
    ("ru", "Вы прочитали пять бесплатных статей", "subscription_offer"),
    ("ko", "언제든 해지 가능한 무제한 이용권", "subscription_offer"),
    ("tr", "Bülten her akşam e-posta kutunuzda", "newsletter_signup"),
    ("zh", "免费订阅：新闻早餐", "newsletter_signup"),
    ("ja", "すべて同意 すべて拒否", "cookie_privacy_notice"),
]


@pytest.mark.parametrize(("language", "text"), SPOKEN + REPORTED + SOURCED)
def test_what_people_say_and_report_is_no_furniture(language: str, text: str) -> None:
    assert classify_paragraph(Block(text), language).kind is None


@pytest.mark.parametrize(("language", "text", "kind"), SHORT)
def test_short_furniture_is_told_by_its_words(language: str, text: str, kind: Kind) -> None:
    assert classify_paragraph(Block(text), language).kind == kind


def test_a_half_clear_sentence_goes_behind_an_article_and_stays_within_it() -> None:
    story = Block("Prom odpłynął w południe z czterdziestoma wyspiarzami, a orkiestra portowa grała na nabrzeżu.", "p")
    note = Block("W tekście są linki afiliacyjne, które pomagają nam opłacić redakcję.", "p")
    assert 0.55 <= score_kinds(read_signals(note, "pl"))["advertisement"] < 0.8
    assert list(embedded_boilerplate([story, story, note], [0.97] * 3, "pl")) == [2]
    assert list(embedded_boilerplate([story, note, story], [0.97] * 3, "pl")) == []


LIVE = """Glass roof of the old station falls in: three lines closed – as it happened

Petra Lund
Tue 4 Mar 2025 19.10 GMT

19.10 GMT
What we know tonight

The roof fell in shortly before noon. Nobody was underneath, because the hall had been shut for a week.

Share
18.20 GMT
Engineers say the rest of the roof will be taken down by hand, pane by pane.

Share
Updated at 18.31 GMT
16.05 GMT
Three lines are closed until the end of the week, the railway said.

Share
13.15 GMT
Good afternoon. Welcome to our live coverage, with reports from the station square and from the railway."""


def test_the_first_entry_of_a_live_blog_stays_though_it_greets_its_readers() -> None:
    labels = classify_lines([Block(line) for line in LIVE.splitlines() if line], "en")
    kept = [line for line, label in zip(filter(None, LIVE.splitlines()), labels, strict=True) if label.kind is None]
    assert [line[:8] for line in kept] == ["The roof", "Engineer", "Three li", "Good aft"]


MISSIONS = [
    ("en", "The Weir is an independent newsroom. For nine years we have told what happens below the dam, and our "
     "journalism takes time. If you think that the valley needs reporters of its own, consider making a gift today."),
    ("pt", "Somos uma redação independente. Há nove anos contamos o que se passa abaixo da barragem, e o nosso "
     "jornalismo exige tempo. Se acha que o vale precisa dos seus repórteres, faça um donativo."),
]  # fmt: skip
STATES = [
    ("en", "You have read 2 of 4 free articles this month."),
    ("de", "Sie haben 2 von 4 kostenlosen Artikeln gelesen."),
    ("pl", "Przeczytałeś 2 z 4 bezpłatnych artykułów w tym miesiącu."),
]


@pytest.mark.parametrize(("language", "text"), MISSIONS)
def test_a_mission_that_asks_in_the_end_is_an_appeal(language: str, text: str) -> None:
    assert classify_paragraph(Block(text), language).kind == "donation_appeal"


@pytest.mark.parametrize(("language", "text"), STATES)
def test_how_much_of_what_is_free_was_read_is_no_text(language: str, text: str) -> None:
    assert classify_paragraph(Block(text), language).kind == "subscription_offer"


def test_readers_who_count_are_told_of() -> None:
    told = "Of the subscribers who were asked, 2 of 4 had never been to the dam, and the paper printed that on Monday."
    assert classify_paragraph(Block(told), "en").kind is None


RATES = [
    ("en", "Support local reporting from just €3 a week."),
    ("en", "Become a member from $5 a month."),
    ("de", "Jetzt Mitglied werden ab 5 Euro im Monat."),
    ("fr", "Devenez membre à partir de 5 € par mois."),
]
PAYMENTS = [
    ("en", "The fund supports local reporting with $3 million a year."),
    ("en", "Families can support a child from $30 a month, the charity said."),
    ("de", "Der Verein unterstützt Familien mit 50 Euro im Monat."),
]


@pytest.mark.parametrize(("language", "text"), RATES)
def test_who_asks_for_a_sum_each_month_asks_for_money(language: str, text: str) -> None:
    assert score_kinds(read_signals(Block(text), language))["donation_appeal"] >= LINE_CUT


@pytest.mark.parametrize(("language", "text"), PAYMENTS)
def test_what_is_paid_each_month_is_told_of(language: str, text: str) -> None:
    assert classify_paragraph(Block(text), language).kind is None


def test_a_paragraph_between_two_appeals_stays_where_it_says_nothing_of_the_outlet() -> None:
    lines = [
        "The town bought back its mill on Friday, eleven years after it was sold to a firm from abroad.",
        "Become a member from $4 a month to keep valley news alive.",
        "The sum was half of what the mill had brought then, because the wheel has not turned since the flood.",
        "This story is free for everyone because members paid for it. Join 1,206 of your neighbors.",
        "The wheel is to turn again by spring, when the race has been dug out.",
    ]
    labels = classify_lines([Block(line) for line in lines], "en")
    assert [label.kind is None for label in labels] == [True, False, True, False, True]


FREE = [
    ("de", "Dieser Artikel ist für alle kostenlos, weil unsere Mitglieder ihn bezahlen."),
    ("fr", "Cet article est gratuit pour tous grâce à nos abonnés."),
    ("es", "Este artículo es gratis para todos gracias a nuestros socios."),
]


@pytest.mark.parametrize(("language", "text"), FREE)
def test_why_a_text_is_free_is_an_appeal(language: str, text: str) -> None:
    assert classify_paragraph(Block(text), language).kind == "donation_appeal"


def test_a_museum_that_is_free_is_told_of() -> None:
    assert classify_paragraph(Block("The museum is free for everyone because the town pays for it."), "en").kind is None


VOICES = [
    "I have rowed past the old ferry house every morning since my father gave me his boat.",
    "If you like cold hands, as I do, you will know what the river is like in November.",
    "Our rowers meet every week in the ferry house. It costs us money that the club has not got.",
    "Last spring we asked you what you wanted from the club. More boats, you said, and fewer speeches.",
    "My brother thinks that rowing is dull, and I believe that he has never seen the fog lift.",
]


def test_what_something_costs_does_not_pull_the_sentences_beside_it_along() -> None:
    labels = classify_lines([Block(line) for line in VOICES], "en")
    assert [label.kind for label in labels if label.kind != "title"] == [None] * len(VOICES)


SAID = [
    ("en", "Share your ladder, the harbour master told the painters when the tide turned."),
    ("en", "Share your oars, the sign said. So they did."),
    ("de", "Folgen Sie dem Deich, riet der Fährmann seinen Gästen."),
    ("fr", "Partagez votre échelle, a déclaré le maire aux peintres du port."),
    ("fr", "Les abonnés paieront 9 euros par mois."),
    ("fr", "La lettre d’information sort le mardi."),
]


@pytest.mark.parametrize(("language", "text"), SAID)
def test_what_somebody_else_asks_or_sells_is_told_of(language: str, text: str) -> None:
    assert max(score_kinds(read_signals(Block(text), language)).values(), default=0.0) < LINE_CUT
    assert classify_paragraph(Block(text), language).kind is None


LABELLED = [
    ("en", "READ MORE: Who paints the ferry house?"),
    ("en", "Related: Harbour master lends his ladder"),
    ("de", "Lesen Sie auch: Wer streicht das Fährhaus?"),
    ("fr", "Lire aussi : Qui peint la maison du passeur ?"),
    ("es", "Más información: El puerto pinta su casa"),
    ("zh", "相关阅读：谁来粉刷渡口的老房子"),
]
TOLD_BEHIND_COLONS = [
    ("en", "Read more, row less: that is what the harbour master wishes for."),
    ("en", "See also: the tide."),
    ("es", "Más información: 555 0134"),
    ("fr", "À lire : trois livres sur le port, que le passeur prête à qui les demande."),
]


@pytest.mark.parametrize(("language", "text"), LABELLED)
def test_a_headline_behind_a_label_goes_from_within_a_story_whatever_it_ends_with(language: str, text: str) -> None:
    story = Block("The harbour master lent his ladder to the painters, who had left theirs on the other bank.", "p")
    assert [label.kind for label in classify_lines([story, Block(text), story, story], language)][1] == "related_links"
    assert list(embedded_boilerplate([story, Block(text, "p"), story], [0.97] * 3, language)) == [1]


@pytest.mark.parametrize(("language", "text"), TOLD_BEHIND_COLONS)
def test_a_sentence_behind_a_colon_is_no_headline(language: str, text: str) -> None:
    assert ("related_links", "label") not in read_signals(Block(text), language).found


LED = [
    ("en", "Read more, row less: that is what the harbour master had painted above his door."),
    ("en", "See also the back of the chart, where the pilot noted what he had been paid."),
    ("de", "Lesen Sie auch mal eine Seekarte, rät der Lotse den Ruderern."),
    ("de", "Mehr zum Thema Knoten lernen Kinder im Schuppen, wo die alten Taue hängen."),
    ("fr", "Lire aussi souvent que possible les marées, voilà ce que le passeur demande aux siens."),
    ("fr", "Sur le même sujet, le passeur a refusé de répondre aux questions."),
    ("es", "Lea también las mareas, aconseja el barquero a los remeros."),
    ("it", "Leggi anche le maree, consiglia il traghettatore ai rematori."),
    ("pt", "Veja também como a luz cai sobre o cais antes de julgar o porto."),
    ("nl", "Meer over dit onderwerp hoort de raad in maart, zei de havenmeester."),
    ("pl", "Czytaj także mapy pływów, radzi przewoźnik wioślarzom."),
    ("ru", "Читайте также то, что написано на обороте карты, советует лоцман."),
    ("el", "Διαβάστε επίσης τις παλίρροιες, συμβουλεύει τους κωπηλάτες ο πορθμέας."),
    ("zh", "延伸阅读的习惯，是领港员每个星期六教给孩子们的。"),
    ("ja", "関連記事を読むだけでは港のことは分からない、と渡し守は話す。"),
    ("sv", "Läs också tidvattnet, råder färjkarlen sina roddare."),
]
POINTING = [
    ("en", "Read more about the ferry house and those who painted it here."),
    ("de", "Lesen Sie mehr zum Thema in unserem Dossier über das Fährhaus."),
    ("fr", "Lire aussi ce que nos lecteurs pensent de la maison du passeur."),
    ("es", "Lea también aquí cómo se pintó la casa del puerto."),
]


@pytest.mark.parametrize(("language", "text"), LED)
def test_a_sentence_that_opens_with_the_words_of_a_link_is_told_of(language: str, text: str) -> None:
    assert score_kinds(read_signals(Block(text), language)).get("related_links", 0.0) < LINE_CUT


@pytest.mark.parametrize(("language", "text"), POINTING)
def test_a_sentence_that_points_away_is_a_link(language: str, text: str) -> None:
    assert score_kinds(read_signals(Block(text), language))["related_links"] >= LINE_CUT


LINKS_WITHIN = [
    "Read more: how the harbour looks after the drains of all its sheds.",
    "Read next how the ferrymen of the north looked after the quay in the long winter.",
    "Read the full report of the harbour office on the state of all the ladders on the quay.",
]


@pytest.mark.parametrize("text", LINKS_WITHIN)
def test_a_sentence_behind_the_label_of_a_link_goes_from_within_a_story(text: str) -> None:
    story = Block("The harbour master lent his ladder to the painters, who had left theirs on the other bank.", "p")
    assert [label.kind for label in classify_lines([story, Block(text), story, story], "en")][1] == "related_links"


def test_what_newspapers_say_of_themselves_in_a_story_stays() -> None:
    lines = [
        "Village paper moves in above the bakery",
        "The paper of Marle left its old house by the river on Monday, after ninety years and four floods.",
        "Its presses were sold in the spring, and the new rooms smell of bread from three in the morning.",
        "Our reporters now sit in a room above the bakery. It costs us money we do not have.",
        "Passing readers have begun to hand in their letters with the money for their rolls.",
        "Whether the paper lives until the summer depends on two advertisers and on the price of flour.",
        "The old house will be pulled down before the river rises again, the council said.",
    ]
    labels = classify_lines([Block(line) for line in lines], "en")
    assert [label.kind for label in labels] == ["title", *[None] * 6]


CAPTIONS = [
    ("en", "Pictured: the ferry house before the fire."),
    ("de", "Im Bild: die Fähre im Jahr 1931."),
    ("fr", "Sur la photo : le passeur et son fils"),
    ("es", "En la foto, la casa del puerto antes del incendio"),
    ("it", "Nella foto: il traghetto nel 1931."),
    ("pt", "Na imagem: o barco antes do incêndio."),
    ("nl", "Op de foto: de veerman en zijn zoon"),
    ("pl", "Na zdjęciu: prom w 1931 roku."),
    ("ru", "На снимке: паром в 1931 году."),
    ("el", "Στη φωτογραφία: ο πορθμέας και ο γιος του"),
    ("zh", "图为渡船和船夫的儿子。"),
    ("sv", "På bilden: färjan 1931."),
]
OF_PICTURES = [
    ("en", "Pictured: that is how she had always seen the ferry, she said."),
    ("en", "In the photo, which hangs in the hall, the ferry is still black."),
    ("de", "Auf dem Foto, das im Flur hängt, ist die Fähre noch schwarz."),
    ("fr", "Sur la photo, on reconnaît encore le passeur."),
    ("es", "En la foto, que cuelga en el puerto, la casa es todavía blanca."),
    ("ru", "На снимке, который висит в порту, паром ещё чёрный."),
    ("zh", "图为什么挂在船屋的门上？因为船夫不识字。"),
    ("zh", "图为谁画的？船夫也不知道。"),
    ("pl", "Podpis: tyle zostało z umowy, którą przewoźnik schował w szufladzie."),
    ("pt", "Legenda: assim chamavam os barqueiros a velha carta do porto."),
]


@pytest.mark.parametrize(("language", "text"), CAPTIONS)
def test_what_stands_behind_the_label_of_a_caption_is_one(language: str, text: str) -> None:
    assert classify_paragraph(Block(text), language).kind == "caption"


def test_the_evidence_of_a_caption_is_its_label() -> None:
    assert read_signals(Block("圖為渡船和船夫的兒子。"), "zh").found[("caption", "label")] == ("圖為",)


@pytest.mark.parametrize(("language", "text"), OF_PICTURES)
def test_a_sentence_about_a_picture_stays(language: str, text: str) -> None:
    assert "caption" not in score_kinds(read_signals(Block(text), language))


def test_a_caption_is_no_headline() -> None:
    lines = ["Fähre kehrt zurück", "Im Bild: die alte Fähre vor dem Brand im Hafen"]
    story = "Die Fähre zwischen Holm und Sund kehrt am Sonntag zurück, nachdem der Brand die alte zerstört hatte."
    labels = classify_lines([Block(line) for line in [*lines, story]], "de")
    assert [label.kind for label in labels] == ["title", "caption", None]


BIOS = [
    ("ru", "Нина Орлова пишет о сельской жизни и школах. Живёт в Кирквике."),
    ("ru", "Об авторе: Пётр Лунин — корреспондент отдела новостей. Пишет о дорогах."),
]
WRITERS = [
    ("ru", "Местная газета пишет о пожаре на пристани и о том, как соседи носили воду."),
    ("ru", "Об авторе письма на пристани говорят мало, рассказала учительница."),
    ("uk", "Місцева газета пише про пожежу на пристані та про сусідів."),
]


@pytest.mark.parametrize(("language", "text"), BIOS)
def test_who_writes_about_what_is_a_bio_though_writing_is_a_verb_of_saying(language: str, text: str) -> None:
    assert classify_paragraph(Block(text), language).kind == "author_bio"


@pytest.mark.parametrize(("language", "text"), WRITERS)
def test_what_a_paper_writes_is_told_of(language: str, text: str) -> None:
    assert classify_paragraph(Block(text), language).kind is None
