"""Count what a page's runs are: teasers, prose, headings, prices, labels of shops, forums and manuals."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from math import ceil, log1p
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.lexicon.line_words import any_of, lists_of
from copydesk.cleaning.lexicon.tokens import is_spaceless, tokens
from copydesk.cleaning.normalise import bare, fold_letters
from copydesk.cleaning.not_article.listing import is_prose_run, is_teaser
from copydesk.cleaning.page.model import Page, Run
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.thresholds.not_article import PROSE_LINKED, WORD_SIGNS
from copydesk.cleaning.thresholds.page import CASE_GROWS
from copydesk.cleaning.thresholds.page_type import (
    DATED_LONGEST,
    LABEL_LONGEST,
    LINK_NAMED,
    LINKED_ABOVE,
    LINKED_HEADING,
    MOST_COUNTED,
    NOT_KNOWN,
    PRICE_LONGEST,
    QUESTION_LONGEST,
    SHORT_RUN,
)

TypeCounts = dict[str, float]

_PRICE = re.compile(
    rf"{any_of('currency.sign', 'currency.sign_before')}\s?\d"
    rf"|\d\s?(?:{any_of('currency.sign', 'currency.sign_after')}|{any_of('currency.name')}\b)",
    re.I,
)
_DATED = re.compile(r"\b(?:19|20)\d\d\b|\b\d\d?[./]\d\d?[./]\d{2,4}\b|\b\d\d?:\d\d\b")
_DIGIT = re.compile(r"\d")
_AROUND = " :…()[]0123456789,.!?»›+→>-–*•|"
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_FIELDS = frozenset(("button", "label", "option", "select", "form"))


class Shapes(NamedTuple):
    """Hold arrays over a page's runs: shown or hidden, kept as text, characters, those linked (as a share), and what
    the run is: a teaser, prose, a price.
    """

    shown: NDArray[np.bool_]
    kept: NDArray[np.bool_]
    size: NDArray[np.float64]
    linked: NDArray[np.float64]
    teaser: NDArray[np.bool_]
    prose: NDArray[np.bool_]
    price: NDArray[np.bool_]


def shapes_of(runs: Sequence[Run], kept: Sequence[bool]) -> Shapes:
    """Measure each run once."""
    found = [
        (
            not run.box.hidden,
            len(run.text),
            run.link_chars / len(run.text),
            is_teaser(run),
            is_prose_run(run),
            len(run.text) <= PRICE_LONGEST
            and _DIGIT.search(run.text) is not None
            and _PRICE.search(run.text) is not None,
        )
        for run in runs
    ]
    shown, size, linked, teaser, prose, price = (np.array(each) for each in zip(*found, strict=True))
    return Shapes(shown, np.array(kept, dtype=np.bool_) & shown, size * 1.0, linked, teaser, prose, price)


def run_features(page: Page, facts: Facts, shapes: Shapes) -> TypeCounts:
    """Return the numbers of a page that has runs."""
    shown = [page.runs[i] for i in np.flatnonzero(shapes.shown).tolist()]
    if not shown:
        return {}
    return {
        **_whole(page, shapes),
        **_kept(page, shapes),
        **_headed(page, facts, shown),
        **_labels(shown),
        **_tags(shown),
    }


def label_of(text: str) -> str:
    """Return what a short run says as a button or label does: in lower case, without numbers and marks around it."""
    return text.lower().partition(":")[0].strip(_AROUND)


def _whole(page: Page, shapes: Shapes) -> TypeCounts:
    of = shapes.shown
    size, prose, teaser = shapes.size[of], shapes.prose[of], shapes.teaser[of]
    total = size.sum()
    groups = _groups(page, shapes, shapes.shown)
    most = max(groups, key=sum, default=[])
    return {
        "runs": log1p(len(size)),
        "letters": log1p(total),
        "mean": log1p(size.mean()),
        "short": float((size < SHORT_RUN).mean()),
        "linked": float((shapes.linked[of] * size).sum() / total),
        "teasers": log1p(teaser.sum()),
        "teaser_share": size[teaser].sum() / total,
        "prose": log1p(size[prose].sum()),
        "prose_runs": log1p(prose.sum()),
        "prose_share": size[prose].sum() / total,
        "prices": log1p(shapes.price[of].sum()),
        "price_share": float(shapes.price[of].mean()),
        "group": log1p(sum(most)),
        "group_runs": log1p(len(most)),
        "group_share": sum(most) / max(sum(map(sum, groups)), 1),
        "lone": log1p(sum(len(group) == 1 for group in groups)),
    }


def _kept(page: Page, shapes: Shapes) -> TypeCounts:
    """Say how the text that was kept stands among what was not."""
    at = np.flatnonzero(shapes.kept)
    if not len(at):
        return {}
    size, total = shapes.size[at], shapes.size[shapes.shown].sum()
    span = slice(at[0], at[-1] + 1)
    inside = shapes.size[span] * shapes.shown[span]
    parts = np.add.reduceat(size, np.flatnonzero(np.diff(at, prepend=-2) > 1))
    above = _linked_above(shapes, at)
    most = max(_groups(page, shapes, shapes.kept), key=sum, default=[])
    return {
        "kept": log1p(size.sum()),
        "kept_runs": log1p(len(at)),
        "kept_share": size.sum() / total,
        "kept_mean": log1p(size.mean()),
        "kept_longest": log1p(size.max()),
        "kept_linked": float((shapes.linked[at] * size).sum() / size.sum()),
        "kept_prose": log1p(size[shapes.prose[at]].sum()),
        "kept_prose_share": size[shapes.prose[at]].sum() / size.sum(),
        "kept_group": log1p(sum(most)),
        "kept_group_runs": log1p(len(most)),
        "kept_below_links": float(above.mean()),
        "kept_below_links_share": size[above].sum() / size.sum(),
        "kept_cut_short": log1p(sum(page.runs[i].text.rstrip(" ]").endswith(("…", "...")) for i in at.tolist())),
        "parts": log1p(len(parts)),
        "part_longest": log1p(parts.max()),
        "part_share": parts.max() / size.sum(),
        "first": at[0] / len(page.runs),
        "span": (at[-1] - at[0] + 1) / len(page.runs),
        "span_kept": len(at) / (at[-1] - at[0] + 1),
        "span_teasers": log1p((shapes.teaser & shapes.shown)[span].sum()),
        "span_linked": float((shapes.linked[span] * inside).sum() / max(inside.sum(), 1)),
    }


def _groups(page: Page, shapes: Shapes, wanted: NDArray[np.bool_]) -> list[list[float]]:
    """Group the sizes of the wanted paragraphs that stand in one box without a teaser between them."""
    places: dict[tuple[int, int], list[float]] = {}
    at = np.flatnonzero(wanted & shapes.prose)
    teasers = np.cumsum(shapes.teaser)[at]
    for i, size, before in zip(at.tolist(), shapes.size[at].tolist(), teasers.tolist(), strict=True):
        box = page.runs[i].box
        places.setdefault(((box.parent or box).index, before), []).append(size)
    return list(places.values())


def _linked_above(shapes: Shapes, at: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Tell which of these runs stand right below a link with a name, as the summary of a teaser does."""
    shown = np.flatnonzero(shapes.shown)
    before = np.searchsorted(shown, at) - 1
    above = shown[np.maximum(before, 0)]
    return np.asarray((before >= 0) & (shapes.linked[above] > LINKED_ABOVE) & (shapes.size[above] > LINK_NAMED))


def _headed(page: Page, facts: Facts, shown: Sequence[Run]) -> TypeCounts:
    heads = [run for run in shown if run.box.tag in _HEADINGS]
    around = _main_headings(page)
    main = [i for i, run in enumerate(page.runs) if run.box.index in around]
    own = [page.runs[i] for i in main if page.runs[i].link_chars < PROSE_LINKED * len(page.runs[i].text)]
    words = max((_words(run.text) for run in own if bare(run.text) not in facts.site), default=0)
    name = bare(page.runs[main[0]].text) if main else ""
    linked_runs = [run for run in shown if run.link_chars > LINKED_HEADING * len(run.text)]
    again = any(len(run.text) >= len(name) // CASE_GROWS and bare(run.text) == name for run in linked_runs)
    told = facts.meta("og:title") or page.title
    linked = sum(map(_is_headed, linked_runs))
    description = facts.meta("og:description", "description")
    return {
        "headings": log1p(len(heads)),
        "headings_linked": sum(2 * run.link_chars > len(run.text) for run in heads) / max(len(heads), 1),
        "linked_headings": log1p(linked),
        "headline": min(words, MOST_COUNTED),
        "headline_size": log1p(len(name)),
        "headline_is_link": float(again) if name else NOT_KNOWN,
        "headline_is_title": float(name in bare(told)) if name else NOT_KNOWN,
        "main_headings": log1p(len(main)),
        "headline_at": (main[0] if main else len(page.runs)) / len(page.runs),
        "title": min(len(told.split()), MOST_COUNTED),
        "description": log1p(len(description)),
    }


def _main_headings(page: Page) -> set[int]:
    """Return the boxes that are a main heading, or stand in one."""
    found: set[int] = set()
    for box in page.boxes:
        if box.tag == "h1" or (box.parent is not None and box.parent.index in found):
            found.add(box.index)
    return found


def _words(text: str) -> int:
    """Count words, a few characters of a script without spaces being one."""
    words = tokens(fold_letters(text))
    spaceless = sum(map(is_spaceless, words))
    return len(words) - spaceless + ceil(spaceless / WORD_SIGNS)


def _is_headed(run: Run) -> bool:
    parent = run.box.parent
    return run.box.tag in _HEADINGS or (parent is not None and parent.tag in _HEADINGS)


def _labels(shown: Sequence[Run]) -> TypeCounts:
    """Count the runs that are a label of each kind, and the different labels among them."""
    known = _label_kinds()
    said = dict.fromkeys(lists_of("label"), 0)
    heard: set[tuple[str, str]] = set()
    for run in shown:
        if len(run.text) <= LABEL_LONGEST and (kind := known.get(label := label_of(run.text))):
            said[kind] += 1
            heard.add((kind, label))
    different = [kind for kind, _ in heard]
    return {f"label_{kind}": log1p(count) for kind, count in said.items()} | {
        f"labels_{kind}": float(different.count(kind)) for kind in said
    }


@cache
def _label_kinds() -> Mapping[str, str]:
    return {label: kind for kind, labels in lists_of("label").items() for label in labels}


def _is_dated(text: str) -> bool:
    return len(text) <= DATED_LONGEST and _DIGIT.search(text) is not None and _DATED.search(text) is not None


def _tags(shown: Sequence[Run]) -> TypeCounts:
    tags = [run.box.tag for run in shown]
    above = [run.box.parent.tag if run.box.parent else "" for run in shown]
    texts = [run.text for run in shown]
    return {
        "items": tags.count("li") / len(tags),
        "rows": (tags.count("tr") + tags.count("td")) / len(tags),
        "fields": log1p(sum(tag in _FIELDS for tag in tags)),
        "code": log1p(sum("pre" in both or "code" in both for both in zip(tags, above, strict=True))),
        "questions": log1p(sum("?" in text for text in texts if len(text) < QUESTION_LONGEST)),
        "dates": log1p(sum(map(_is_dated, texts))),
        "numbers": log1p(sum(text[0].isdigit() for text in texts if len(text) < LABEL_LONGEST)),
    }
