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
MOST_CANDIDATES = 8_000
"""Runs that are looked at, from the first paragraph on; no article has as many."""
LEAST_DUMP, MOST_DUMPS = 300, 4
"""Characters from which a hidden run may be a page's text again, and how many such runs are looked for."""
DUMP_RUN, DUMP_RUNS, DUMP_SHARE = 60, 3, 0.5
"""Characters of a visible run that are looked for in it, how many such runs, and their share of it, tell that it is."""

# weighing: what decides is chosen with the model, and stands beside its weights.
LIKELY_EDGE = 1e-4
"""How near to certain a probability may be when the verdict is added to it: nearer, and log odds have no bound."""

OPINION_DECIDES = 0.2
"""Share of the text that must turn on the verdict for the other to be asked, which takes as long as all else."""

# repeats
LEAST_REPEAT, NEAR_REPEAT = 100, 3
"""Characters of a run that is cut when it says again, word for word, what was kept; and how many runs away it may be
and need be no sentence."""
REPEATED_APART = 4
"""Places among the kept runs within which a repeat goes on with a stretch."""
REPEATED_SENTENCES, REPEATED_SHARE, REPEATED_WHOLE = 2, 0.2, 0.35
"""Sentences of a run that is cut when each stands elsewhere; the part of the story from which on a stretch that stands
twice is cut with its short runs, and one of nothing but short sentences."""

# trafilatura_opinion: its time grows with the square of the page. Beyond these it is not asked.
OPINION_MOST_CHARACTERS, OPINION_MOST_RUNS, OPINION_MOST_TAGS = 3_000_000, 3_000, 30_000
"""Size of a page up to which the second extractor runs: on larger ones it takes seconds."""
OPINION_LONG = 60
"""Letters and digits from which a run may be a part of one of trafilatura's lines."""

# embedded_boilerplate
WORDS_CLEAR = 0.8
"""Words that speak so clearly cut, however sure the page's model is."""
CLOSING_CLEAR = 0.7
"""The same of a sentence after which no other of the article follows; others go there by words that speak at all."""
LISTED_CLEAR = 0.95
"""The same of a sentence that is an item of a list whose item above is kept."""
WORDS_DOUBTED = 0.9
"""Below this probability of being the article's text, words that speak at all for a donation, a payment or a picture's
credit cut."""
PHOTO_STORY = 0.5
"""Part of a text's words that stand in captions with a credit from which on these are the story."""
SIGNED_WORDS = 12
"""Words of a paragraph that ends in an agency's name and is no caption."""
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

# stated_body. Set by hand on the development pages with such data: of 121 bodies read so, none that passes scores
# less than what the page shows.
LITTLE_SHOWN = 1500
"""Characters of text shown below which the page's scripts are searched for more."""
LESSER_PART, STATED_AGREES = 2, 0.6
"""How many times the text shown a stated body must be, and which part of the text shown it must hold."""
SLIGHT_PART = 0.2
"""The part of a stated body below which the text shown need not stand in it: a line that asks for scripts."""
STATED_LEAST, STATED_PROSE = 200, 0.7
"""Characters of a stated body at least, and the part of them that must stand in sentences."""
STATED_CONFIDENCE = 0.9
"""Confidence in a body that the page's data state, and in each of its paragraphs."""

# outside_boxes
OUTSIDE_MOST_BOXES = 60_000
"""Boxes of a page up to which it is looked at; an article's page has a tenth."""
OUTSIDE_MOST_RUNS = 500_000
"""Runs of the boxes found outside, those of boxes within such boxes counted again: what nests for ever ends there."""
DEEPEST_STORY = 300
"""Boxes within each other up to which a page is looked at by what stands around its runs; an article's has some 40."""
STORY_BOXES = 40
"""Boxes around the title that may hold the story, and around a slide that may be named for a gallery."""
OUTSIDE_CONFIDENCE = 0.85
"""Confidence in what a box is by its markup."""
STORY_PARAGRAPHS, LEAST_STORY, SAID_TIMES = 2, 300, 4
"""Paragraphs that make a story of a box; paragraphs and characters beside a gallery's legends or a transcript that make
these no story, and how many times the story a transcript may be."""
STORY_LINE, STORY_LINES = 12, 5
"""Characters of a line, and lines in one box, that may be a story of which no line ends a sentence."""
HEADLINE_RUNS, HEADLINE_BOXES = 4, 3
"""First runs of another article's box in which its headline is looked for, and boxes around each."""
LEAST_LEGENDS, LEGEND_BOXES = 4, 4
"""Numbered legends that make a gallery, and boxes around each that may hold them all."""
AUTHOR_PARAGRAPHS, AUTHOR_TIMES = 2, 4
"""Paragraphs of a box named for the author that introduces one, and how many times as much the story beside it has."""
SCRIPTS_SHOWN = 3
"""Lines of script on a page up to which they slipped in; on one with more, they are what it is about."""

# reader_comments
COMMENTS_STORY = 200
"""Characters, in paragraphs enough, of the story above the comments."""
LEAST_COMMENTS, COMMENT_SIGNED, COMMENT_NAMED = 3, 0.6, 0.6
"""Boxes of one make that are comments, the share of them with a day, and that of these with a name of their own."""
COMMENT_LINKED = 0.8
"""Share of links from which on a line under a comment is its buttons."""
SIGNATURE_LINE, SIGNATURE_LINES, SIGNATURE_WORDS, COMMENTS_MOST_LINES = 90, 3, 10, 40
"""Characters of a line with name and day, or of the heading; such lines looked at, and their words beside the day;
lines between two signatures."""

# script_text
SCRIPT_LEAST, SCRIPT_READ = 30, 400
"""Characters of a line of script at least, and how many of it are read."""
SCRIPT_MARKS = 0.08
"""Share of brackets, quotes and signs from which on a text may be a script; prose with quotations stays below."""

# sections. Measured on every third development page: of headings right above a kept paragraph that the classifier left
# out, 93 % were in the truth; of such lists between paragraphs 85 % of the characters, of those below a heading 77 %.
HEADING_LINKED, LIST_LINKED = 0.5, 0.3
"""Share of links from which on a heading or a list leads elsewhere."""
LIST_KEPT = 3
"""When one item in so many of a list of links, or more, was kept, the list is the story's."""
HEADING_UP, HEADING_NEAR, HEADING_SKIPS = 4, 5, 1
"""Boxes around a heading and its paragraph in which they meet, runs below it that are looked at, and how many short
ones may stand between, such as the time of an entry."""
ALL_BOLD, LONGEST_BOLD = 0.9, 90
"""Share of bold letters, and characters, of a line that is a heading without being marked as one."""
ENTRIES_KEPT, ENTRIES_SHARE = 2, 0.3
"""Entries alike with a heading each that must be kept, and their part of all, for the sentences of the others to be."""
SAID_BELOW = 2
"""Runs below the last kept one that may go on with the story, in its box."""
LONGEST_DATE, LEAST_DATES = 40, 3
"""Characters of a date over an entry, and dates over entries alike that make a chronicle."""
LEAST_SAID_LARGE = 2
"""Sentences marked up as headings from which they are paragraphs set large."""

# offer_boxes
OFFER_SCORE, OFFER_ASKS, OFFER_SHARE = 0.55, 2, 0.25
"""Score of a line that offers or asks; how many make a box one of offers, and the part of its lines they must be."""
OFFER_BOXES, OFFER_NEAR, OFFER_LONGEST = 4, 12, 1_200
"""Boxes around a line that may hold the offer, runs around the story that are looked at, characters of such a box."""
OFFER_PROSE = 160
"""Characters of a paragraph in such a box that may be the story's: it stays."""
OFFER_CONFIDENCE = 0.75
"""Confidence in a line that is cut for the box it stands in."""

# rescue
LINE_LEAST, LINE_LINKED = 4, 0.5
"""Letters of a line that may be a story's, and share of links from which on it leads elsewhere."""
RESCUED_LEAST, RESCUED_TIMES, RESCUED_LINES, RESCUED_TEASERS = 120, 3, 3, 6
"""Characters, times what was kept, and lines that make a story where nothing else is one; teasers beside them that make
a list of the page."""

# syndication
SYNDICATED_LINES, SYNDICATED_LINKED, SYNDICATED_CONFIDENCE = 3, 0.3, 0.9
"""Last lines that are looked at, share of links of such a line, and confidence in it."""
SYNDICATED_WORDS, SYNDICATED_BESIDE = 4, 80
"""Words of a headline by which a line without links is known, and characters that may stand beside it."""

# teaser_lists
LEAST_TEASERS, TEASER_TEXT = 3, 320
"""Teasers alike that make a list, and characters of the text below a headline, one paragraph."""
TEASER_SKIPS, TEASER_APART, TEASER_SPARE = 1, 4, 1
"""Short lines between headline and text, runs from a text to the next headline, and paragraphs beside them."""

# questions. Set by hand on half of the development sites, and counted on the other.
LEAST_QUESTIONS, LONGEST_QUESTION, QUESTION_BOXES = 3, 200, 3
"""Questions in a row that are a part of the story, characters of one, and boxes around each that are compared."""
QUESTIONS_BELOW = 50
"""Runs below the last kept one in which questions may stand."""
ANSWER_NEAR, ANSWER_LONGEST, ANSWER_LINKED = 4, 6, 0.5
"""Runs below a question in which a paragraph answers it, runs of an answer at most, share of links of what is none."""
