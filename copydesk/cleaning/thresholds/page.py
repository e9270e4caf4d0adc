"""Hold the thresholds of `page/` and `blocks`: what reading a page may cost, and how much of its markup is read."""

# cost_limits, html_page: set by hand on the pages of `bench/worst.py`, made to be slow, so that none is over the bar
# that stands there. What they bound costs time in proportion.
PAGE_MOST_CHARACTERS = 64_000_000
"""Characters of a page that is read at all."""
PAGE_MOST_TAGS = 250_000
"""Tags, of which each becomes an element."""
PAGE_MOST_RUNS = 45_000
"""Pieces of text: each is measured, judged and named."""
PAGE_MOST_DEPTH = 12_000
"""Elements open at once."""
PAGE_MOST_CLIMBED = 150_000_000
"""Open elements climbed, over all tags."""
MOST_UNCLOSED = 300
"""Different formatting elements left open: each is opened again in every block that follows."""
SAME_REOPENED = 3
"""Formatting elements of the same attributes that are opened again; given by the HTML standard (Noah's Ark clause)."""
MOST_COMPARED = 100_000_000
"""Attributes compared with each other: 10,000 of one tag, or 2,000 of 25."""
MOST_RESTARTS, FREE_RESTARTS = 1_000, 4
"""`html` and `body` tags: each one's attributes are compared with those of all before it. A few are never counted."""
MOST_RESTART_ATTRIBUTES = 10_000
"""Attributes of these tags together."""
MOST_ATTRIBUTES = 400_000
"""Attributes of all tags."""
MOST_ATTRIBUTE_NAMES = 30_000
"""Different names of attributes, which are looked up in a table of one size."""
LONG_TAG = 500
"""Characters of a tag from which its attributes are counted one by one."""
LITTLE_MARKUP = 500_000
"""Characters of tags below which their attributes need not be counted one by one."""
OPEN_SEARCHED = 64
"""How far down the open elements an end tag is looked for."""
HIDDEN_MOST_UNCLOSED = 600
"""Formatting elements, as many of the same attributes as are opened again, in what looks like scripts: whether they are
tags at all is not known there, nor which of them are closed."""
FEW_TAGS = 12_000
"""Tags below which no nesting costs much."""
HIDDEN_READ_TIMES, HIDDEN_READ_SPARE = 4, 1_000_000
"""What tags in what looks like scripts may have together: so many times the page's characters, and some."""

# tag_scanner
CHARACTERS_A_TAG = 4
"""Characters of a page for each tag that is read, below which all its tags are read at once: hardly more can stand in
them, `<i>` being the shortest. Of a longer page they are read one by one, and not all."""

# jsonld
JSONLD_MOST_NODES, JSONLD_MOST_CHARACTERS = 5_000, 4_000_000
"""Nodes looked at in one script, and characters of one that is parsed at all."""
JSONLD_MOST_NESTED, JSONLD_MOST_TEXTS = 4, 200
"""Levels that a value may be wrapped in, and values read of one list."""

# script_data: what is read of the JSON in scripts, where the page shows less than an article.
DATA_LEAST_CHARACTERS, DATA_MOST_CHARACTERS = 400, 4_000_000
"""Characters of a script that may hold an article, and of one that is read."""
DATA_MOST_VALUES, DATA_MOST_NODES, DATA_MOST_DEPTH = 200, 20_000, 12
"""Values looked at in all scripts, records of one, and levels below a field in which its text may stand."""
CASE_GROWS = 3
"""Letters that one becomes at most when letter case is folded: what is shorter than a third of a title is none."""
DATA_PROSE = 0.8
"""Share of links from which on a paragraph of such a body leads elsewhere."""

# stated
LONGEST_SITE_NAME, LONGEST_SECTION_NAME = 60, 24
"""Letters and digits of an outlet's or a section's name; what is longer is a slogan or a headline."""
MOST_URL_FOLDERS = 4
"""Folders of an address that may be sections."""

# tree_walk, run_builder
LONGEST_ROW_CELL = 160
"""Characters of a cell up to which a table's row is data; a longer one holds text, and the table lays out a page."""
ATTRIBUTE_READ = 400
"""Characters of an attribute that are read; a hostile page has longer ones."""
LONGEST_MARKED_NAME = 80
"""Characters of an element that is marked as the author's: a longer one tells about them."""
LINE_BREAKS_END_RUN = 2
"""Line breaks in a row that end a paragraph as a block does."""
WRAPPED_LINE, LONGEST_CODE, CODE_TAB = 60, 20_000, 4
"""Characters of a preformatted line that was wrapped, where half of the lines have them; of a block whose lines are
kept; and of a tab."""
CODE_MARKS = 0.04
"""Share of brackets and signs from which on preformatted text is code, not prose or verse."""

# blocks
NAMED_BOXES_TOLD = 4
"""How many named boxes, from the inmost outwards, are told with a block."""
NAMES_READ = 400
"""Characters of an element's names that are split into words."""
