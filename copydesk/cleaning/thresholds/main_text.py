"""Hold the thresholds of `main_text/`: which runs are looked at, when trafilatura is asked, what words cut inside."""

# layout: what is looked at. The features of `page_features` are measured for these runs alone; the page model was
# trained on them.
RUNS_BEFORE_PROSE, RUNS_AFTER_PROSE = 15, 25
"""Runs before the first and after the last paragraph that are looked at."""
BOXES_AROUND = 6
"""Boxes around the paragraphs' box in which runs are looked at."""
LONG_RUN = 80
"""Characters beyond which a run is looked at wherever it stands, and from which a bold one is no heading."""
CLOSE_LINKED, LONG_LINKED = 0.9, 0.8
"""Share of links from which on a run around the paragraphs, or a long one elsewhere, is not looked at."""
MOST_CANDIDATES = 12_000
"""Runs that are looked at, from the first paragraph on; no article has as many."""
LEAST_DUMP, MOST_DUMPS = 300, 4
"""Characters from which a hidden run may be a page's text again, and how many such runs are looked for."""
DUMP_RUN, DUMP_RUNS, DUMP_SHARE = 60, 3, 0.5
"""Characters of a visible run that are looked for in it, how many such runs, and their share of it, tell that it is."""

# select
BODY_LIKELY = 0.5
"""Probability from which a run is the article's text. A step of .1 moves F1 by .002 (web2026)."""
DOUBT = 0.93
"""Below this confidence trafilatura is asked, six times as slow as the model: one page in seventeen. Asked below .85
only, aeb loses half a point of F1."""
OPINION = 5.0
"""What trafilatura's verdict on a run weighs, in log odds: more than the model's, unless that is 99% sure. A step of 2
moves F1 by .002 at most (web2026)."""
LIKELY_EDGE = 1e-4
"""How near to certain a probability may be when the verdict is added to it: nearer, and log odds have no bound."""
LEAST_REPEAT, NEAR_REPEAT = 100, 3
"""Characters of a run that is cut when it says again, word for word, one of the last few that were kept."""

# trafilatura_opinion: its time grows with the square of the page. Beyond these it is not asked.
OPINION_MOST_CHARACTERS, OPINION_MOST_RUNS, OPINION_MOST_TAGS = 3_000_000, 3_000, 30_000
"""Size of a page up to which the second extractor runs: on larger ones it takes seconds."""
OPINION_LONG = 60
"""Letters and digits from which a run may be a part of one of trafilatura's lines."""

# embedded_boilerplate
WORDS_CLEAR = 0.8
"""Words that speak so clearly cut, however sure the page's model is."""
WORDS_DOUBTED = 0.9
"""Below this probability of being the article's text, words that speak at all for boilerplate cut."""
EMBEDDED_CUT = 0.55
"""Score from which words speak for a kind that they cannot tell alone."""
HEADS_APPEAL, HEADING_CONFIDENCE, HEADING_WORDS = 0.6, 0.7, 12
"""Confidence in an appeal that takes the heading above it along, that in the heading, and its words at most."""
AUTHOR_HINTED, LEADS_AWAY = 0.2, 0.4
"""Score of a block that goes on to introduce the author; share of links of one that leads to other articles."""
OPENING_WORDS, CLOSING_BLOCKS = 24, 3
"""Words of a byline, with its dates, above the first paragraph; blocks at the end that may introduce the author."""

# main_text
MOST_RESCUED = 12
"""Paragraphs; a page with more of them that were all cut is no short article."""
RESCUED_CONFIDENCE = 0.3
"""Confidence in a body made of paragraphs that were all cut at first: rather doubtful than not."""
LOOK_AGAIN = 5
"""When boilerplate is one part in so many of the body, or more, the page is looked at again without it."""
