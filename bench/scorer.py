"""Load the scorer that stands beside the pages; it is no part of this project."""

import importlib.util
from pathlib import Path
from types import ModuleType


def load_scorer(data: Path) -> ModuleType:
    """Return the module `score.py` of a folder of pages; ends the program where there is none."""
    spec = importlib.util.spec_from_file_location("score", data / "score.py")
    if spec is None or spec.loader is None or not (data / "score.py").exists():
        raise SystemExit(f"{data}: there is no scorer, score.py, beside the pages")
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    return scorer
