"""One line read as one thing: a date, a photo credit, a name."""
