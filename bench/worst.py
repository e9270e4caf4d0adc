# ruff: noqa: E501 - a line a case
"""Pages and texts made to cost as much as they can: what each is, and what cleaning it takes in a process of its own."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

SECONDS, MEBIBYTES = 2.0, 256
"""What the design allows one document: CPU seconds, and memory beyond what the process held before."""

WORDS = "The harbour council met again on Tuesday and put the vote off until spring. "
PARAGRAPH = f"<p>{WORDS * 4}</p>"
STORY = f"<h1>The council meets again</h1>{PARAGRAPH * 4}"


class Cost(NamedTuple):
    """CPU seconds, mebibytes above the process at rest, its peak, and what became of the document."""

    seconds: float
    grown: float
    peak: float
    result: str


def page(body: str, head: str = "") -> str:
    return f"<!doctype html><html><head><title>The council meets again</title>{head}</head><body>{body}</body></html>"


def nested(tag: str, depth: int) -> str:
    return page(f"<{tag}>" * depth + STORY + f"</{tag}>" * depth)


HTML: dict[str, Callable[[], str]] = {
    "40,000 tiny paragraphs": lambda: page(STORY + "<p>word</p>" * 40_000),
    "40,000 sentences": lambda: page(STORY + "".join(f"<p>The vote was put off {i} times.</p>" for i in range(40_000))),
    "40,000 unclosed paragraphs": lambda: page(STORY + "<p>word" * 40_000),
    "40,000 sections": lambda: page(STORY + "".join(f"<section><h2>Part {i}</h2><p>{WORDS} {WORDS}</p></section>" for i in range(40_000))),
    "40,000 long rows": lambda: page(STORY + "<table>" + f"<tr><td>{WORDS} {WORDS} {WORDS}</td><td>{WORDS}</td></tr>" * 40_000 + "</table>"),
    "22,000 sections": lambda: page(STORY + "".join(f"<section><h2>Part {i}</h2><p>{WORDS} {WORDS}</p></section>" for i in range(22_000))),
    "22,000 long rows": lambda: page(STORY + "<table>" + f"<tr><td>{WORDS} {WORDS} {WORDS}</td><td>{WORDS}</td></tr>" * 22_000 + "</table>"),
    "40,000 links": lambda: page(STORY + "".join(f"<li><a href=/{i}>A headline of five words</a>" for i in range(40_000))),
    "40,000 list items in bold": lambda: page(STORY + "<ul>" + "<li><b>word</b> and <i>word</i></li>" * 40_000 + "</ul>"),
    "44,000 list items": lambda: page(STORY + "<ul>" + "<li>word and word" * 44_000 + "</ul>"),
    "a table of 200,000 cells": lambda: page(STORY + "<table>" + ("<tr>" + "<td>12</td>" * 10 + "</tr>") * 20_000 + "</table>"),
    "a table row of 100,000 cells": lambda: page(STORY + "<table><tr>" + "<td>12</td>" * 100_000 + "</tr></table>"),
    "5,000 deep div": lambda: nested("div", 5_000),
    "5,000 deep span": lambda: nested("span", 5_000),
    "5,000 deep b": lambda: nested("b", 5_000),
    "5,000 deep ul, li": lambda: page("<ul><li>" * 2_500 + STORY + "</li></ul>" * 2_500),
    "5,000 deep table": lambda: page("<table><tr><td>" * 1_700 + STORY + "</table>" * 1_700),
    "5,000 deep blockquote, text at each": lambda: page("<blockquote>word " * 5_000 + STORY),
    "200,000 deep div": lambda: nested("div", 200_000),
    "100,000 unclosed b": lambda: page("<b>" * 100_000 + STORY),
    "100,000 unclosed b in paragraphs": lambda: page("<p><b>word" * 100_000 + STORY),
    "100,000 unclosed a": lambda: page("<a href=x>word" * 100_000 + STORY),
    "100,000 unclosed font": lambda: page("<p><font color=red>word" * 100_000 + STORY),
    "100,000 unclosed div": lambda: page("<div>word" * 100_000 + STORY),
    "100,000 unclosed li": lambda: page("<ul>" + "<li>word" * 100_000 + "</ul>" + STORY),
    "100,000 unclosed td": lambda: page("<table>" + "<td>word" * 100_000 + STORY),
    "100,000 end tags": lambda: page("</p>" * 100_000 + STORY),
    "100,000 end tags of what is open": lambda: page("<div>" * 500 + "</b>" * 100_000 + STORY),
    "100,000 attributes of one tag": lambda: page("<div " + " ".join(f"a{i}=b" for i in range(100_000)) + ">" + STORY),
    "100,000 attributes of 10,000 tags": lambda: page(STORY + ("<p " + " ".join(f"a{i}=b" for i in range(10)) + ">word</p>") * 10_000),
    "one attribute of 5 MB": lambda: page(f"<div data-x='{'x ' * 2_500_000}'>{STORY}</div>"),
    "one class of 5 MB": lambda: page(f"<div class='{'article-body ' * 400_000}'>{STORY}</div>"),
    "20 MB of script": lambda: page(f"<script>{'var a = 1; if (a < 2) b(); ' * 800_000}</script>{STORY}"),
    "20 MB of script in 20,000 pieces": lambda: page(f"<script>{'var a = 1; ' * 90}</script>" * 20_000 + STORY),
    "20 MB of style": lambda: page(f"<style>{'.a {{ color: red }} ' * 1_000_000}</style>{STORY}"),
    "20 MB of comment": lambda: page(f"<!--{' word' * 4_000_000}-->{STORY}"),
    "20 MB of template": lambda: page(f"<template>{'<p>word</p>' * 1_800_000}</template>{STORY}"),
    "one unclosed comment of 5 MB": lambda: page(f"{STORY}<!--{' word' * 1_000_000}"),
    "JSON-LD of 5 MB": lambda: page(STORY, '<script type="application/ld+json">[' + '{"@type": "NewsArticle", "headline": "x"},' * 120_000 + "{}]</script>"),
    "JSON-LD nested 100,000 deep": lambda: page(STORY, f'<script type="application/ld+json">{"[" * 100_000}</script>'),
    "50,000 scripts of JSON-LD": lambda: page(STORY + '<script type="application/ld+json">{"@type": "Thing"}</script>' * 50_000),
    "40,000 metas": lambda: page(STORY, '<meta property="article:tag" content="word">' * 40_000),
    "one line of 5 MB": lambda: page(STORY + f"<p>{WORDS * 65_000}</p>"),
    "one line of 5 MB in pre": lambda: page(STORY + f"<pre>{WORDS * 65_000}</pre>"),
    "one word of 5 MB": lambda: page(STORY + f"<p>{'x' * 5_000_000}</p>"),
    "5 MB of spaces": lambda: page(STORY + f"<p>word{' ' * 5_000_000}word</p>"),
    "a title of 5 MB": lambda: f"<title>{WORDS * 65_000}</title>{STORY}",
    "a heading of 5 MB": lambda: page(f"<h1>{WORDS * 65_000}</h1>{STORY}"),
    "500,000 entities": lambda: page(STORY + f"<p>{'&amp;' * 500_000}</p>"),
    "500,000 numeric entities": lambda: page(STORY + f"<p>{'&#x27;&#8212;' * 250_000}</p>"),
    "entities that name entities": lambda: '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + page(STORY + "<p>" + "&b;" * 100_000 + "</p>"),
    "5 MB of <": lambda: page(STORY + "<" * 5_000_000),
    "1 MB of <!": lambda: page(STORY + "<!" * 500_000),
    "100,000 line breaks": lambda: page(STORY + "<p>" + "word<br>" * 100_000 + "</p>"),
    "100,000 pairs of line breaks": lambda: page(STORY + "<p>" + "word<br><br>" * 50_000 + "</p>"),
    "100,000 noscripts": lambda: page(STORY + "<noscript><p>word</p></noscript>" * 30_000),
    "20,000 iframes": lambda: page(STORY + "<iframe><p>word</p></iframe>" * 20_000),
    "100,000 headings": lambda: page("<h1>The council meets again</h1>" * 40_000 + STORY),
    "10,000 nested inline asides": lambda: page(STORY + "<p>" + "word <span hidden>aside</span> " * 20_000 + "</p>"),
    "100,000 select options": lambda: page(STORY + "<select>" + "<option>word" * 100_000 + "</select>"),
    "10,000 forms and inputs": lambda: page(STORY + "<form><input><label>word</label></form>" * 20_000),
    "5 MB of Chinese": lambda: page(STORY + f"<p>{'港务委员会周二再次开会。' * 140_000}</p>"),
}  # fmt: skip
TEXT: dict[str, Callable[[], str]] = {
    "20,000 scraped lines": lambda: "\n".join(f"{WORDS} {i}" for i in range(20_000)),
    "20,000 scraped words": lambda: "\n".join(f"word {i}" for i in range(20_000)),
    "20,000 different lines": lambda: "\n".join(f"{chr(97 + i % 26)}{i} {i * 7}th word said {i % 97} times" for i in range(20_000)),
    "20,000 lines of an appeal": lambda: "\n".join(f"Dear readers, please support our journalism today, {i} times." for i in range(20_000)),
    "40,000 scraped lines": lambda: "\n".join(f"{WORDS} {i}" for i in range(40_000)),
    "40,000 scraped words": lambda: "\n".join(f"word {i}" for i in range(40_000)),
    "40,000 different lines": lambda: "\n".join(f"{chr(97 + i % 26)}{i} {i * 7}th word said {i % 97} times" for i in range(40_000)),
    "40,000 lines of an appeal": lambda: "\n".join(f"Dear readers, please support our journalism today, {i} times." for i in range(40_000)),
    "200,000 scraped lines": lambda: "\n".join(f"{WORDS} {i}" for i in range(200_000)),
    "one scraped line of 5 MB": lambda: WORDS * 65_000,
    "one scraped word of 5 MB": lambda: "x" * 5_000_000,
    "5 MB of blank lines": lambda: WORDS + "\n" * 5_000_000 + WORDS,
    "5 MB of scraped Chinese": lambda: "港务委员会周二再次开会。\n" * 130_000,
    "20,000 scraped lines of desks and days": lambda: f"{WORDS}\n{WORDS}\n" + "\n".join(f"the desk for the town in Marle | {i} min | 3 May 2024 | 12:01" for i in range(19_990)),
    "20,000 scraped lines of 100 names": lambda: "\n".join("Mara Lind, Jon Okafor and Ilse Brandt / Agency " * 5 for _ in range(20_000)),
}  # fmt: skip


def measure(*names: str, memory: int | None = None) -> list[Cost]:
    """Measure what cleaning these costs, one after the other in a new process; raises RuntimeError when it dies.

    `memory` limits the address space of that process, in mebibytes.
    """
    command = [sys.executable, "-m", "bench.worst", str(memory or 0), *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{names}: exit {done.returncode}: {done.stderr[-500:]}")
    return [Cost(*cost) for cost in json.loads(done.stdout)]


def _run(name: str) -> Cost:
    import copydesk

    def cleaned(content: str, kind: str) -> str:
        clean = copydesk.clean if kind == "text/html" else copydesk.clean_text
        found = clean(content, "https://s.example/2026/a", fetched_at=datetime(2026, 1, 1, tzinfo=UTC))
        if isinstance(found, copydesk.Refused):
            return f"refused: {found.reason}"
        return f"{len(found.paragraphs):,} kept, {len(found.removed):,} cut"

    cleaned(page(STORY), "text/html")
    cleaned(WORDS * 3 + "\n" + WORDS, "text/plain")
    content = (HTML.get(name) or TEXT[name])()
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start = time.process_time()
    result = cleaned(content, "text/html" if name in HTML else "text/plain")
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Cost(round(seconds, 3), round(peak - held, 1), round(peak, 1), result)


if __name__ == "__main__":
    if limit := int(sys.argv[1]) << 20:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    print(json.dumps([_run(name) for name in sys.argv[2:]]))
