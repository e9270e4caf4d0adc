"""Articles whose titles, texts, links, authors and tags are attacks on whoever shows them; none may do anything."""

from collections.abc import Iterator

from copydesk.events import CleanArticle, Image
from tests.contracts.index_samples import HOUR, NOON, appeal, article

OWNED = "document.title='owned'"
BEACON = "http://beacon.invalid/x"
_MARKUP = [
    f"<script>{OWNED}</script>",
    f"</title><script>{OWNED}</script>",
    f'<img src=x onerror="{OWNED}">',
    f"<svg onload={OWNED}>",
    f"<svg><animate onbegin={OWNED} attributeName=x dur=1s>",
    f"<body onload={OWNED}>",
    f'<iframe srcdoc="<script>parent.{OWNED}</script>">',
    f"<details open ontoggle={OWNED}>",
    f"<input autofocus onfocus={OWNED}>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={OWNED}>",
    f"<video><source onerror={OWNED}></video>",
    f"<link rel=stylesheet href={BEACON}.css>",
    f"<style>@import '{BEACON}'</style>",
    f"<base href={BEACON}>",
    f"<meta http-equiv=refresh content='0;url={BEACON}'>",
    f"<object data={BEACON}>",
    f"<embed src={BEACON}>",
    f"<form action={BEACON}><button>Clean</button></form>",
    f'" onmouseover="{OWNED}" x="',
    f"' autofocus onfocus='{OWNED}",
    "{{ 7*7 }}{% for x in () %}",
    "${7*7}#{7*7}<%= 7*7 %>",
    f"--><script>{OWNED}</script><!--",
    f"]]><script>{OWNED}</script>",
    f"</textarea><script>{OWNED}</script>",
    f"</pre></bdi></del><script>{OWNED}</script>",
    f"<scr<script>ipt>{OWNED}</script>",
    f"\x3cscript\x3e{OWNED}\x3c/script\x3e",
    f"&lt;script&gt;{OWNED}&lt;/script&gt;",
    f"&#60;script&#62;{OWNED}",
    f'<noscript><p title="</noscript><img src=x onerror={OWNED}>">',
]
_TEXTS = [
    "\u202egnp.exe\u202c and \u2066isolated",
    "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u202d<b>",
    "\ufeff\u200b\u200d\u2060",
    "e\u0301" * 300,
    "W" * 3000,
    "\u0e01\u0e33" * 200,
    "a\u0300\u0301\u0302\u0303" * 400,
    "\x07\x1b]0;owned\x07 bell",
    "x" * 50 + "\t" * 500,
    "\U0001f469\u200d\U0001f469\u200d\U0001f467" * 100,
]
_LINKS = [
    f"javascript:{OWNED}",
    f"JaVaScRiPt:{OWNED}",
    f"java\nscript:{OWNED}",
    f"\x01javascript:{OWNED}",
    f"data:text/html,<script>{OWNED}</script>",
    f"vbscript:{OWNED}",
    "file:///etc/passwd",
    f"//beacon.invalid/{OWNED}",
    f'https://beacon.invalid/" onclick="{OWNED}',
    f"http://beacon.invalid/'><script>{OWNED}</script>",
    f"https://user:secret@beacon.invalid/{'a' * 5000}",
    "https://xn--80ak6aa92e.invalid/",
    f"blob:{BEACON}",
    "http://[::1",
    "https://beacon.invalid/\u202egnp.exe",
]
INPUTS = [*_MARKUP, *_TEXTS, *_LINKS]


def hostile_articles(count: int = 200) -> Iterator[CleanArticle]:
    """Yield so many articles; each input stands in each field of one of them at least."""
    for number in range(count):
        title, text, author, tag = (INPUTS[(number + shift) % len(INPUTS)] for shift in (0, 13, 29, 41))
        link = _LINKS[number % len(_LINKS)]
        yield article(
            text, f"{title} {author}", id=f"{number:032x}", title=title, url=link, canonical_url=link,
            source=f"hostile{number % 5}.example", authors=(author, title), tags=(tag, text), section=tag,
            language="ar" if number % 3 == 0 else "en", seen_at=NOON + number * HOUR,
            images=(Image(url=link, caption=text, credit=title),), removed=(appeal(text), appeal(tag)),
            removed_kinds=("donation_appeal",), provenance={"title": text}, originals={"title": tag},
            notes={"title": author}, extra={"id": title, tag[:40] or "x": text},
        )  # fmt: skip
