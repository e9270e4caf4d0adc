"""Hold the thresholds of `metadata/`: title, authors, dates, images, section and tags of a page."""

# title
LONGEST_TITLE = 400
"""Characters of a title; a longer text is none."""
MOST_TITLE_PARTS = 41
"""Pieces between separators, these included, beyond which a title is not taken apart."""
MOST_HEADINGS, NEXT_HEADINGS = 50, 3
"""Main headings that are read, and second headings where the main one stands in the trail of sections."""
LEAST_HEADLINE = 20
"""Characters from which a text is a headline that stands for itself, whatever stands before it."""
TITLE_WEIGHTS = {"json-ld": 1.05, "markup": 1.0, "open-graph": 0.8, "meta": 0.4, "head": 0.3}
"""What each place weighs where they differ: a heading that readers see and JSON-LD count most, `title` least."""
SEEN_WEIGHT = 2.3
"""What a heading weighs that words the headline in its own way: more than JSON-LD and Open Graph together, so that
what readers see wins over what is told to machines."""
FOUND_WEIGHT = 3.0
"""What the line weighs that was found to be the headline where no main heading agrees: more than all that is told."""
SLUG_SAID = 2
"""Words of the address that stand in what is told and not in the heading, from which that is no headline."""
KICKER_HEADLINE, KICKER_LONGEST, KICKER_LONGER = 8, 30, 10
"""Characters beyond which a told title may be a heading's own part; of a label behind it; how much longer than the
headline a label before it may be."""
SITE_ROUNDS = 3
"""Segments that name the site or a section and are taken off one title."""
SITE_LEAST, SITE_LONGER, SITE_SHARE = 3, 14, 0.5
"""Letters beyond which the site's name may be part of a segment, or a segment part of the name; how much longer than
the name the segment may be, and its share of the name."""
WORD_OF_WEIGHT, ONLY_HEADING = 4, 12
"""Letters beyond which a shared word tells that a page's only heading is its headline, and characters beyond which
that may be one."""
ALIKE_WORDS, ALIKE_SHARE = 3, 0.5
"""Words from which two headlines are compared by their words, and the share of the shorter that they have in common."""
TITLE_RUN_TIMES, TITLE_RUN_SPARE = 3, 20
"""Characters of a run that may be the title in other spacing and punctuation: so many times those of its letters and
digits, and some for a short one."""
UNSPACED_LEAST, UNSPACED_START = 10, 8
"""Characters of a headline without spaces, and those of its beginning that another must hold."""
HEADLINE_LEAST, LONGEST_HEADLINE, MOST_HEADLINES = 6, 300, 150
"""Characters of a line that may be the headline where no main heading agrees with what is told; lines that are read."""
HEADLINE_TEXT_READ = 20_000
"""Characters of a page's paragraphs in which the words of a headline are looked for."""
BOXES_OF_HEADLINE, OWN_LINKED = 5, 0.8
"""Boxes around a line, its own included, that may be its heading or name it; share of links or bold letters from which
a line is one, or bold."""
HEADLINE_PROSE, HEADLINE_PROSE_LINKED, HEADLINE_NEAR_PROSE = 80, 0.4, 10
"""Characters of a paragraph, its share of links, and runs above the first one in which a line may be the headline."""
BELOW_HEADLINE = {"text in 3": 3, "text in 12": 12, "text in 40": 40}
"""How far below a line text is measured, in runs."""
HEADLINE_GAPS = {"text below 1": 1, "text below 4": 4, "text below 12": 12, "text below 40": 40}
"""Runs between a line and the next paragraph, at most."""
FEW_WORDS = (1, 2, 3)
"""Words of a line that is short for a headline."""
MANY_ALIKE, UNLIKE_TOLD, HEADLINE_LONG = 3, 0.2, 16
"""Headings of one name from which they are a list; share of words below which a line is unlike what is told; words of a
long line."""
ANCHOR_PARTS, ANCHOR_LEAST, ANCHOR_REST = 11, 8, 25
"""Pieces of a title in which a headline is looked for alone; letters of such a headline; characters behind that go."""

# authors
BYLINE_REACH = 12
"""How many runs before the first paragraph, or after the last, a byline may stand."""
BYLINE_UNDER_TITLE = 48
"""How many runs before the first paragraph are read where the title stands further above it."""
BYLINE_BELOW = 6
"""Runs from the first paragraph, or the title, on that may hold the byline still."""
BYLINE_ABOVE = 4
"""Runs above the title that are read where there is none below it."""
MOST_AUTHORS_AT_END = 2
"""Texts below the article, of one origin, that may name its authors."""
MOST_STATED_AUTHORS = 50
"""Authors that are read of one list in JSON-LD, which may have any number."""
CREDIT_BOXES = 4
"""Boxes around a line, its own included, whose class names may say that it is about the author."""
LONGEST_BYLINE = 120
"""Characters of a line that may be a byline; a longer one is a sentence."""
BOXES_NAMING = 3
"""Boxes, its own included, from a line outwards whose names and tags tell what the line is: a byline, a caption, a
comment."""
DATED_PARTS = 5
"""Pieces of a line of name and date: `Jane Roe | 3 May 2024`."""

# dates
LONGEST_DATE_LINE = 100
"""Characters of a line that may be about a date, and of a date's original that are kept."""
LONGEST_DATE_LABEL = 24
"""Characters of a line that is nothing but the label of the day below it."""
DATE_REACH, DATE_ABOVE_TITLE, DATE_BELOW_FIRST, DATE_BELOW_TITLE = 8, 4, 2, 80
"""Runs around the title and the first paragraph in which a date line may stand; below the title, where the article
begins late, at most so many."""
DATE_REACH_AT_END = 12
"""Runs from the last paragraph on in which one may stand."""
LINKED_HEADLINE, LINKED_WORDS = 0.5, 4
"""Share of links and words of a run that is another article's headline: a `time` that stands with it is that one's."""
MOST_DATE_MARKS, MOST_STATED_DATES = 200, 100
"""Elements and statements that are read; pages of lists have thousands."""
DATELINE_SURE, DATELINE_LIKELY, DATELINE_ALONE = 0.75, 0.6, 0.9
"""How surely a line must be a dateline, how surely where nothing better is found, and how surely it is one alone."""
FIRST_YEAR, LAST_YEAR = 1990, 2099
"""Years of which an article on the web can be."""
ANEW_AFTER = 12
"""Hours after the first publication from which a page can have come out anew."""
DAY_ALONE_ENDS = 36
"""Hours after midnight in UTC at which a day alone is over in every zone: 24 and the 12 of UTC-12."""
ADDRESS_DAY_ENDS = 38
"""Hours after midnight in UTC until which an instant is about the day that an address names: the day, and as much after
it as before, whichever zone the address was made in."""
ZONE_STEP, ZONE_STEP_SLACK = 900, 60
"""Seconds of the quarter of an hour by which zones differ, and by how many two clocks may miss it: some places leave
out the seconds."""

# images
MOST_IMAGES = 40
"""Images of one article that are kept: galleries have hundreds."""
FIGURE_WITHIN = 6
"""Boxes, its own included, from a caption's outwards in which a `figure` is looked for: a figure stands close to its
caption, and pages nest deeply."""
IMAGE_MOST_NESTED = 3
"""Lists within lists that the article's picture may be wrapped in by its JSON-LD."""
LONGEST_IMAGE_URL = 4096
"""Characters of an image's address: what is longer is data, or an address that servers refuse."""

# section and tags
MOST_TAGS, LONGEST_TAG = 30, 80
MOST_TAG_METAS, MOST_TRAIL_STEPS = 200, 20
"""Statements that are read of tags, and steps of a trail of links."""
