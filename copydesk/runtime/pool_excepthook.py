"""Suppress tracebacks at shutdown; imported only by the process that workers are forked from."""

import pickle
import sys
from types import TracebackType

_tell = sys.excepthook


def quietly(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Leave out what only says that the program went away in the middle of starting a worker."""
    if not issubclass(kind, EOFError | BrokenPipeError | ConnectionError | pickle.UnpicklingError):
        _tell(kind, error, trace)


sys.excepthook = quietly
