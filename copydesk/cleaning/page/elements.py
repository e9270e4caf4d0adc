"""Group HTML's elements by their display: inline, block, or not shown."""


def _names(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


INLINE = _names(
    "a abbr acronym area b bdi bdo big blink cite code data del dfn em embed font i img input ins kbd map mark math",
    "nobr param picture q rb rp rt rtc ruby s samp slot small source span strike strong sub sup svg time track tt u",
    "var wbr",
)
BLOCK = _names(
    "address applet article aside audio blockquote body button canvas caption center col colgroup datalist dd desc",
    "details dialog dir div dl dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr",
    "html iframe label legend li listing main marquee menu meter nav noembed noframes noscript object ol output p",
    "plaintext pre progress search section select summary table tbody td textarea tfoot th thead title tr ul",
    "video xmp",
)
UNSEEN = _names("script style template head")
RAW_MARKUP = _names("iframe noembed noframes")
FALLBACK = RAW_MARKUP | _names("audio canvas datalist desc noscript object title video")
LINES_KEPT = _names("pre textarea listing plaintext xmp")
PROSE = _names("p h1 h2 h3 h4 h5 h6 dt figcaption caption pre summary legend button label th")
NO_CELL = _names("h1 h2 h3 h4 h5 h6 li p blockquote pre")
BOLD = _names("b strong")
ATTRIBUTES_READ = _names("a cite font img span svg time")
"""The inline elements whose attributes are worth the time."""
SPACED = _names("option optgroup")
"""Pieces of one control: apart from each other by a space, together one piece."""
