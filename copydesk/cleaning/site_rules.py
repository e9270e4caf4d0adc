"""Apply site rules: selectors and dates that a person wrote for one site; they overrule the engine, which needs none.

Selectors are applied to the parsed tree before it is walked, by a word put in front of the class of what they match:
no page pays for them but those of a site that has rules.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from copydesk.cleaning.normalise import fold_case, fold_spaces
from copydesk.cleaning.page import elements
from copydesk.cleaning.page.model import Box, Page
from copydesk.cleaning.records import Label
from copydesk.cleaning.thresholds.text import RULE_CONFIDENCE
from copydesk.identity import host_of, registrable_domain

if TYPE_CHECKING:
    from copydesk.cleaning.main_text.main_text import MainText

_WORD = "copydesk-rule-"
_TITLES = frozenset(("og:title", "twitter:title", "dc.title", "title"))


class DateRule(NamedTuple):
    """Say where a page tells when it was published, how (as `strptime` reads), in which time zone if it names none."""

    selector: str
    format: str
    zone: tzinfo = UTC


class SiteRules(NamedTuple):
    """Hold the rules of one site: what of its pages is kept or cut, and where their date stands.

    `name` is the file they stand in; `hosts` the hosts or registrable domains they are for, or names of sources; `keep`
    and `drop` are CSS selectors, of which the inmost match decides; `suffixes` are cut off titles; `timezone` is that
    of clocks which name none. `keep_text` and `drop_text` are words: a paragraph of a page, or a line of a text, that
    holds them is kept or cut, whatever the selectors say; the longest decide, of equal ones the dropping.
    """

    name: str
    hosts: tuple[str, ...]
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    published: DateRule | None = None
    timezone: tzinfo | None = None
    keep_text: tuple[str, ...] = ()
    drop_text: tuple[str, ...] = ()

    def of_text(self, text: str) -> tuple[bool, str] | None:
        """Return whether a block is to be kept, and the words that say so; None where nothing is said of it."""
        if not (self.keep_text or self.drop_text):
            return None
        folded = fold_case(text)
        said = [(len(words), False, words) for words in self.drop_text if fold_case(words) in folded]
        said += [(len(words), True, words) for words in self.keep_text if fold_case(words) in folded]
        return max(said, key=lambda one: (one[0], not one[1]))[1:] if said else None

    def label(self, text: str, label: Label) -> Label:
        """Return the label of a line: a headline that is to be kept stays the headline, what is to be cut is cut."""
        said = self.of_text(text)
        if said is None or (said[0] and label.kind == "title"):
            return label
        return Label(None, "", RULE_CONFIDENCE) if said[0] else self.cut(said[1])

    def cut(self, evidence: str) -> Label:
        """Return the label of what these rules cut, on the evidence of a selector or of words."""
        return Label("other", f"The site rules {self.name} cut it", RULE_CONFIDENCE, evidence)


Rules = Mapping[str, SiteRules]
"""Rules by host or registrable domain."""


def rules_for(rules: Rules | None, url: str | None, source: str) -> SiteRules | None:
    """Return the rules of an article's host, else of its registrable domain, else of its source; None without any."""
    if not rules:
        return None
    host = host_of(url) if url else None
    names = [host, host.removeprefix("www."), registrable_domain(host), source] if host else [source]
    return next((rules[name] for name in names if name in rules), None)


def rules_version(rules: SiteRules) -> str:
    """Name what rules say, whatever their file is called and whom they are for: 8 hex digits."""
    said: tuple[object, ...] = (
        rules.keep,
        rules.drop,
        rules.suffixes,
        rules.published and (*rules.published[:2], str(rules.published.zone)),
        *([str(rules.timezone)] if rules.timezone else []),
    )
    if rules.keep_text or rules.drop_text:  # rules without keep the name they had before there were any
        said += (rules.keep_text, rules.drop_text)
    return hashlib.blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def broken_selector(selector: str) -> bool:
    """Whether a selector cannot be read."""
    try:
        LexborHTMLParser("<p></p>").css(selector)
    except SelectolaxError:
        return True
    return False


class AppliedRules:
    """Apply one site's rules to one page: `mark` before the walk, the rest after it."""

    def __init__(self, rules: SiteRules) -> None:
        self.rules = rules
        self._selectors = [(True, selector) for selector in rules.keep] + [(False, one) for one in rules.drop]
        self._date = ""

    def mark(self, parser: LexborHTMLParser) -> None:
        """Put the number of the selector on everything it matches; later ones, the dropping ones, win over earlier."""
        for number, (keep, selector) in enumerate(self._selectors):
            for node in parser.css(selector):
                _mark(node, f"{_WORD}{number}", hide=not keep)
        if self.rules.published and (found := parser.css_first(self.rules.published.selector)):
            stated = found.attributes.get("datetime") or found.attributes.get("content")
            self._date = fold_spaces(stated or found.text(deep=True))

    def without_suffix(self, page: Page) -> Page:
        """Cut the site's suffixes off the page's titles."""
        metas = [(name, self._cut(value) if name in _TITLES else value) for name, value in page.metas]
        return page._replace(title=self._cut(page.title), metas=metas)

    def decide(self, page: Page, found: "MainText", title: int | None) -> "MainText":
        """Return the main text as the rules want it: what they keep is in, what they drop is out, with the reason."""
        decisions = {}
        for i, run in enumerate(page.runs):
            if said := self.rules.of_text(run.text) or self._hit(run.box.ancestry()):
                keep, evidence = said
                decisions[i] = None if keep else self.rules.cut(evidence)
        return found.overruled(decisions, title)

    def published_at(self) -> tuple[datetime, str] | None:
        """Return the instant the date rule finds, and the text it was read from."""
        rule = self.rules.published
        if rule is None or not self._date:
            return None
        try:
            found = datetime.strptime(self._date, rule.format)
            return (found if found.tzinfo else found.replace(tzinfo=rule.zone)).astimezone(UTC), self._date
        except (ValueError, OverflowError):
            return None

    def _hit(self, boxes: Iterator[Box]) -> tuple[bool, str] | None:
        for box in boxes:
            if box.name.startswith(_WORD):
                number = box.name[len(_WORD) :].split(" ", 1)[0]
                if number.isdecimal() and int(number) < len(self._selectors):
                    return self._selectors[int(number)]
        return None

    def _cut(self, title: str) -> str:
        for suffix in self.rules.suffixes:
            if title.endswith(suffix) and len(title) > len(suffix):
                return title[: -len(suffix)].rstrip()
        return title


def _mark(node: LexborNode, word: str, hide: bool) -> None:
    old = node.attributes.get("class") or ""
    if old.startswith(_WORD):
        old = old.partition(" ")[2]
    node.attrs["class"] = f"{word} {old}"
    if hide and node.tag in elements.INLINE:
        node.attrs["hidden"] = ""  # so that it is a piece of its own
