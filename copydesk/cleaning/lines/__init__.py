"""Read one line as one thing: a dateline, a timestamp, a name, a photo credit."""
