"""Figures, health, lines of the log, spans."""
