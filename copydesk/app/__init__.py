"""Wire producers, stages and engines into running programs; above producers and consumers, below the command line."""
