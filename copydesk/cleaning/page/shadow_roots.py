"""Open declarative shadow roots: `<template shadowrootmode>` is shown by browsers and left unread by parsers."""

import re

_SHADOW = re.compile(r"shadowroot(?:mode)?\s*+=", re.I)
_TEMPLATE = re.compile(r"<(/?)template\b([^>]*+)>", re.I)


def open_shadow_roots(html: str) -> str:
    """Return the page with each shadow root's `template` as a `div`, so that its text is walked as any other.

    Other templates stay what they are, and so does a page without shadow roots. Costs linear time.
    """
    if not any(_SHADOW.search(found[2]) for found in _TEMPLATE.finditer(html)):
        return html
    opened: list[bool] = []

    def as_shown(tag: re.Match[str]) -> str:
        closing, attributes = tag.groups()
        if not closing:
            opened.append(_SHADOW.search(attributes) is not None)
            return f"<div{attributes}>" if opened[-1] else tag[0]
        return "</div>" if opened and opened.pop() else tag[0]

    return _TEMPLATE.sub(as_shown, html)
