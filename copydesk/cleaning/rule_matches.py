"""Tell what each rule of a site finds in a document, and why one finds nothing: for whoever writes rules."""

from datetime import datetime
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from copydesk.cleaning.blocks import line_blocks
from copydesk.cleaning.normalise import fold_case, fold_spaces
from copydesk.cleaning.page.shadow_roots import open_shadow_roots
from copydesk.cleaning.page.tree_walk import read_page
from copydesk.cleaning.site_rules import DateRule, SiteRules
from copydesk.cleaning.thresholds.text import EXAMPLE_CHARACTERS
from copydesk.events import RawArticle

_NO_ELEMENTS = "it is a CSS selector, and a text has no elements; {}_text takes words"


class RuleMatch(NamedTuple):
    """Hold one rule as it is written, how many pieces it finds, and the reason where it finds none."""

    rule: str
    pieces: int
    why: str = ""


def rule_matches(rules: SiteRules, raw: RawArticle) -> list[RuleMatch]:
    """Return what every rule finds, in the order of a file."""
    if raw.content_type != "text/html":
        return _in_text(rules, [block.text for block in line_blocks(raw.content)])
    html = open_shadow_roots(raw.content)
    parser, page = LexborHTMLParser(html), read_page(html)
    found = [
        RuleMatch(f'{key} "{selector}"', len(parser.css(selector)), "the page has no such element")
        for key, selectors in (("keep", rules.keep), ("drop", rules.drop))
        for selector in selectors
    ]
    found += _words(rules, [run.text for run in page.runs], "no paragraph of the page holds these words")
    titles = [page.title, *(value for name, value in page.metas if name.endswith("title"))]
    found += [
        RuleMatch(f'title_suffix "{suffix}"', sum(one.endswith(suffix) for one in titles), "no title ends so")
        for suffix in rules.suffixes
    ]
    return found + ([_date(rules.published, parser)] if rules.published else [])


def _in_text(rules: SiteRules, lines: list[str]) -> list[RuleMatch]:
    found = [
        RuleMatch(f'{key} "{selector}"', 0, _NO_ELEMENTS.format(key))
        for key, selectors in (("keep", rules.keep), ("drop", rules.drop))
        for selector in selectors
    ]
    found += _words(rules, lines, "no line of the text holds these words")
    return found + [RuleMatch("published", 0, "it is read from pages only")] * (rules.published is not None)


def _words(rules: SiteRules, texts: list[str], why: str) -> list[RuleMatch]:
    folded = [fold_case(text) for text in texts]
    return [
        RuleMatch(f'{key} "{words}"', sum(fold_case(words) in text for text in folded), why)
        for key, said in (("keep_text", rules.keep_text), ("drop_text", rules.drop_text))
        for words in said
    ]


def _date(rule: DateRule, parser: LexborHTMLParser) -> RuleMatch:
    name = f'published "{rule.selector}"'
    found = parser.css_first(rule.selector)
    if found is None:
        return RuleMatch(name, 0, "the page has no such element")
    stated = found.attributes.get("datetime") or found.attributes.get("content")
    text = fold_spaces(stated or found.text(deep=True))
    try:
        datetime.strptime(text, rule.format)
    except ValueError:
        return RuleMatch(name, 0, f"what it finds, {text[:EXAMPLE_CHARACTERS]!r}, is not written as {rule.format}")
    return RuleMatch(name, 1)
