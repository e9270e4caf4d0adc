"""Name the arrays that the main text is measured in."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]
"""Numbers of runs or boxes."""
