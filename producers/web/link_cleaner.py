"""Make links of feeds plain: absolute, without redirectors, tracking, fragments and credentials. Pure."""

import re
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from copydesk.web.urls import join

_TRACKING = re.compile(
    r"(?:utm|hsa|stm|piwik|pk|mtm)_.*"
    r"|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|ysclid|twclid|ttclid|igshid|igsh|mc_cid|mc_eid"
    r"|mkt_tok|_hsenc|_hsmi|__s|vero_id|oly_enc_id|oly_anon_id|wickedid|s_kwcid|s_cid|cmpid|cmp|campaign_id|ito"
    r"|ocid|ncid|xtor|wt_mc|wt\.mc_id|ns_mchannel|ns_source|ns_campaign|ns_linkname|ns_fee|mtm_campaign"
    r"|mtm_source|pk_campaign|pk_kwd|pk_source|at_medium|at_campaign|at_custom1|at_custom2|at_custom3"
    r"|at_custom4|at_link_id|at_link_origin|at_link_type|at_ptr_name|at_bbc_team|at_format|smid|smtyp|sref"
    r"|guccounter|guce_referrer|guce_referrer_sig|feedtype|feedname"
)
_SAYS_FEED = frozenset({"ref", "source", "src", "from", "via", "partner", "traffic_source", "feature", "medium"})
_FEED = re.compile(r"rss|atom|feed|rss[-_]?feed|rss20?", re.IGNORECASE)

# Pages that only send the reader on: host, path, and the parameter that names where to.
_REDIRECTORS = (
    (re.compile(r"(?:www|news)\.google\.[a-z.]{2,7}"), re.compile(r"/(?:news/)?url"), ("url", "q")),
    (re.compile(r"(?:www|news)\.bing\.com"), re.compile(r"/news/apiclick\.aspx"), ("url",)),
    (re.compile(r"lm?\.facebook\.com"), re.compile(r"/l\.php"), ("u",)),
    (re.compile(r"out\.reddit\.com"), re.compile(r"/.*"), ("url",)),
    (re.compile(r"t\.umblr\.com"), re.compile(r"/redirect"), ("z",)),
    (re.compile(r"(?:www\.)?youtube\.com"), re.compile(r"/redirect"), ("q",)),
    (re.compile(r"(?:m\.)?vk\.com"), re.compile(r"/away\.php"), ("to",)),
    (re.compile(r"(?:www\.)?awin1\.com"), re.compile(r"/.*"), ("ued", "p")),
)
_YAHOO = re.compile(r"/RU=([^/]+)/")
_DEPTH = 3


def clean_link(link: str | None, base: str) -> str | None:
    """Return the address a link in a document at `base` really names, None when that is no web address."""
    url = join(base, link) if link and link.strip() else None
    for _ in range(_DEPTH):
        onward = _behind(url) if url else None
        if onward is None:
            break
        url = onward
    return _plain(url) if url else None


def _behind(url: str) -> str | None:
    """Where a redirector's address leads, None when it is none."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if host.endswith("r.search.yahoo.com") and (found := _YAHOO.search(parts.path)):
        return join(url, unquote(found[1]))
    for hosts, paths, names in _REDIRECTORS:
        if hosts.fullmatch(host) and paths.fullmatch(parts.path):
            query = dict(parse_qsl(parts.query, max_num_fields=200))
            named = next((query[name] for name in names if name in query), "")
            return join(url, named) if named.startswith(("http://", "https://", "//")) else None
    return None


def _plain(url: str) -> str:
    parts = urlsplit(url)
    kept = [pair for pair in parts.query.split("&") if pair and not _is_tracking(pair)]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "&".join(kept), ""))


def _is_tracking(pair: str) -> bool:
    name, _, value = pair.partition("=")
    name = unquote(name).lower()
    return _TRACKING.fullmatch(name) is not None or (name in _SAYS_FEED and _FEED.fullmatch(unquote(value)) is not None)
