"""Hold the thresholds of `not_article/`: lists, walls, shells and paywalls against articles."""

# listing
LIST_TEASERS = 8
"""Headlines that lead elsewhere, from which a page with few sentences is no short article but a list."""
LONG_SENTENCE = 200
"""Characters beyond which a text is no headline, whether or not it ends like a sentence."""
PROSE_LINKED = 0.5
"""Share of links from which on a run or a heading is no text of the page itself."""
TEASER_LINKED, TEASER_SHORTEST, TEASER_LONGEST = 0.8, 10, 300
"""Share of links and characters of a headline that is a link."""
TEASER_WORDS, TEASER_SIGNS, WORD_SIGNS = 4, 8, 3
"""Words of such a headline; characters where the script writes no spaces, and those that are one word there."""
MOST_DESCRIBED = 3
"""Articles that the markup of an article's page describes; a list describes more."""

# reasons
PAGE_LEAST_LETTERS = 60
"""Letters of what was kept below which a page is no article."""
DENSE_COUNTS = 3
"""A character of Chinese, Japanese or Korean says about as much as so many letters."""
LETTERS_COUNTED_TO = 4
"""Characters, in times of `PAGE_LEAST_LETTERS`, beyond which letters need not be counted."""
FEW_RUNS = 40
"""Runs up to which a page's lower headings may tell what it is, when it has no main one."""
MAIN_HEADINGS, LOWER_HEADINGS, FIRST_LINES = 3, 2, 2
"""Headings, and lines of a text, that may name a wall."""
TEXT_LINKED = 0.8
"""The share of links from which on what is kept is no text."""
SHELL_CHARACTERS = 40
"""Characters of visible text below which a page with nothing to keep is an empty shell."""
SCRIPTLESS_WITHIN = 3
"""Boxes around a run in which a `noscript` is looked for."""

# walls. Set by hand on the walls among the development pages, and on articles about cookies, logins and robots.
WALL_LINE_READ, WALL_LINES_READ = 600, 400
"""Characters of a line, and lines, that are read."""
HEADED_PROSE, LITTLE_PROSE, NO_PROSE = 300, 120, 40
"""What a page that calls itself a wall may still hold of clean prose, in characters, by what it says it is."""
LONGEST_WALL = 1500
"""Characters up to which a page that does not call itself a wall may be one."""
STORY_PROSE = 500
"""From so much clean prose on no page is a wall, whatever else it says."""
LONGEST_HEAD, HEAD_READ = 200, 600
"""Characters of a heading's part that may name a wall, and of a heading that are read."""
NAMED_BY_HEAD, NAMED_BY_ALL = 0.5, 1.5
"""What a part's heading words must be of its words to name a wall, or else the phrases of that topic together."""
CONSENT_PHRASES, CONSENT_TIMES = 2, 2
"""Phrases of a page that calls itself a consent wall, and how many times the other prose they must be."""
DOWN_PHRASES = 2
"""Phrases of a page that calls itself down or in error: one alone may stand in any text."""
BARE_CONSENT_PHRASES, BARE_CONSENT_TIMES = 4, 4
"""The same of a page that does not call itself so."""
BARE_LOGIN_PHRASES, BARE_LINES, BARE_LOGIN_PROSE = 3, 2, 80
"""Phrases and lines of a page that asks to log in, or for consent, and calls itself nothing; characters of other prose
on one that asks to log in."""
BARE_PHRASES, BARE_TIMES = 2, 3
"""Phrases of any other wall that calls itself nothing; how many times what the wall says must be the other prose, and
the page at most what the wall says."""

# paywall
WALL_BELOW = 8
"""How many runs below the last paragraph a wall may stand."""
WALL_TASTE = 8
"""How many paragraphs at most a wall lets readers taste; below longer texts its words speak of something else."""
PARTS_READ = 20
"""Parts of an article in JSON-LD that are asked whether they are free."""
