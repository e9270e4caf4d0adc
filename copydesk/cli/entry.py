"""Start the program: Ctrl-C ends it quietly from here on, also while the commands are still being imported."""

import signal

from copydesk.cli.interrupt import leave


def main() -> None:
    """Set the handler of Ctrl-C, then import and run the command line."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # or somebody wants us to go on, as `nohup` does
        signal.signal(signal.SIGINT, leave)
    from copydesk.cli.app import main as run  # with what the command imports: only where a Ctrl-C is provided for

    run()
