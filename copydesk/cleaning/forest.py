"""Evaluate a small forest of decision trees with numpy, for all rows at once (Lucchese et al., QuickScorer, 2015).

Every inner node whose test fails rules out the leaves on its left; what is left of a tree's leaves, the first stands
for the row. Trees have at most 16 leaves, so that one 16-bit mask holds them.
"""

from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

LEAVES = 16
"""Leaves of a tree at most: as many as a 16-bit mask holds."""
_ROWS_AT_ONCE = 512
_FIRST_BIT = np.zeros(1 << LEAVES, dtype=np.uint8)
for _bit in reversed(range(LEAVES)):
    _FIRST_BIT[np.arange(1 << LEAVES) & (1 << _bit) != 0] = _bit


class Forest(NamedTuple):
    """Hold per tree T and inner node the feature, the threshold (left when not above), the mask of what failing leaves.

    `feature`, `threshold`, `mask`: (T, 15); `value`: (T, 16), one number per leaf.
    """

    feature: NDArray[np.intp]
    threshold: NDArray[np.float32]
    mask: NDArray[np.uint16]
    value: NDArray[np.float32]

    def probability(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Map (N, features) to (N,) probabilities. Fastest when a feature's numbers lie side by side."""
        out = np.empty(len(rows), dtype=np.float32)
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            scores = self.votes(rows[start : start + _ROWS_AT_ONCE]).sum(axis=0)
            out[start : start + _ROWS_AT_ONCE] = 1 / (1 + np.exp(-scores))
        return out

    def votes(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Map (N, features) to (T, N): what each tree says of each row."""
        trees = len(self.value)
        # Node by node of all trees, so that each step below runs along trees and rows.
        feature, first = self.feature.T.ravel(), np.arange(trees)[:, None] * LEAVES
        threshold, mask = self.threshold.T.reshape(-1, 1), self.mask.T.reshape(-1, 1)
        passed = np.ascontiguousarray(rows.T).take(feature, axis=0) <= threshold
        masks = passed.view(np.uint8) * np.uint16(0xFFFF) | mask
        leaves = _FIRST_BIT[np.bitwise_and.reduce(masks.reshape(LEAVES - 1, trees, -1), axis=0)]
        return np.asarray(self.value.ravel()[first + leaves])

    def save(self, file: IO[bytes]) -> None:
        """Write the forest as a compressed .npz without pickles."""
        np.savez_compressed(
            file, feature=self.feature.astype(np.int16), threshold=self.threshold, mask=self.mask, value=self.value
        )


def load_forest(file: IO[bytes]) -> Forest:
    """Read what `save` wrote."""
    with np.load(file, allow_pickle=False) as stored:
        # Node by node in memory, as `votes` reads them.
        feature, threshold, mask = (np.asfortranarray(stored[name]) for name in ("feature", "threshold", "mask"))
        return Forest(feature.astype(np.intp), threshold, mask, stored["value"])
