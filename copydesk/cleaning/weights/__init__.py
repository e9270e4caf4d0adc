"""Hold the shipped models: `lines` for scraped text, `pages` for HTML, each with a card of how it came to be."""
