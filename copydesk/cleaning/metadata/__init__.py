"""Read title, authors, dates, images, section and tags of a page, each with its origin."""
