"""Hold the thresholds of `lexicon/` and `lines/`: how phrases match, what makes a line a date, a name or a credit."""

# lexicon
GAP_WORDS, GAP_CHARACTERS = 3, 8
"""Words that a `_` in a phrase spans at most; characters where the script writes no spaces. Matching costs as much."""
MOST_KNOWN_WORDS = 50_000
"""Words whose phrases are remembered before all are forgotten: a bound on memory, not on what is found."""

# tokens
ARABIC_LEAST = 3
"""Letters beyond which an Arabic word may begin with the article: of a shorter one it is a part."""

# datelines
LONGEST_DATELINE, MOST_DATELINE_WORDS = 160, 14
"""Characters and words beyond which a line is no dateline, and no date is read in what follows."""
AGO_CONFIDENCE = 0.85
"""Of a line that says nothing but `3 hours ago`."""
DATELINE_CONFIDENCE = ((2, 0.9), (4, 0.75), (8, 0.6))
"""Words besides the date up to which a line is a dateline, and how surely."""
SENTENCE_DATED = 0.6
"""Confidence up to which a line that ends a sentence, and is about no publication, is none: `It ended in 2019.`"""
SPELLED_WORDS = 4
"""Words of a line up to which a month's name and a day make a date without a year."""
TIME_CONFIDENCE, TIME_WORDS, TIME_CHARACTERS = 0.6, 3, 40
"""Of a line that names a time of day only: its confidence, words besides, and characters below which it counts."""
SHORT_YEAR_WORDS = 3
"""Words besides up to which three small numbers are a day with a short year; beyond, they may be those of a version."""
MONTH_LOOKS_BACK, MONTH_LOOKS_AHEAD = 12, 16
"""Characters before and after a month's name in which its day and its year are looked for."""
FURTHEST_ZONE = 14
"""Hours from UTC to its furthest zone, UTC+14: a day alone may have begun so much before midnight in UTC, and what a
line names beyond is no offset."""

# person_names
MOST_AUTHORS = 12
"""Names that one line credits; a longer list is none of authors."""
LONGEST_AUTHOR, LONGEST_CREDIT_LINE = 60, 240
"""Characters of one name, and of a line that credits people; more are not read."""
MARKUP_CREDIT_LINE = 960
"""Characters of such a line that are read with the markup in it, which may be several times as long as the names."""
OUTLET_LEAST, OUTLET_WORDS = 2, 5
"""Characters that an outlet's or a team's name has at least, and its words at most."""
FEWEST_NAME_WORDS, MOST_NAME_WORDS = 2, 5
"""Words of a person's name: a single one is a pen name at times, a place or a topic mostly."""
INITIALS_MOST = 2
"""Letters up to which a word may be initials or an article; one of a person's words is longer."""
UNCASED_NAME_LEAST, UNCASED_NAME_MOST = 2, 24
"""Characters of a name in a script without letter case."""
STATED_NAME_WORDS = 6
"""Words up to which markup is believed that something is a name."""
ABBREVIATION = 5
"""Capitals up to which a word alone is an agency or an outlet."""
SITE_NAME_LEAST = 3
"""Letters beyond which what follows a name can be the outlet's."""
SITE_NAME_WORDS = (2, 1, 3)
"""Words at a name's end that may be the outlet's, in the order in which they are tried."""

# author_lines
LONGEST_AUTHOR_LINE, MOST_AUTHOR_PARTS = 160, 4
"""Characters of a line that is nothing but authors, and parts between its bars: who, where, when, how long."""
JOB_WORDS, PLACE_WORDS = 7, 4
"""Words of a job and of a place behind a name at most."""
UNCASED_ALONE_LEAST, UNCASED_ALONE_MOST = 3, 5
"""Characters of a name in a script without letter case that nothing but a day beside it tells; of two it may be a
section or a town."""
SMALL_LETTER_LINES, SMALL_LETTERS_READ = 200, 2000
"""Lines of a text, and characters of each, whose words in small letters tell a heading from a name."""
ASIDE_DATED = 0.75
"""How surely a part of such a line is a day."""

# photo_credits
LEAST_PHOTO_LINE, LONGEST_PHOTO_LINE, PHOTO_TAIL = 3, 700, 160
"""Characters of a caption with its credit, at least and at most, and of its end, in which the credit is looked for."""
BRACKETED_MARKED, BRACKETED_AGENCY = 0.9, 0.75
"""Confidence in a credit in brackets: with a mark (`Photo:`), and by an agency's name."""
SIGNATURE_CONFIDENCE, SIGNATURE_LEAST, SIGNATURE_MOST = 0.8, 2, 10
"""Of a Chinese or Japanese credit that ends in its mark, and the characters of such a name."""
MARKED_CREDIT, MARKED_DOUBTED = 0.92, 0.85
"""Confidence in what follows a mark: alone or with an agency, and behind a caption."""
CREDIT_CHARACTERS, CREDIT_WORDS = 110, 12
"""Length beyond which what follows a mark is a sentence of the caption."""
SIGNED_AGENCY, SIGNED_OTHER, SIGNED_ALONE = 0.9, 0.8, 0.85
"""Confidence in `Who / Agency` without any mark: with a known agency, with another, and without a caption."""
SIGNED_AGENCIES = 3
"""Pieces between slashes, from the last on, that may be the known agency: `Who / Agency / Partner`."""
SIGNED_RIGHT, SIGNED_NAME, SIGNED_NAME_WORDS = 50, 45, 5
"""Characters of what stands on the right of the slash, and characters and words of the name on its left."""
AGENCY_ALONE, AGENCY_SHORT = 0.7, 3
"""Confidence in a line that is an agency's name, and letters up to which it must be in capitals."""
AGENCY_BEHIND, AGENCY_WITHIN, VIA_WITHIN = 0.85, 45, 20
"""Confidence in an agency glued to the last sentence or behind `via`, and the characters at the end that hold it."""
CREDIT_NAME_CHARACTERS, CREDIT_NAME_WORDS, UNCASED_CREDIT = 90, 9, 30
"""Length up to which words with capitals are names; characters in a script without letter case."""

# first_appearance
APPEARANCE_CHARACTERS, APPEARANCE_QUOTES = 200, 12
"""Characters of a line that says where an article appeared first, beside the headline it quotes; letters of a headline
that tells."""
