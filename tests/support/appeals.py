"""One story with one outlet's furniture around it, as outlets of many languages would print it. All of it invented.

The texts are in `data/appeals.json`; `data/hard_negatives.json` holds articles about the very things furniture is
about, headline first, of which all must stay; `data/letters.json` short articles with letters of other outlets.
"""

import json
from typing import Any, NamedTuple

from tests.support.places import DATA

DON = frozenset({"donation_appeal"})
NEWS = frozenset({"newsletter_signup"})
PRIVACY = frozenset({"cookie_privacy_notice", "newsletter_signup"})
PAY = frozenset({"payment_widget"})
EITHER = frozenset({"donation_appeal", "payment_widget"})
PHOTO = frozenset({"caption", "photo_credit"})
MORE = frozenset({"related_links"})


class Piece(NamedTuple):
    text: str
    kinds: frozenset[str]


class Article(NamedTuple):
    """A scraped article: its headline, its paragraphs, and the furniture by the part of the page it stands in."""

    language: str
    title: str
    body: tuple[str, ...]
    slogan: str
    photo: str
    newsletter: tuple[Piece, ...]
    letter: tuple[str, ...]
    buttons: tuple[Piece, ...]
    more: str

    def lines(self) -> list[tuple[str, frozenset[str] | None]]:
        """Every line in the order of the page, with the kinds it may be cut as, None for what stays."""
        return [
            (self.slogan, DON),
            (self.title, None),
            (self.photo, PHOTO),
            *((p, None) for p in self.body),
            *self.newsletter,
            *((p, DON) for p in self.letter),
            *self.buttons,
            (self.more, MORE),
        ]


def _article(a: dict[str, Any]) -> Article:
    heading, text, privacy = a["newsletter"]
    return Article(
        language=a["language"],
        title=a["title"],
        body=tuple(a["body"]),
        slogan=a["slogan"],
        photo=a["photo"],
        newsletter=(Piece(heading, NEWS), Piece(text, NEWS), Piece(privacy, PRIVACY)),
        letter=tuple(a["letter"]),
        buttons=(*(Piece(b, PAY) for b in a["buttons"]), *(Piece(b, EITHER) for b in a["later"])),
        more=a["more"],
    )


ARTICLES = tuple(_article(a) for a in json.loads((DATA / "appeals.json").read_text("utf-8")))
HARD_NEGATIVES: dict[str, list[str]] = json.loads((DATA / "hard_negatives.json").read_text("utf-8"))
LETTERS: list[dict[str, Any]] = json.loads((DATA / "letters.json").read_text("utf-8"))
