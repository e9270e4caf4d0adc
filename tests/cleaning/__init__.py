"""The cleaning: what is kept, what is cut, what is read."""
