"""Hold the numbers of the page model's features (`main_text/*_features`, `layout`): caps, windows and lengths read.

Set by hand before the model was trained; the weights in `pages.npz` hold for these values, so changing one means
training again (`make train`).
"""

# layout: the page's prose and its place
PROSE_LINK_SHARE = 0.4
"""Share of links from which on a run is no paragraph."""
HIDDEN_PROSE, BOILERPLATE_PROSE = 0.5, 0.4
"""What hidden prose counts for, and prose in boxes named for boilerplate."""
BOLD_HEADING = 0.8
"""The part of a short run that is bold when it is a heading."""
CHILD_PROSE, GRANDCHILD_PROSE = 0.5, 0.25
"""What the prose of the boxes below counts for in the search of the box that most prose stands in."""
FAR_SHARE = 0.65
"""The inmost box that still holds so much of the page's prose holds the whole of the article."""

# position_features
NEIGHBOUR_STEPS = (1, 2, -1, -2)
"""The neighbours whose numbers are columns of their own."""
FAR_PARAGRAPH = 50.0
"""Runs from the nearest long paragraph at most; also where there is none."""
MOST_ITEM_UP = 9
"""Boxes up to the nearest list item at most; also where there is none."""
MOST_AWAY = 40
"""Runs before the first or after the last paragraph."""
FAR_HEADING, NO_HEADING = 60, 99
"""Runs since the last heading at most, and what stands for none."""

# class_name_features
NAMES_FADE = 0.8
"""What a word weighs one box further out."""

# word_features
MODEL_WORDS, MODEL_CHARACTERS = 40, 280
"""Words of a run, and characters of it, that are looked up in the table of words."""
OPENING_SCORED = 4
"""Words that open a run."""
MARKS_HEAD, MARKS_NEAR, MARKS_SENTENCES = 200, 1000, 2000
"""Characters in which digits and capitals, commas and quotation marks, and sentences are counted."""
MOST_REPEATED = 9
"""Times that a run's text stands on the page, at most."""

# families
FAMILY_LEAST, FAMILY_TIMED = 3, 0.6
"""Siblings of one make, each of several runs, from which they are a family, and the share of them with a line that says
a time from which they are dated, as comments are: their prose counts like that of boilerplate."""
TIME_LINE = 80
"""Characters of a line with a time at most; longer ones are sentences."""

# repetition_features
OPENING_COMPARED = 10
"""Characters that open runs and are compared with each other."""

# agreement_features
AGREEMENT_READ, AGREEMENT_COMPARED = 120, 30
"""Characters at a run's beginning and end that are read, and letters and digits of them that are compared."""
LEAST_STATED, MOST_STATED_READ = 200, 50_000
"""Characters of an `articleBody` that is worth a comparison, shorter ones being descriptions, and that are read."""
STATED_SHORT, STATED_SHORT_SCORE = 4, 0.3
"""Letters and digits below which a run agrees with any text, and what that counts for."""
DESCRIPTION_LEAST, DESCRIPTION_COMPARED = 20, 40
"""Letters and digits of a run that may be the description, and those that are compared with it."""
SAME_LEAST, SAME_LONGER = 8, 1.5
"""Letters and digits of a run that may be the headline, and how much longer the headline with more may be."""
TITLE_AWAY_BEFORE, TITLE_AWAY_AFTER, NO_TITLE = -50, 100, -99.0
"""Runs from the headline at most, and what stands for none."""
