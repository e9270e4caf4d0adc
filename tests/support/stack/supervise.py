"""Runs one server and kills it, and removes its folder, as soon as whoever asked for it is gone.

`python supervise.py FOLDER USER COMMAND…` (USER `-`: the same user) prints the server's process id, then waits. The
asker holds this process's standard input: its end, even by SIGKILL, is the end of the server's whole process group.
"""

import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys

_PR_SET_PDEATHSIG = 1


def main(folder: str, user: str, *command: str) -> int:
    """Supervise; returns the server's exit status."""
    asker = os.getppid()
    libc = ctypes.CDLL(None)
    server = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr.fileno(),
        start_new_session=True,
        user=None if user == "-" else user,
        group=None if user == "-" else _group(user),
        extra_groups=None if user == "-" else [],
        preexec_fn=lambda: libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL),
    )
    print(server.pid, flush=True)  # noqa: T201 - the answer to the asker
    os.close(sys.stdout.fileno())
    while server.poll() is None:
        # A forked child of the asker may still hold our standard input: its process id is looked at too.
        ended = bool(select.select([sys.stdin], [], [], 0.2)[0]) or os.getppid() != asker
        if ended:
            _kill(server.pid)
            server.wait()
            shutil.rmtree(folder, ignore_errors=True)
    _kill(server.pid)
    return server.returncode


def _group(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


def _kill(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
