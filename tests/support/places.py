"""Where the project, its seeds and the tests' data are."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
DATA = ROOT / "tests" / "data"
