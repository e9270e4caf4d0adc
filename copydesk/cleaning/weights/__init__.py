"""Hold the shipped models: `lines` for scraped text, `pages` for HTML, each with its model card."""
