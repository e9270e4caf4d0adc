"""Run the command line: `python -m copydesk`."""

from copydesk.cli.entry import main

if __name__ == "__main__":
    main()
