"""Files of every kind, made here, whole and damaged."""
