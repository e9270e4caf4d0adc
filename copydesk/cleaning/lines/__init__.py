"""Read one line as one thing: a dateline, a name, a photo credit."""
