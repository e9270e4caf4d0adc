"""Read seed files: paths in, raw articles and links out, resumable."""
