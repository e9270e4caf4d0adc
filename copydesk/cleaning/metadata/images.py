"""Find the article's pictures, each with its address, caption and credit, in figures, caption lines and the head."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urljoin

from copydesk.cleaning.lexicon.line_words import any_of
from copydesk.cleaning.lines.photo_credits import read_credit
from copydesk.cleaning.normalise import plain
from copydesk.cleaning.page.jsonld import Node, text_of
from copydesk.cleaning.page.model import Box, Page, Run
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.records import Label
from copydesk.cleaning.thresholds.metadata import (
    FIGURE_WITHIN,
    IMAGE_MOST_NESTED,
    LONGEST_IMAGE_URL,
    MOST_IMAGES,
)
from copydesk.events import Image
from copydesk.identity import host_of, strip_credentials

_KINDS = frozenset(("caption", "photo_credit"))
_CLOCK = re.compile(r"\b[0-2]?\d:[0-5]\d\b")
_CREDIT = re.compile(any_of("class_name.credit"), re.I)


def find_pictures(
    page: Page, labels: Sequence[Label | None], facts: Facts, span: range, url: str | None
) -> tuple[Image, ...]:
    """Return the pictures between the first and the last run of the article; without any, the one the head names."""
    addresses = {mark.at: mark.value for mark in reversed(page.marks) if mark.what == "img" and mark.at in span}
    found: list[Image] = []
    told = {i for i in span if (label := labels[i]) and label.kind in _KINDS and _is_shown(page.runs[i])}
    groups: dict[int, list[int]] = {}
    for i in sorted(told):
        figure = _figure(page.runs[i].box)
        groups.setdefault(figure.index if figure else -1 - i, []).append(i)
    for positions in groups.values():
        caption, credit = _describe([page.runs[i] for i in positions])
        address = _address(addresses, positions[0], url)
        if caption or credit:
            found.append(Image(url=address, caption=caption, credit=credit))
    if not found:
        found += [lead] if (lead := _lead(facts, url)) else []
    elif not any(picture.url for picture in found) and (lead := _lead(facts, url)):
        found[0] = Image(url=lead.url, caption=found[0].caption, credit=found[0].credit)
    return tuple(dict.fromkeys(found))[:MOST_IMAGES]


def _is_shown(run: Run) -> bool:
    """Whether a line is seen under a picture, and is not a byline with a time of day."""
    return not run.box.hidden and run.box.tag not in {"title", "desc"} and not _CLOCK.search(run.text)


def _lead(facts: Facts, url: str | None) -> Image | None:
    """Return the picture that the head or the JSON-LD names, with what the JSON-LD says of it."""
    stated = _stated(facts.article)
    address = _absolute(facts.meta("og:image", "og:image:url", "og:image:secure_url", "twitter:image"), url)
    address = address or _absolute(text_of(stated.get("url")) or text_of(stated.get("contentUrl")), url)
    if not address:
        return None
    caption = plain(text_of(stated.get("caption")) or text_of(stated.get("description")))
    credit = plain(text_of(stated.get("creditText")) or text_of(stated.get("copyrightHolder")))
    return Image(url=address, caption=caption or None, credit=credit or None)


def _figure(box: Box) -> Box | None:
    """Return the figure a run stands in, if it stands in one."""
    return next(
        (around for _, around in zip(range(FIGURE_WITHIN), box.ancestry(), strict=False) if around.tag == "figure"),
        None,
    )


def _describe(runs: Sequence[Run]) -> tuple[str | None, str | None]:
    """Return caption and credit out of the lines under one picture."""
    captions: list[str] = []
    credit: str | None = None
    for run in runs:
        if _CREDIT.search(f"{run.box.name} {run.inner}") and len(runs) > 1 and not credit:
            credit = run.text
        elif split := read_credit(run.text):
            credit = credit or split.credit
            if split.caption:
                captions.append(split.caption)
        else:
            captions.append(run.text)
    return " ".join(captions) or None, credit


def _address(addresses: Mapping[int, str], at: int, url: str | None) -> str | None:
    """Return the picture in the same place as the line, or just before it."""
    near = next((addresses[i] for i in (at, at - 1, at - 2) if i in addresses), None)
    return _absolute(near, url) if near else None


def _absolute(address: str, url: str | None) -> str | None:
    """Return the http(s) address, without user and password."""
    if not address:
        return None
    try:
        whole = strip_credentials(urljoin(url or "", address.strip()))
        whole.encode()  # what is no text, such as half a surrogate pair, is no address
    except ValueError:
        return None
    return whole if len(whole) <= LONGEST_IMAGE_URL and host_of(whole) else None


def _stated(article: Node) -> Node:
    """Return the article's picture in JSON-LD as an object; of a list the first."""
    image = article.get("image")
    for _ in range(IMAGE_MOST_NESTED):
        if isinstance(image, list):
            image = image[0] if image else None
    return image if isinstance(image, dict) else {"url": image}
