"""Read a page: HTML to runs of text in boxes, and what the page states about itself."""
