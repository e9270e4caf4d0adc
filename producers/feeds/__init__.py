"""Poll feeds: feed lists in, links and raw articles out."""
