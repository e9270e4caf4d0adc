"""Read robots.txt (RFC 9309): what a site lets us fetch. Pure; matching takes linear time whatever the rules say.

Written here because the known libraries turn rules into regular expressions, which a hostile file makes run for ever.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import quote, urlsplit

LARGEST_ROBOTS = 512 << 10
_MOST_RULES, _LONGEST_RULE = 20_000, 2_000
_FIELD = re.compile(r"([A-Za-z][A-Za-z-]{0,40})(?=[\s:])")
_TOKEN = re.compile(r"[A-Za-z_-]*")
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_AGENTS = {"user-agent", "useragent", "user agent"}
_DISALLOWS = {"disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"}


class _Rule(NamedTuple):
    length: int
    allow: bool
    parts: tuple[str, ...]
    anchored: bool


@dataclass
class _Group:
    agents: list[str] = field(default_factory=list)
    rules: list[_Rule] = field(default_factory=list)
    delays: dict[str, float] = field(default_factory=dict)
    agents_told: int = 0

    def delay(self, seconds: float) -> None:
        """Note a wish for the agents named since the last one.

        Unlike a rule, it does not reach those named before it.
        """
        for agent in self.agents[self.agents_told :]:
            self.delays[agent] = seconds
        self.agents_told = len(self.agents)


class Robots(NamedTuple):
    """Hold the rules for us, longest first, and the seconds between requests that the site wishes, if it says."""

    rules: tuple[_Rule, ...] = ()
    crawl_delay: float | None = None

    def allows(self, url: str) -> bool:
        """Whether a URL may be fetched: the longest rule that matches decides, an allowing one among equals."""
        parts = urlsplit(url)
        path = _normal(parts.path or "/") + (f"?{_normal(parts.query)}" if parts.query else "")
        if path == "/robots.txt":
            return True
        return next((rule.allow for rule in self.rules if _matches(rule, path)), True)


ALLOWS_EVERYTHING = Robots()
ALLOWS_NOTHING = Robots((_Rule(1, False, ("/",), False),))


def read_robots(body: bytes, agent: str) -> Robots:
    """Return the rules of a robots.txt for a crawler with this product token; what cannot be read is left out."""
    groups = _groups(body[:LARGEST_ROBOTS].decode("utf-8-sig", "replace"))
    name = agent.lower() if any(agent.lower() in group.agents for group in groups) else "*"
    ours = [group for group in groups if name in group.agents]
    rules = sorted((rule for group in ours for rule in group.rules), key=lambda rule: (-rule.length, not rule.allow))
    delays = [group.delays[name] for group in ours if name in group.delays]
    return Robots(tuple(rules[:_MOST_RULES]), max(delays, default=None))


def _groups(text: str) -> list[_Group]:
    groups: list[_Group] = []
    open_ = False  # whether user-agent lines still join the group before
    for line in text.splitlines():
        name, value = _field(line[: _LONGEST_RULE + 50].lstrip())
        if name in _AGENTS:
            if not open_:
                groups.append(_Group())
            groups[-1].agents.append("*" if value.startswith("*") else _token(value))
            open_ = True
        elif name == "allow" or name in _DISALLOWS:
            open_ = False
            if groups and value:
                groups[-1].rules.append(_rule(value[:_LONGEST_RULE], name == "allow"))
        elif name == "crawl-delay" and groups and re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", value):
            groups[-1].delay(float(value))
    return groups


def _field(line: str) -> tuple[str, str]:
    """Return the name in lower case and the value of a line, without its comment; two empty texts for any other line.

    Blanks may stand in the place of the colon.
    """
    found = _FIELD.match(line)
    if found is None:
        return "", ""
    value = line[found.end() :].lstrip().removeprefix(":").lstrip()
    return found[1].lower(), value.partition("#")[0].rstrip()


def _token(value: str) -> str:
    found = _TOKEN.match(value)
    return found[0].lower() if found else ""


def _rule(value: str, allow: bool) -> _Rule:
    anchored = value.endswith("$")
    pattern = value[:-1] if anchored else value
    if allow and not anchored and pattern.endswith("/index.html"):  # the directory is meant too
        pattern, anchored = pattern.removesuffix("index.html"), True
        return _Rule(len(value), True, (pattern,), anchored)
    return _Rule(len(value), allow, tuple(_normal(part) for part in pattern.split("*")), anchored)


def _matches(rule: _Rule, path: str) -> bool:
    """Match each part between two stars where it first fits: so nothing is ever tried twice."""
    first, *rest = rule.parts
    if not path.startswith(first):
        return False
    at = len(first)
    if not rest:
        return not rule.anchored or at == len(path)
    *middle, last = rest
    for part in middle:
        at = path.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return path.endswith(last) and len(path) - len(last) >= at if rule.anchored else path.find(last, at) >= 0


def _normal(text: str) -> str:
    """Return an address in one spelling: escaped letters plain, those beyond ASCII escaped, hex digits in capitals."""

    def one(match: re.Match[str]) -> str:
        char = chr(int(match[1], 16))
        return char if char in _UNRESERVED else match[0].upper()

    return quote(_ESCAPED.sub(one, text), safe="%/:=&?~#+!$,;'@()*[]|<>\"{}^`\\ ")
