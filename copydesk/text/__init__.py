"""Pure text work: HTML or scraped text in; blocks, their kinds and a clean article out. No I/O, clock or settings."""
