"""Start worker processes from any program: a script, a notebook, a thread, a process that was forked.

Workers are forked from a server process, as one that is forked from a program with threads may hang. Only the parts of
`multiprocessing` that assume a program of their own are put right here.
"""

import multiprocessing.process
import os
import signal
import sys
import threading
from collections.abc import Sequence
from multiprocessing import forkserver, get_context, resource_tracker
from multiprocessing.process import BaseProcess
from types import ModuleType
from typing import Any

from copydesk.settings import importing_nothing_from_here

_QUIET = "copydesk.runtime.pool_excepthook"
_starting = threading.Lock()
_STARTS = 3
"""Times that a worker is started before its failure is told."""


def preload_modules(names: Sequence[str]) -> None:
    """Name the modules that the server imports before it forks the first worker."""
    get_context("forkserver").set_forkserver_preload([_QUIET, *names])


def start_server() -> None:
    """Start the process that workers are forked from; it imports what is preloaded while the first documents are on
    their way. It must not import what happens to lie in the folder that the program was started in.

    Ctrl-C goes to all processes of a terminal, and these are not told by it but by their parent: the signal is blocked
    before they begin, so that there is no moment in which it would reach them.
    """
    with _starting, importing_nothing_from_here():
        resource_tracker.ensure_running()  # by itself, as it lets the signal through again when it has started
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def start_process(process: BaseProcess) -> None:
    """Start a worker that does not run the caller's main module again, as `multiprocessing` would have it do.

    A worker needs nothing of that module, and a script without `if __name__ == "__main__"` would start its work anew
    in each worker. So another module stands in its place while the worker is told what to import.
    """
    for left in reversed(range(_STARTS)):
        start_server()  # again, should it have died
        with _starting:
            main = sys.modules["__main__"]
            sys.modules["__main__"] = ModuleType("__main__")
            try:
                process.start()
            except (EOFError, ConnectionError):  # the server or the worker was killed before it said that it is there
                if not left:
                    raise
            else:
                return
            finally:
                sys.modules["__main__"] = main


def _forget_server() -> None:
    """Give a forked process a server of its own: its parent's is no child of it, and ends with the parent."""
    global _starting
    _starting = threading.Lock()
    children: Any = multiprocessing.process
    children._children.clear()  # or the child would try to join its parent's workers at its end
    server: Any = forkserver._forkserver
    if server._forkserver_alive_fd is not None:
        os.close(server._forkserver_alive_fd)
    server.__init__()


os.register_at_fork(after_in_child=_forget_server)
