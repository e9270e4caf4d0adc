"""`python -m copydesk` is the command line."""

from copydesk.cli.entry import main

if __name__ == "__main__":
    main()
