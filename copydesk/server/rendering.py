"""Render the pages: Jinja2 templates in which everything is escaped."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from copydesk.identity import host_of
from copydesk.search.query import HIGHLIGHT_END, HIGHLIGHT_START

_LONGEST_LINK = 8192


def web_address(url: str | None) -> str | None:
    """Return an address that may be linked to, None for what is no http or https address."""
    return url if url and len(url) <= _LONGEST_LINK and host_of(url) else None


def marked(fragment: str) -> Markup:
    """Return a fragment with its found words marked, all else escaped."""
    text = str(escape(fragment))
    return Markup(text.replace(HIGHLIGHT_START, "<mark>").replace(HIGHLIGHT_END, "</mark>"))


def instant(when: datetime | date | None) -> Markup:
    """Return a time that the page shows in the reader's zone, with the instant in UTC as its title."""
    if when is None:
        return Markup("")
    if not isinstance(when, datetime):
        return Markup('<time datetime="{0}">{0}</time>').format(when.isoformat())
    words = f"{when:%Y-%m-%d %H:%M} UTC"
    return Markup('<time datetime="{}" title="{}" data-local>{}</time>').format(when.isoformat(), words, words)


def page_address(path: str, **parameters: object) -> str:
    """Return a path with those parameters that are not empty."""
    given = {name: str(value) for name, value in parameters.items() if value not in (None, "", [])}
    return f"{path}?{urlencode(given)}" if given else path


def in_words(name: str) -> str:
    """Return the name of a kind or a field as words."""
    return name.replace("_", " ")


def percent(share: float) -> str:
    """Return a share of one as a percentage."""
    return f"{100 * share:.1f} %" if 0 < share < 0.1 else f"{100 * share:.0f} %"


_environment = Environment(
    loader=PackageLoader("copydesk.server"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters |= {
    "instant": instant, "marked": marked, "web_address": web_address, "in_words": in_words, "percent": percent,
}  # fmt: skip
_environment.globals |= {"address": page_address}


def render(template: str, /, **values: Any) -> str:
    """Return the page of a template, with what it shows."""
    return _environment.get_template(template).render(values)
