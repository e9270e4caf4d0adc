"""Bound the cost of parsing a page, computed from its tags before a parser runs: time and memory.

Reading HTML as browsers do is not linear: formatting elements left open are opened again in every paragraph, open
elements are climbed for every tag, and every attribute is compared with those before it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, compress

from copydesk.cleaning.page.tag_scanner import TAG, Tags, attributes_of, inside_frame, may_hide, name_of, read_tags
from copydesk.cleaning.thresholds.page import (
    FEW_TAGS,
    FREE_RESTARTS,
    HIDDEN_MOST_UNCLOSED,
    HIDDEN_READ_SPARE,
    HIDDEN_READ_TIMES,
    LITTLE_MARKUP,
    LONG_TAG,
    MOST_ATTRIBUTE_NAMES,
    MOST_ATTRIBUTES,
    MOST_COMPARED,
    MOST_RESTART_ATTRIBUTES,
    MOST_RESTARTS,
    MOST_UNCLOSED,
    OPEN_SEARCHED,
    PAGE_MOST_CHARACTERS,
    PAGE_MOST_CLIMBED,
    PAGE_MOST_DEPTH,
    PAGE_MOST_TAGS,
    SAME_REOPENED,
)

_BEGIN = re.compile("<(?=[a-zA-Z])")
_FRAMES_BEGIN = re.compile(r"<(?:iframe|noframes|noembed)\b", re.I)
# By the beginnings of names: frames, what begins the page again, and elements that may be formatting.
_FRAMES, _AGAIN = re.compile(r"ifr|noe|nof", re.I | re.A), re.compile(r"htm|bod", re.I | re.A)
_RAW = re.compile(r"scr|sty|tit|tex|ifr|noe|nof|xmp|!", re.I | re.A)
_FORMAT_HEAD = re.compile(r"(?:[bius]|em|tt)(?![^ \t\n\f\r/])|big|cod|fon|sma|str", re.I | re.A)
_FORMATTING = frozenset(["b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"])
_FORMATS = re.compile(
    rf"<(/?)({'|'.join(sorted(_FORMATTING, key=len, reverse=True))})(?![^ \t\n\f\r/>])([^>]*+)", re.I | re.A
)
# Elements that the end tags of formatting elements do not reach out of.
_WALLS = re.compile(
    r"</?(?:applet|object|marquee|template|table|caption|t[dh]|select|svg|desc|title|foreignobject|annotation-xml"
    r"|m(?:ath|i|o|n|s|text))(?![^ \t\n\f\r/>])", re.I | re.A
)  # fmt: skip


def _names(line: str) -> frozenset[str]:
    return frozenset(line.split())


_VOID = _names("area base br col embed hr img input link meta param source track wbr image html head body")
# Elements that the next of their kind closes, with what was left open in them, up to one of _HOLDERS.
_IMPLIED = _names("li dd dt td th tr tbody thead tfoot caption colgroup option rb rp rt rtc a nobr")
_HOLDERS = _names("ul ol menu dl table select template button ruby applet object marquee optgroup")
_ISLANDS = _names("svg math foreignobject desc annotation-xml mtext")
# Elements that end tags of inline elements do not reach through.
_SPECIAL = _names(
    "address applet article aside blockquote button center details dialog dir div dl fieldset figcaption figure footer"
    " form frameset h1 h2 h3 h4 h5 h6 header hgroup iframe listing main marquee menu nav noembed noframes noscript"
    " object ol plaintext pre script search section select style summary table template textarea title ul xmp"
)


def too_costly(html: str) -> str | None:
    """Return why this page must not be parsed, None when it may be. Linear in the length of the page."""
    if len(html) > PAGE_MOST_CHARACTERS:
        return f"the page is too large: {len(html):,} characters"
    tags = read_tags(html, PAGE_MOST_TAGS)
    if refused := (_however_read(html) if may_hide(tags) else None) or _in_frames(tags) or _attributes(tags):
        return refused
    few = len(tags.all) < FEW_TAGS
    if few and tags.count(_FORMAT_HEAD) < MOST_UNCLOSED:
        return None
    if (left := _left_open(tags.all)) > MOST_UNCLOSED:
        return f"the page leaves {left:,} different formatting elements open"
    if few:
        return None
    names = {tag: name_of(tag) for tag in set(tags.all)}
    return _too_deep(filter(None, map(names.__getitem__, tags.all)))


def _attributes(tags: Tags) -> str | None:
    """Refuse too many attributes: of one tag, of all, of different names, or of tags that begin the page again."""
    sizes = list(map(len, tags.all))
    much = sum(sizes) > LITTLE_MARKUP and _much_markup(tags)
    times = Counter(tags.all if much else compress(tags.all, map(LONG_TAG.__lt__, sizes)))
    named = {tag: attributes_of(tag) for tag in times}
    if much and len(set(chain.from_iterable(named.values()))) > MOST_ATTRIBUTE_NAMES:
        return f"the page has more than {MOST_ATTRIBUTE_NAMES:,} different attributes"
    counts = [(len(names), times[tag]) for tag, names in named.items()]
    if (
        sum(n * often for n, often in counts) > MOST_ATTRIBUTES
        or sum(n * n * often for n, often in counts) > MOST_COMPARED
    ):
        return "the page's tags have too many attributes to compare"
    if tags.count(_AGAIN) > FREE_RESTARTS:
        begun = tags.beginning(_AGAIN)
        again = sum(len(attributes_of(tags.all[i])) for i in begun)
        if len(begun) > MOST_RESTARTS or again > MOST_RESTART_ATTRIBUTES:
            return f"the page begins more than {MOST_RESTARTS:,} times, or with too many attributes"
    return None


def _much_markup(tags: Tags) -> bool:
    """Whether the tags are long by themselves; of scripts and the like, which hold text, the beginnings count."""
    raw = set(filter(_RAW.match, tags.kinds))
    own = [min(len(tag), LONG_TAG) if head in raw else len(tag) for tag, head in zip(tags.all, tags.heads, strict=True)]
    return sum(own) > LITTLE_MARKUP


def _in_frames(tags: Tags) -> str | None:
    """Bound what stands in frames, or for them: markup of its own, frames in it being read as none."""
    frames = [tags.all[i] for i in tags.beginning(_FRAMES) if "<" in tags.all[i][1:]]
    if sum(tag.count("<") for tag in frames) > PAGE_MOST_TAGS:
        return f"the page is too large: more than {PAGE_MOST_TAGS:,} tags in frames"
    inside = (_FRAMES_BEGIN.sub("<div", inside_frame(tag)) for tag in frames)
    return next(filter(None, map(too_costly, inside)), None)


def _however_read(html: str) -> str | None:
    """Bound what every `<` and letter would cost, were it a tag: for pages where none can tell which is one."""
    begun = read = compared = 0
    most_read = HIDDEN_READ_TIMES * len(html) + HIDDEN_READ_SPARE
    formats = Counter[str]()
    for start in _BEGIN.finditer(html):
        found = TAG.match(html, start.start())
        if found is None:
            continue
        begun += 1
        read += len(found[0])
        compared += len(attributes_of(found[0])) ** 2
        if found[1].lower() in _FORMATTING:
            formats[found[0]] += 1
        if begun > PAGE_MOST_DEPTH or read > most_read or compared > MOST_COMPARED:
            return "the page hides too many tags in what looks like scripts"
    if sum(min(SAME_REOPENED, times) for times in formats.values()) > HIDDEN_MOST_UNCLOSED:
        return "the page hides too many formatting elements in what looks like scripts"
    return None


def _left_open(tags: Iterable[str]) -> int:
    """Count formatting elements that are opened again in every block: of the same attributes three at most are.

    Counted where most are open, for what is closed at the end was opened again until then.
    """
    seen: dict[str, Counter[str]] = {}
    most, now, here = Counter[str](), Counter[str](), Counter[str]()
    for tag in tags:
        if found := _FORMATS.match(tag):
            end, name, attributes = found[1], found[2].lower(), tag[found.end(2) :]
            if not end:
                seen.setdefault(name, Counter())[attributes.strip()] += 1
                now[name] += 1
                here[name] += 1
                most[name] = max(most[name], now[name])
            elif here[name]:
                now[name] -= 1
                here[name] -= 1
        elif _WALLS.match(tag):
            here.clear()
    return sum(
        min(most[name], sum(min(SAME_REOPENED, times) for times in counts.values())) for name, counts in seen.items()
    )


def _too_deep(tags: Iterator[str]) -> str | None:
    """Walk the tags with a stack of what is open, as a parser would; stop at the first limit reached."""
    stack: list[str] = []
    again: list[str] = []
    count = steps = depth = 0
    for tag in tags:
        count += 1
        if tag[0] == "/":
            depth -= _close(stack, tag[1:])
        elif tag not in _VOID:
            if tag in _SPECIAL or tag in _IMPLIED or tag == "p":
                steps += len(stack)
                depth -= _end(stack, again, "p", _SPECIAL)
            if tag in _IMPLIED:
                depth -= _end(stack, again, tag, _HOLDERS)
            stack.append(tag)
            if again:
                count += min(SAME_REOPENED, len(again))
                stack.extend(name for i, name in enumerate(again) if again[:i].count(name) < SAME_REOPENED)
                again.clear()
            depth += tag not in _FORMATTING
        if count > PAGE_MOST_TAGS or depth > PAGE_MOST_DEPTH or steps > PAGE_MOST_CLIMBED:
            break
    if count > PAGE_MOST_TAGS:
        return f"the page is too large: more than {PAGE_MOST_TAGS:,} tags"
    if depth > PAGE_MOST_DEPTH:
        return f"the page is nested more than {PAGE_MOST_DEPTH:,} elements deep"
    return "the page has too many tags too deep inside others" if steps > PAGE_MOST_CLIMBED else None


def _end(stack: list[str], again: list[str], tag: str, barriers: frozenset[str]) -> int:
    """End an element that another's beginning closes; formatting left open in it goes to `again`, to be opened anew.

    Return how many elements that are no formatting ended.
    """
    for at in range(len(stack) - 1, max(-1, len(stack) - 1 - OPEN_SEARCHED), -1):
        if stack[at] == tag:
            inside = stack[at:]
            del stack[at:]
            left = [name for name in inside if name in _FORMATTING]
            again.extend(left)
            return len(inside) - len(left)
        if stack[at] in barriers or stack[at] in _ISLANDS:
            return 0
    return 0


def _close(stack: list[str], tag: str) -> int:
    """End an element by its end tag, and what is open in it. Return how many that are no formatting ended."""
    if stack and stack[-1] == tag:  # most end tags are that of the element opened last
        stack.pop()
        return tag not in _FORMATTING
    inline = tag not in _SPECIAL and tag not in _IMPLIED and tag != "p"
    for at in range(len(stack) - 1, max(-1, len(stack) - 1 - OPEN_SEARCHED), -1):
        if stack[at] == tag:
            ended = stack[at : at + 1 if inline else len(stack)]
            del stack[at : at + len(ended)]
            return sum(name not in _FORMATTING for name in ended)
        if inline and tag not in _FORMATTING and stack[at] in _SPECIAL:
            return 0
    return 0
