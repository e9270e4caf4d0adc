"""The article's pictures: each with its address, caption and credit, from figures, caption lines and the head."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urljoin

from copydesk.events import Image
from copydesk.identity import host_of
from copydesk.text.block import Label
from copydesk.text.captions import read_credit
from copydesk.text.facts import Facts
from copydesk.text.jsonld import Node
from copydesk.text.page import Box, Page, Run

MOST = 40
_CREDIT = re.compile(r"credit|copyright|photographer|fotograf|bildquelle|source|quelle", re.I)


def find_pictures(
    page: Page, labels: Sequence[Label | None], facts: Facts, span: range, url: str | None
) -> tuple[Image, ...]:
    """The pictures between the first and the last run of the article; without any, the one the head names."""
    addresses = {mark.at: mark.value for mark in reversed(page.marks) if mark.what == "img" and mark.at in span}
    found: list[Image] = []
    told = {i for i in span if (label := labels[i]) and label.kind in {"caption", "photo_credit"}}
    groups: dict[int, list[int]] = {}
    for i in sorted(told):
        figure = _figure(page.runs[i].box)
        groups.setdefault(figure.index if figure else -1 - i, []).append(i)
    for positions in groups.values():
        caption, credit = _describe([page.runs[i] for i in positions])
        address = _address(addresses, positions[0], url)
        if caption or credit:
            found.append(Image(url=address, caption=caption, credit=credit))
    if not found and (lead := _absolute(facts.meta("og:image", "og:image:url") or _stated(facts.article), url)):
        found.append(Image(url=lead))
    return tuple(dict.fromkeys(found))[:MOST]


def _figure(box: Box) -> Box | None:
    """The figure a run stands in, else the nearest box around it that is named for a caption's picture."""
    return next((around for _, around in zip(range(6), box.ancestry(), strict=False) if around.tag == "figure"), None)


def _describe(runs: Sequence[Run]) -> tuple[str | None, str | None]:
    """Caption and credit out of the lines under one picture."""
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
    """The picture in the same place as the line, or just before it."""
    near = next((addresses[i] for i in (at, at - 1, at - 2) if i in addresses), None)
    return _absolute(near, url) if near else None


def _absolute(address: str, url: str | None) -> str | None:
    try:
        whole = urljoin(url or "", address.strip())
    except ValueError:
        return None
    return whole if host_of(whole) else None


def _stated(article: Node) -> str:
    image = article.get("image")
    for _ in range(3):
        if isinstance(image, list):
            image = image[0] if image else None
        elif isinstance(image, dict):
            image = image.get("url") or image.get("contentUrl")
    return image if isinstance(image, str) else ""
