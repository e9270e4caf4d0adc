"""Train the models of single lines: what n-grams speak for, and a forest over that, the word lists and the shape.

`scripts.train_text` writes them, `bench.bench_lines` prints what they are worth. Needs the extra `train`.
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import lightgbm
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import SGDClassifier

from copydesk.cleaning.boilerplate.block_signals import read_signals
from copydesk.cleaning.boilerplate.kind_scores import LEXICAL, score_kinds
from copydesk.cleaning.boilerplate.learned_lines import KINDS_LEARNED, LEARNED, LineWords, SingleLineModels
from copydesk.cleaning.boilerplate.line_features import LONE_FEATURE_NAMES, own_features
from copydesk.cleaning.boilerplate.line_ngrams import grams_of
from copydesk.cleaning.forest import LEAVES, Forest
from copydesk.cleaning.records import Block
from copydesk.cleaning.thresholds.line_features import NGRAM_BITS
from scripts.labelled_lines import LabelledLine
from scripts.training import WEIGHTS, exported, part_of

PARTS = 4
AT_ONCE = 4_000
WORDS = {"loss": "log_loss", "max_iter": 4, "tol": None, "average": True, "random_state": 1}
ALPHA, KIND_ALPHA = 1e-5, 2e-5
KIND_WEIGHT, BODY_FOR_KINDS = 3.0, 3
"""What a line of the kind counts where that kind is learned, and of how many article lines one is looked at there."""
ADDRESSING = frozenset(LEXICAL) - {"navigation", "related_links", "advertisement"}
"""Kinds that speak to readers or of the site; they are learned together against article lines, too."""
CLIPPED = 0.9995
"""Share of the weights that a byte holds whole; what lies beyond is cut off."""
ROUNDS = 160
FOREST = {
    "objective": "binary", "learning_rate": 0.06, "num_leaves": LEAVES - 1, "min_data_in_leaf": 30,
    "feature_fraction": 0.4, "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 5.0, "max_bin": 63,
    "verbose": -1, "num_threads": 2, "seed": 1, "deterministic": True,
}  # fmt: skip


class Known(NamedTuple):
    """Hold the lines with all that can be known of them before anything is learned."""

    lines: list[LabelledLine]
    grams: Any
    own: NDArray[np.float32]
    listed: list[dict[Any, float]]
    part: NDArray[np.intp]

    def labels(self) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Return per line whether it is article, and how much it counts."""
        return np.array([line.body for line in self.lines]), np.array([line.weight for line in self.lines])


def known(lines: list[LabelledLine]) -> Known:
    """Hash and read the lines."""
    blocks = [Block(line.text) for line in lines]
    read = [read_signals(block, line.language) for block, line in zip(blocks, lines, strict=True)]
    listed = [score_kinds(signals) for signals in read]
    own = own_features(blocks, read, listed)
    grams = vstack([_matrix([line.text for line in lines[at : at + AT_ONCE]]) for at in range(0, len(lines), AT_ONCE)])
    return Known(lines, grams.tocsr(), own, listed, np.array([part_of(line.group, PARTS) for line in lines]))


def _matrix(texts: Sequence[str]) -> Any:
    parts = list(grams_of(texts).weighted())
    line = np.concatenate([grams.line for grams, _ in parts])
    bucket = np.concatenate([grams.bucket for grams, _ in parts]).astype(np.int32)
    weight = np.concatenate([weight[grams.line] for grams, weight in parts])
    return csr_matrix((weight, (line, bucket)), shape=(len(texts), 1 << NGRAM_BITS), dtype=np.float32)


def fitted_words(data: Known, used: NDArray[np.bool_]) -> LineWords:
    """Learn what n-grams speak for: article text, each kind against all other lines, and appeals against articles."""
    body, weight = data.labels()
    kinds = np.array([line.kind for line in data.lines])
    addressing = np.isin(kinds, list(ADDRESSING))
    some = used & (~body | (np.arange(len(body)) % BODY_FOR_KINDS == 0))
    found = [_fitted(data, used, body, weight, ALPHA)]
    for kind in KINDS_LEARNED:
        aim = kinds == kind
        found.append(_fitted(data, some, aim, weight * np.where(aim, KIND_WEIGHT, 1.0), KIND_ALPHA))
    found.append(_fitted(data, used & (body | addressing), addressing, weight, ALPHA))
    return _in_bytes(np.array([weights for weights, _ in found]).T, np.array([bias for _, bias in found]))


def _fitted(
    data: Known, used: NDArray[np.bool_], aim: NDArray[np.bool_], weight: NDArray[np.float64], alpha: float
) -> tuple[NDArray[np.float64], float]:
    model = SGDClassifier(alpha=alpha, **WORDS).fit(data.grams[used], aim[used], sample_weight=weight[used])
    return model.coef_[0], float(model.intercept_[0])


def _in_bytes(weights: NDArray[np.float64], bias: NDArray[np.float64]) -> LineWords:
    scale = np.quantile(np.abs(weights), CLIPPED, axis=0) / 127
    table = np.clip(np.round(weights / scale), -127, 127).astype(np.int8)
    return LineWords(table, scale.astype(np.float32), bias.astype(np.float32))


def log_odds(words: LineWords, data: Known, rows: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return what the words say of some lines, as `LineWords.log_odds` does of their texts."""
    return np.asarray(data.grams[rows] @ words.table.astype(np.float32) * words.scale + words.bias, dtype=np.float32)


def fitted_alone(data: Known, said: NDArray[np.float32], used: NDArray[np.bool_]) -> Forest:
    """Train the forest of single lines on what words say of lines that they were not learned from."""
    body, weight = data.labels()
    rows = np.concatenate([data.own, said], axis=1)[used]
    found = lightgbm.Dataset(rows, body[used], weight=weight[used], feature_name=list(LONE_FEATURE_NAMES))
    return exported(lightgbm.train(FOREST, found, ROUNDS))


class OutOfPart(NamedTuple):
    """Hold the models without each part, and what they make of its lines: log odds, and the probability of article."""

    models: list[SingleLineModels]
    said: NDArray[np.float32]
    alone: NDArray[np.float32]


def out_of_part(data: Known) -> OutOfPart:
    """Judge each line by models that have seen no line of its part."""
    words = [fitted_words(data, data.part != part) for part in range(PARTS)]
    said = np.zeros((len(data.lines), len(LEARNED)), dtype=np.float32)
    for part in range(PARTS):
        said[data.part == part] = log_odds(words[part], data, data.part == part)
    alone, models = np.zeros(len(data.lines), dtype=np.float32), []
    for part in range(PARTS):
        rows = data.part == part
        forest = fitted_alone(data, said, ~rows)
        alone[rows] = forest.probability(np.concatenate([data.own[rows], said[rows]], axis=1))
        models.append(SingleLineModels(words[part], forest))
    return OutOfPart(models, said, alone)


def shipped(data: Known, out: OutOfPart) -> SingleLineModels:
    """Train on everything."""
    used = np.ones(len(data.lines), dtype=bool)
    return SingleLineModels(fitted_words(data, used), fitted_alone(data, out.said, used))


def write(models: SingleLineModels, data: Known) -> None:
    """Write the weights, their card beside them."""
    with (WEIGHTS / "line_words.npz").open("wb") as file:
        models.words.save(file)
    with (WEIGHTS / "lone_lines.npz").open("wb") as file:
        models.alone.save(file)
    (WEIGHTS / "line_words.json").write_text(json.dumps(card(data), indent=1) + "\n")


def card(data: Known) -> dict[str, Any]:
    """Say how the weights came to be."""
    return {
        "what": "What a line's words and characters speak for, and the probability that it is article text by itself",
        "lines": {
            f"{s}, {'article' if body else 'outside'}": n
            for (s, body), n in sorted(Counter((line.source, line.body) for line in data.lines).items())
        },
        "sites": len({line.site for line in data.lines}),
        "columns": list(LEARNED),
        "words": {**WORDS, "alpha": ALPHA, "alpha of kinds": KIND_ALPHA},
        "forest": {**FOREST, "rounds": ROUNDS},
        "features": list(LONE_FEATURE_NAMES),
    }
