"""Clean articles: HTML or scraped text in; title, paragraphs, metadata and every cut explained out. Pure."""
