"""The forest: masks choose the leaf that walking the tree would, and what is saved is what is read."""

import math
from pathlib import Path

import numpy as np
import pytest

from copydesk.cleaning.boilerplate.learned_lines import line_models
from copydesk.cleaning.boilerplate.line_features import FEATURE_NAMES, LONE_FEATURE_NAMES
from copydesk.cleaning.forest import LEAVES, Forest, load_forest

VALUES = (-1.0, 0.25, 2.0)


def small() -> Forest:
    """One tree: feature 0 not above 0.5 is leaf 0; else feature 1 not above 2 is leaf 1, above it leaf 2."""
    feature = np.zeros((1, LEAVES - 1), dtype=np.intp)
    threshold = np.full((1, LEAVES - 1), np.inf, dtype=np.float32)
    mask = np.full((1, LEAVES - 1), 0xFFFF, dtype=np.uint16)
    value = np.zeros((1, LEAVES), dtype=np.float32)
    feature[0, :2], threshold[0, :2], mask[0, :2], value[0, :3] = (0, 1), (0.5, 2.0), (0xFFFE, 0xFFFD), VALUES
    return Forest(feature, threshold, mask, value)


@pytest.mark.parametrize(
    ("row", "leaf"),
    [((0.0, 9.0), 0), ((0.5, 9.0), 0), ((0.6, 2.0), 1), ((0.6, 2.1), 2), ((-5.0, -5.0), 0)],
)
def test_a_row_ends_in_the_leaf_that_its_tests_lead_to(row: tuple[float, float], leaf: int) -> None:
    rows = np.array([row] * 600, dtype=np.float32)
    assert small().probability(rows) == pytest.approx([1 / (1 + math.exp(-VALUES[leaf]))] * 600)


def test_a_saved_forest_reads_back_the_same(tmp_path: Path) -> None:
    small().save(tmp_path / "small.npz")
    with (tmp_path / "small.npz").open("rb") as file:
        again = load_forest(file)
    assert all(np.array_equal(a, b) for a, b in zip(small(), again, strict=True))


@pytest.mark.parametrize("single", [True, False])
def test_the_shipped_models_read_the_features_there_are(single: bool) -> None:
    models = line_models()
    model, names = (models.single.alone, LONE_FEATURE_NAMES) if single else (models.placed, FEATURE_NAMES)
    assert int(model.feature.max()) < len(names)
    low, high = model.probability(np.zeros((2, len(names)), dtype=np.float32))
    assert low == high
    assert 0 < low < 1
