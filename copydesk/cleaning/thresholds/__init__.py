"""Hold every threshold, limit and weight of the cleaning once, one module a room.

A comment says what a number separates. What a step down or up costs is measured by `scripts/threshold_steps.py`, and
stands, as far as it was run, in `docs/evaluation.md`, "What a step of a threshold costs". Where no other data is named,
a number was set by hand on the development pages and texts (`FILES` of `scripts/train_pages.py`, and `scraped_*` beside
them), and on single paragraphs for the words of boilerplate. Tables of `*_features.py` are read by the trained models
too: who changes a number there trains the model again (`make train`).
"""
