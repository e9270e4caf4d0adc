"""The shipped models: `lines` for scraped text (`scripts/train_text.py`), each with a card of how it came to be."""
