"""Measure how single lines come out: `make bench-lines DATA=../bench`, by word lists, by learned words, and by both.

DATA holds pages with their truth and files of labelled lines (`paragraphs`, others). Each line is judged by models that
have seen no line of its site; of its language, where it has no word list. Labels of `pages` come from the truth of
pages, those of `paragraphs` were read, those of `written` are the tests' own lines. Needs the extra `train`.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.boilerplate.block_signals import read_signals
from copydesk.cleaning.boilerplate.learned_lines import Learned, learned_kind
from copydesk.cleaning.boilerplate.line_classifier import JudgedLines, lines_kept
from copydesk.cleaning.boilerplate.line_rules import RuleFindings, cuts_alone
from copydesk.cleaning.lexicon import LANGUAGES
from copydesk.cleaning.records import Block
from copydesk.cleaning.thresholds.boilerplate import LEAST_KIND, LINE_CUT
from copydesk.events import Kind
from scripts.labelled_lines import LabelledLine, all_lines, written_lines
from scripts.train_lines import known, out_of_part

LOST = 0.01
"""Share of article lines that learned words by themselves may lose in their column."""
LEAST_LINES = 8
"""Lines of a kind or language from which it has a row."""


class LinesCut(NamedTuple):
    """Hold lines with what each voice cuts of them, and the kind that the whole names."""

    lines: Sequence[LabelledLine]
    lists: NDArray[np.bool_]
    words: NDArray[np.float32]
    both: NDArray[np.bool_]
    kinds: Sequence[str]


def main() -> None:
    """Judge every line out of fold and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("data", type=Path)
    data = known([*all_lines(arguments.parse_args().data), *written_lines()])
    out = out_of_part(data)
    print_table(data.lines, data.listed, out.said, out.alone)


def print_table(
    lines: Sequence[LabelledLine],
    listed: Sequence[dict[Kind, float]],
    said: NDArray[np.float32],
    alone: NDArray[np.float32],
) -> None:
    """Print the table in Markdown."""
    lists = np.array([max(scores.values(), default=0.0) >= LINE_CUT for scores in listed])
    both = np.array([not _is_kept(*each) for each in zip(lines, listed, said, alone, strict=True)])
    kinds = [_named(scores, odds) for scores, odds in zip(listed, said, strict=True)]
    judged = LinesCut(lines, lists, said[:, 0], both, kinds)
    print(
        "| lines out of fold | lines | recall, lists | words, 1 % lost | both | precision | article lost | hard lost |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for name, chosen in _rows(lines):
        print(_row(judged, name, chosen))
    right = [
        line.kind == kind for line, kind, cut in zip(lines, kinds, both, strict=True) if _named_by_hand(line) and cut
    ]
    print(f"\nkinds named right: {np.mean(right):.3f} of {len(right)} cut lines whose kind somebody read or wrote")


def _is_kept(line: LabelledLine, scores: dict[Kind, float], said: NDArray[np.float32], alone: np.float32) -> bool:
    """Whether a line by itself stays, list and model joined."""
    listed = line.language is None or line.language in LANGUAGES
    cut = cuts_alone(scores, inside=False)
    found = RuleFindings([read_signals(Block(line.text), line.language)], [scores], None, [cut], {}, listed)
    return lines_kept(JudgedLines(found, Learned(said[None], np.array([alone])), None))[0]


def _named(scores: Mapping[Any, float], odds: NDArray[np.float32]) -> str:
    if max(scores.values(), default=0.0) >= LEAST_KIND:
        return str(max(scores, key=scores.__getitem__))
    found = learned_kind(odds)
    return found[0] if found else "other"


def _named_by_hand(line: LabelledLine) -> bool:
    return not line.body and line.source in {"paragraphs", "written"}


def _rows(lines: Sequence[LabelledLine]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    source = np.array([line.source for line in lines])
    body = np.array([line.body for line in lines])
    kind = np.array([line.kind for line in lines])
    language = np.array([line.language or "" for line in lines])
    unlisted = ~np.isin(language, LANGUAGES)
    for name in sorted(set(source)):
        own = source == name
        yield name, own
        if (own & unlisted).sum() >= LEAST_LINES:
            yield f"{name}, languages without a list, each left out whole", own & unlisted
    for name in ("paragraphs", "written"):
        own = source == name
        for each in sorted(set(kind[own]) - {""}):
            if ((kind == each) & own).sum() >= LEAST_LINES:
                yield f"{name}, {each}", own & (body | (kind == each))
        for each in sorted(set(language[own])):
            if ((language == each) & own & ~body).sum() >= LEAST_LINES:
                yield f"{name}, {each}", own & (language == each)


def _row(judged: LinesCut, name: str, chosen: NDArray[np.bool_]) -> str:
    body = np.array([line.body for line in judged.lines])
    hard = np.array([line.hard for line in judged.lines])
    article, outside = chosen & body, chosen & ~body
    limit = np.quantile(judged.words[article], LOST) if article.any() else -np.inf
    cut = judged.both & chosen
    figures = [
        _share(judged.lists, outside), _share(judged.words < limit, outside), _share(judged.both, outside),
        _share(~body, cut), _share(judged.both, article), _share(judged.both, article & hard),
    ]  # fmt: skip
    return f"| {name} | {outside.sum()} + {article.sum()} | " + " | ".join(figures) + " |"


def _share(flags: NDArray[np.bool_], of: NDArray[np.bool_]) -> str:
    return f"{flags[of].mean():.3f}" if of.any() else "–"


if __name__ == "__main__":
    main()
