"""Answer questions from the log and the index, so that the command line and the server say the same."""
